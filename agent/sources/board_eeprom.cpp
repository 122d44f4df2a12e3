#include "agent/sources/board_eeprom.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/i2c_path.hpp"
#include "base/text.hpp"
#include "evidence/hardware/onie_eeprom.hpp"
#include "evidence/limits.hpp"
#include "evidence/unit_mark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace assay::agent {
namespace {

using onie::Condition;
using onie::TlvInfo;
using onie::Type;

const std::string nvmem_devices = "sys/bus/nvmem/devices";
constexpr std::size_t first_look = 16;

// Drivers' names of chips that hold something else: serial presence detect of memory modules, transceivers' pages.
constexpr std::array other_chips{
    std::string_view("spd"),
    std::string_view("ee1004"),
    std::string_view("optoe"),
    std::string_view("sff"),
};

bool holds_something_else(std::string_view chip) {
    return std::ranges::any_of(other_chips, [chip](std::string_view name) { return chip.starts_with(name); });
}

struct Named {
    Type type;
    const char* name;
};
constexpr std::array named_texts{
    Named{Type::product_name, "product"},
    Named{Type::part_number, "part_number"},
    Named{Type::manufacturer, "manufacturer"},
    Named{Type::country_code, "country"},
    Named{Type::vendor, "vendor"},
    Named{Type::manufacture_date, "manufacture_date"},
    Named{Type::platform_name, "platform"},
    Named{Type::label_revision, "label_revision"},
    Named{Type::onie_version, "onie_version"},
    Named{Type::diag_version, "diag_version"},
    Named{Type::service_tag, "service_tag"},
};

std::string condition_text(const TlvInfo& info) {
    std::string out(name(info.condition));
    if (info.condition == Condition::bad_checksum)
        out += fmt::format("; CRC-32 is {:08x}, computed {:08x}", info.stored, info.computed);
    for (const Error& one : info.irregular) out += "; " + one.where + " " + one.what;
    return clean_text(out, limits::text_bytes);
}

void add_numbers(const TlvInfo& info, Component& out) {
    if (const auto version = info.device_version())
        add_name(out, "device_version", Reading::of(std::to_string(*version)));
    if (const auto count = info.num_macs()) add_name(out, "num_macs", Reading::of(std::to_string(*count)));
    const std::string mac = info.mac_base();
    if (mac_names_a_unit(mac)) {
        add_identifier(out, Registry::mac, mac);
    } else if (!mac.empty()) {
        add_name(out, "mac_base", Reading::of(mac));
    }
}

// Of what a vendor added, whose it is and its hash.
void add_extensions(const TlvInfo& info, Component& out) {
    std::set<std::uint32_t> enterprises;
    std::size_t number = 0;
    for (const onie::Extension& one : info.extensions()) {
        out.contents["vendor_extension." + std::to_string(number++)] = sha256(one.data);
        const bool reserved = one.enterprise == 0 || one.enterprise == 0xffffffff;
        if (!reserved && enterprises.insert(one.enterprise).second)
            add_identifier(out, Registry::pen, std::to_string(one.enterprise));
    }
}

Component board(const TlvInfo& info, ByteView bytes) {
    Component out;
    out.kind = ComponentKind::board;
    add_name(out, "eeprom", Reading::of(condition_text(info)));
    for (const Named& one : named_texts) add_name(out, one.name, info.text(one.type));
    out.serial = info.text(Type::serial_number);
    add_numbers(info, out);
    add_extensions(info, out);
    out.contents["eeprom"] = sha256(bytes);
    return out;
}

class BoardEepromReader {
  public:
    explicit BoardEepromReader(const View& view) : view_(view), listed_(names_in(i2c_devices)), buses_(view, listed_) {}

    Found read() {
        for (const std::string& name : listed_) {
            const auto address = i2c_address(name);
            if (address && *address >= "50" && *address <= "57") i2c_chip(name);
        }
        for (const std::string& name : names_in(nvmem_devices)) nvmem_chip(name);
        const bool nothing = !offered_ && !failed_;
        return nothing ? account_.absent("no EEPROM that a driver shows") : account_.finish();
    }

  private:
    std::vector<std::string> names_in(const std::string& directory) {
        auto names = view_.list(directory);
        if (names) return *std::move(names);
        if (names.error().code != Errc::not_found) failed(names.error());
        return {};
    }

    void failed(const Error& error) {
        failed_ = true;
        account_.failed(error);
    }

    std::optional<std::string> device(const std::string& entry) {
        auto path = view_.link(entry);
        if (path) return *std::move(path);
        if (path.error().code != Errc::not_found) failed(path.error());
        return std::nullopt;
    }

    void i2c_chip(const std::string& name) {
        const auto path = device(i2c_devices + "/" + name);
        if (!path) return;
        const bool passed_over = holds_something_else(text_or_empty(view_, *path + "/name"));
        if (passed_over || look_into(*path + "/eeprom", *path)) known_.insert(*path);
    }

    // The same chip as on its own bus, where that has shown a file; other kinds of memory are not asked.
    void nvmem_chip(const std::string& name) {
        const auto path = device(nvmem_devices + "/" + name);
        if (!path) return;
        const std::string chip = path->substr(0, path->rfind('/'));
        if (known_.contains(chip) || text_or_empty(view_, *path + "/type") != "EEPROM") return;
        if (!holds_something_else(text_or_empty(view_, chip + "/name"))) look_into(*path + "/nvmem", chip);
    }

    // Whether there is such a file.
    bool look_into(const std::string& file, const std::string& chip) {
        const auto beginning = view_.read_beginning(file, first_look);
        if (!beginning && beginning.error().code == Errc::not_found) return false;
        offered_ = true;
        const std::string place = buses_.place(view_, chip);
        const std::string key = "board_eeprom/" + place;
        if (!beginning) {
            not_read(key, beginning.error());
            return true;
        }
        const ByteView looked_at = as_bytes(*beginning);
        const auto size = onie::decode_head(looked_at);
        if (size) {
            read_board(file, chip, place, *size);
        } else if (size.error().code != Errc::bad_magic) {
            failed({size.error().code, key, size.error().message()});
        } else if (!blank(looked_at)) {
            account_.covered(key);  // another thing's memory: no board says anything here
        }
        return true;
    }

    // An erased memory does not say that there is no board.
    static bool blank(ByteView bytes) {
        const auto info = onie::decode_tlv_info(bytes);
        return info && (info->condition == Condition::all_ff || info->condition == Condition::all_00);
    }

    void read_board(const std::string& file, const std::string& chip, const std::string& place, std::size_t size) {
        const std::string key = "board_eeprom/" + place;
        const auto bytes = view_.read_beginning(file, size);
        if (!bytes) return not_read(key, bytes.error());
        const auto info = onie::decode_tlv_info(as_bytes(*bytes));
        if (!info) return failed({info.error().code, key, info.error().message()});
        if (info->broken) failed({info->broken->code, key, info->broken->message()});
        Component component = board(*info, as_bytes(*bytes));
        component.key = key;
        component.location.path = place;
        account_.found.placement[key]["device"] = clean_text(last_part(chip), limits::text_bytes);
        account_.found.components.push_back(std::move(component));
        account_.covered(key);
    }

    // Named by its key: the path has the kernel's numbers of buses and memories.
    void not_read(const std::string& key, const Error& error) {
        if (error.code != Errc::not_found && error.code != Errc::gone) failed({error.code, key, error.what});
    }

    const View& view_;
    Account account_{"board_eeprom"};
    bool offered_ = false;
    bool failed_ = false;
    std::vector<std::string> listed_;
    I2cBuses buses_;
    std::set<std::string> known_;  // chips that were read or passed over on their own bus
};

}  // namespace

Found read_board_eeproms(const View& view) {
    return BoardEepromReader(view).read();
}

}  // namespace assay::agent
