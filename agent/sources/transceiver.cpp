#include "agent/sources/transceiver.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/sources/interface_list.hpp"
#include "base/text.hpp"
#include "evidence/hardware/transceiver.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace assay::agent {
namespace {

using transceiver::Map;
using transceiver::Module;
using transceiver::Pages;

// A cage, and the interfaces that its module is split into.
struct Cage {
    std::string port;  // as the driver names it, or the device's number of it
    std::vector<PhysicalInterface> interfaces;
};

// "p1" of "p1s2": the port of which an interface is the second part.
std::string without_split(const std::string& port_name) {
    const std::size_t split = port_name.find_last_not_of("0123456789");
    const bool is_split = split != std::string::npos && split > 0 && split + 1 < port_name.size() &&
                          port_name[split] == 's' && port_name[split - 1] >= '0' && port_name[split - 1] <= '9';
    return is_split ? port_name.substr(0, split) : port_name;
}

std::map<std::string, Cage> cages_of(const View& view, Account& account) {
    std::map<std::string, Cage> out;
    for (PhysicalInterface& one : physical_interfaces(view, account)) {
        const std::string named = without_split(text_or_empty(view, one.path + "/phys_port_name"));
        // Without a name of the port, all that tells the interface from others.
        const std::string port = named.empty() ? one.key.substr(("net/" + one.place + "/").size()) : named;
        Cage& cage = out["transceiver/" + one.place + "/" + port];
        cage.port = port;
        cage.interfaces.push_back(std::move(one));
    }
    return out;
}

struct ModuleRead {
    Pages pages;
    Module module;
};

// Lower page, and what the kind of module has besides.
Result<ModuleRead> read_module(const Kernel& kernel, const std::string& interface) {
    ModuleRead out;
    TRY(out.pages.lower, kernel.module_page(interface, {}));
    const auto map = transceiver::map_of(out.pages.lower[0]);
    if (map != Map::sff8472) {
        auto page = kernel.module_page(interface, {.upper = true, .page = 0});
        // Without a known kind there may be no such page; with one there is.
        if (!page && map) return fail(page.error());
        if (page) out.pages.page_00 = *std::move(page);
    }
    if (map == Map::cmis && transceiver::has_more_pages(out.pages.lower)) {
        auto page = kernel.module_page(interface, {.upper = true, .page = 1});
        if (page) out.pages.page_01 = *std::move(page);
    }
    out.module = transceiver::decode_module(out.pages);
    return out;
}

// The same twice, or an error: a module that is exchanged while it is read has parts of both.
Result<ModuleRead> read_steadily(const Kernel& kernel, const std::string& interface) {
    TRY(ModuleRead read, read_module(kernel, interface));
    if (!read.module.map) return read;
    const bool in_lower = *read.module.map == Map::sff8472;
    const ModulePage page = in_lower ? ModulePage{} : ModulePage{.upper = true, .page = 0};
    TRY(const Bytes again, kernel.module_page(interface, page));
    if (same_bytes(again, in_lower ? read.pages.lower : read.pages.page_00)) return read;
    return fail(Errc::conflict, interface, "the module changed while it was read");
}

std::string condition_text(const Module& module) {
    std::string out(name(module.condition));
    for (const transceiver::Checksum& sum : module.checksums) {
        if (!sum.holds()) out += fmt::format("; {} is {:02x}, computed {:02x}", sum.name, sum.stored, sum.computed);
    }
    return out;
}

void add_text(Component& component, const std::string& name, const std::string& text) {
    if (!text.empty()) add_name(component, name, Reading::of(text));
}

class TransceiverReader {
  public:
    explicit TransceiverReader(const View& view) : view_(view) {}

    Found read() {
        if (!view_.is_directory(network_interfaces)) return account_.absent("no " + network_interfaces);
        for (const auto& [key, cage] : cages_of(view_, account_)) look_into(key, cage);
        const bool nothing = account_.found.components.empty() && !failed_;
        return nothing ? account_.absent("no interface with a cage that the driver reads") : account_.finish();
    }

  private:
    void look_into(const std::string& key, const Cage& cage) {
        const std::string& interface = cage.interfaces.front().name;
        auto read = read_steadily(view_.kernel(), interface);
        if (!read && read.error().code == Errc::conflict) read = read_steadily(view_.kernel(), interface);
        if (!read) return not_read(key, cage, read.error());
        const Module& module = read->module;
        if (module.condition == transceiver::Condition::all_ff) {
            return add_cage(key, cage, Reading::unreadable("all_ff"));
        }
        add_cage(key, cage, Reading::of("module"));
        add_module(key, *read);
        if (module.condition != transceiver::Condition::stale) account_.covered(key);
    }

    void not_read(const std::string& key, const Cage& cage, const Error& error) {
        switch (error.code) {
            case Errc::unsupported:
            case Errc::not_found: return;
            case Errc::denied:  // before anything is known of the interface: there may be no cage at all
                failed_ = true;
                return account_.failed(SourceState::denied, "modules are read with CAP_NET_ADMIN only");
            case Errc::gone: add_cage(key, cage, Reading::of("empty")); return account_.covered(key);
            // An empty cage and a module that does not answer look alike with many drivers: no failure, not covered.
            case Errc::io_error:
            case Errc::conflict: return add_cage(key, cage, Reading::unreadable(std::string(word(error.code))));
            default:
                failed_ = true;
                add_cage(key, cage, Reading::unreadable(std::string(word(error.code))));
                account_.failed(error);
        }
    }

    void add_cage(const std::string& key, const Cage& cage, Reading presence) {
        Component slot;
        slot.kind = ComponentKind::slot;
        slot.key = key;
        // Of a cage whose module is split, the device: which interfaces there are is a setting.
        const PhysicalInterface& first = cage.interfaces.front();
        slot.parent = cage.interfaces.size() == 1 ? first.key : first.parent;
        slot.location.port = cage.port;
        add_name(slot, "presence", std::move(presence));
        std::string names;
        for (const PhysicalInterface& one : cage.interfaces) names += (names.empty() ? "" : " ") + one.name;
        account_.found.placement[key]["interface"] = clean_text(names, limits::text_bytes);
        account_.found.components.push_back(std::move(slot));
    }

    void add_module(const std::string& cage, const ModuleRead& read) {
        const Module& module = read.module;
        Component component;
        component.kind = ComponentKind::transceiver;
        component.key = cage + "/module";
        component.parent = cage;
        component.location.port = account_.found.components.back().location.port;
        add_text(component, "eeprom", condition_text(module));
        add_text(component, "type", module.type);
        add_text(component, "connector", module.connector);
        add_text(component, "hardware_revision", module.hardware_revision);
        add_name(component, "vendor", module.vendor);
        add_name(component, "part_number", module.part_number);
        add_name(component, "revision", module.revision);
        add_name(component, "date_code", module.date_code);
        add_identifier(component, Registry::sff_oui, module.oui);
        component.serial = module.serial;
        add_firmware(component, "firmware", module.firmware);
        add_firmware(component, "firmware (inactive)", module.inactive_firmware);
        // Pages with nothing in them that changes while the module works; never the lower page of a QSFP or CMIS
        // module.
        if (module.identified()) {
            const bool in_lower = *module.map == Map::sff8472;
            component.contents[in_lower ? "A0h" : "page 00h"] =
                sha256(transceiver::identity_page(read.pages, *module.map));
            if (!read.pages.page_01.empty()) component.contents["page 01h"] = sha256(read.pages.page_01);
        }
        account_.found.components.push_back(std::move(component));
    }

    static void add_firmware(Component& component, const std::string& which, const std::string& version) {
        if (!version.empty()) {
            component.firmware.push_back({which, Reading::of(version), std::nullopt, "module_eeprom"});
        }
    }

    const View& view_;
    Account account_{"transceiver"};
    bool failed_ = false;
};

}  // namespace

Found read_transceivers(const View& view) {
    return TransceiverReader(view).read();
}

}  // namespace assay::agent
