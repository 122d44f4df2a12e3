#include "agent/sources/pci_vpd.hpp"

#include "agent/sources/pci_functions.hpp"
#include "base/text.hpp"
#include "evidence/hardware/pci_vpd.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

// Devices that panicked a machine or hung when their VPD was read, as Linux lists them in drivers/pci/vpd.c
// (quirk_blacklist_vpd; "PCI: Prevent VPD access for buggy devices", 4.6, and what was added since; QLogic's stood
// there from 4.11 to 5.14). Today's kernels show no VPD of most of them; older ones do, and a list of theirs may be
// patched away. "*" is every device; `class_prefix` narrows an id that others use too.
struct Hanging {
    std::string_view vendor;
    std::string_view device;
    std::string_view class_prefix{};
};

constexpr std::array hanging{
    Hanging{"1000", "002f"}, Hanging{"1000", "005b"},         Hanging{"1000", "005d"}, Hanging{"1000", "005f"},
    Hanging{"1000", "0060"}, Hanging{"1000", "0071"},         Hanging{"1000", "0073"}, Hanging{"1000", "0078"},
    Hanging{"1000", "0079"}, Hanging{"1000", "007c"},         Hanging{"1000", "0413"}, Hanging{"1077", "2261"},
    Hanging{"1969", "*"},    Hanging{"1c36", "0031", "0604"},
};

// Fields with a name of their own in an inventory; the others are "vpd_v0".
struct Named {
    std::string_view keyword;
    const char* name;
};

constexpr std::array named_fields{
    Named{"PN", "part_number"},
    Named{"EC", "engineering_level"},
    Named{"MN", "manufacturer_id"},
    Named{"YA", "asset_tag"},
};
constexpr std::size_t other_fields_at_most = 16;

bool plain(std::string_view keyword) {
    return std::ranges::all_of(keyword, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

void describe(const pci::Vpd& vpd, Component& out) {
    if (!vpd.name.empty()) add_name(out, "product", Reading::of(vpd.name));
    std::size_t others = 0;
    for (const pci::VpdField& field : vpd.fields) {
        if (field.keyword == "SN") {
            if (out.serial.absent()) out.serial = Reading::of(field.text);
            continue;
        }
        const auto named = std::ranges::find(named_fields, field.keyword, &Named::keyword);
        if (named != named_fields.end()) {
            out.names.emplace(named->name, Reading::of(field.text));
        } else if (plain(field.keyword) && others < other_fields_at_most) {
            out.names.emplace("vpd_" + ascii_lower(field.keyword), Reading::of(field.text));
            ++others;
        }
    }
    if (vpd.checksum == pci::VpdChecksum::wrong) add_name(out, "vpd_checksum", Reading::of("wrong"));
}

class VpdReader {
  public:
    explicit VpdReader(const View& view) : view_(view) {}

    Found read() {
        const auto functions = pci_functions(view_);
        if (!functions) {
            if (functions.error().code == Errc::not_found) return account_.absent("no sys/bus/pci/devices");
            account_.failed(functions.error());
            return account_.finish();
        }
        for (const PciFunction& one : *functions) function(one);
        if (!offered_) return account_.absent("no function offers vital product data");
        return account_.finish();
    }

  private:
    void function(const PciFunction& function) {
        Component addition = function.addition();
        if (!view_.replayed() && known_to_hang(function)) {
            if (!function.has(view_, "vpd")) return;
            offered_ = true;
            addition.serial = Reading::unreadable("not read: such devices hang");
            account_.found.additions.push_back(std::move(addition));
            return;
        }
        const auto raw = view_.read(function.file("vpd"), pci::max_vpd_bytes);
        if (!raw && (raw.error().code == Errc::not_found || raw.error().code == Errc::gone)) return;
        offered_ = true;
        if (raw) {
            decode(function, as_bytes(*raw), addition);
        } else {
            account_.failed(raw.error());
            addition.serial = Reading::unreadable(std::string(word(raw.error().code)));
        }
        if (!addition.contents.empty() || !addition.serial.absent())
            account_.found.additions.push_back(std::move(addition));
    }

    void decode(const PciFunction& function, ByteView raw, Component& addition) {
        const auto vpd = pci::decode_vpd(raw);
        if (!vpd && vpd.error().code == Errc::not_found) return;  // there is a memory, and nothing was written into it
        addition.contents["vpd"] = sha256(raw);
        const Error* const wrong = !vpd ? &vpd.error() : vpd->broken ? &*vpd->broken : nullptr;
        if (wrong != nullptr) account_.failed({wrong->code, function.file("vpd"), wrong->message()});
        if (vpd) describe(*vpd, addition);
    }

    bool known_to_hang(const PciFunction& function) const {
        const auto vendor = read_hex16(view_, function.file("vendor"));
        const auto device = read_hex16(view_, function.file("device"));
        if (!vendor || !device) return true;  // whatever it is, it does not even say that
        std::string kind = text_or_empty(view_, function.file("class"));
        if (kind.starts_with("0x")) kind.erase(0, 2);
        return hangs_at_vpd(*vendor, *device, kind);
    }

    const View& view_;
    Account account_{"vpd"};
    bool offered_ = false;
};

}  // namespace

bool hangs_at_vpd(std::string_view vendor, std::string_view device, std::string_view class_code) {
    return std::ranges::any_of(hanging, [vendor, device, class_code](const Hanging& one) {
        return one.vendor == vendor && (one.device == "*" || one.device == device) &&
               class_code.starts_with(one.class_prefix);
    });
}

Found read_pci_vpd(const View& view, const ScanChoices& choices) {
    if (!choices.vpd) return Account("vpd").absent("left out by [scan] vpd");
    return VpdReader(view).read();
}

}  // namespace assay::agent
