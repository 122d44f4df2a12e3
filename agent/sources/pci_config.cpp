#include "agent/sources/pci_config.hpp"

#include "agent/sources/pci_functions.hpp"
#include "agent/sources/pci_slots.hpp"
#include "base/text.hpp"
#include "evidence/hardware/pci_config.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

class ConfigReader {
  public:
    explicit ConfigReader(const View& view) : view_(view), slots_(pci_root_keys(view)) {}

    Found read() {
        const auto functions = pci_functions(view_);
        if (!functions) {
            if (functions.error().code == Errc::not_found) return account_.absent("no sys/bus/pci/devices");
            account_.failed(functions.error());
            return account_.finish();
        }
        for (const PciFunction& one : *functions) function(one);
        if (read_ == 0 && lacking_ > 0) return account_.absent("the tree has no configuration space");
        if (lacking_ > 0) {
            account_.failed(SourceState::error, fmt::format("{} functions have no file config", lacking_));
        }
        slots_.add_named(view_, account_);
        for (const std::string& root : pci_root_keys(view_)) account_.covered("slot/" + root);
        slots_.finish(account_.found);
        return account_.finish();
    }

  private:
    void function(const PciFunction& function) {
        const std::string file = function.file("config");
        const auto raw = view_.read(file, pci::extended_bytes);
        if (!raw) {
            if (raw.error().code != Errc::not_found && raw.error().code != Errc::gone)
                account_.failed(raw.error());
            else if (view_.is_directory(function.node.path))
                ++lacking_;
            return;
        }
        ++read_;
        const auto config = pci::decode_config(as_bytes(*raw));
        if (!config) return account_.failed({config.error().code, file, config.error().what});
        if (config->broken) account_.failed({config->broken->code, file, config->broken->message()});
        same_ids(function, *config, file);
        Component addition = function.addition();
        if (config->depth == pci::Depth::header && config->has_capabilities) {
            unseen(function, *config, addition);
            account_.failed(SourceState::denied, file + ": what is beyond 64 bytes needs CAP_SYS_ADMIN");
        }
        seen(*config, addition);
        if (config->rom && config->rom->enabled) account_.found.placement[addition.key]["rom"] = "enabled";
        slots_.add_port(function, *config);
        if (!addition.identifiers.empty() || !addition.names.empty())
            account_.found.additions.push_back(std::move(addition));
    }

    // sysfs shows the ids of when the kernel met the function, the configuration space those of now.
    void same_ids(const PciFunction& function, const pci::Config& config, const std::string& file) {
        const auto vendor = read_hex16(view_, function.file("vendor"));
        const auto device = read_hex16(view_, function.file("device"));
        const std::string now = fmt::format("{:04x}:{:04x}", config.vendor, config.device);
        if (!vendor || !device || now == *vendor + ":" + *device) return;
        account_.failed(SourceState::error, file + ": says " + now + ", and sysfs " + *vendor + ":" + *device);
    }

    static void seen(const pci::Config& config, Component& addition) {
        if (config.header == pci::HeaderType::bridge && config.subsystem) {
            const pci::SubsystemIds& ids = *config.subsystem;
            add_identifier(addition, Registry::pci_subsystem, fmt::format("{:04x}:{:04x}", ids.vendor, ids.device));
        }
        if (config.serial)
            add_name(addition, "dsn", Reading::of(pci::serial_text(*config.serial)));
        else if (config.is_express && config.depth == pci::Depth::conventional)  // this kernel reaches no further
            add_name(addition, "dsn", Reading::unreadable("unsupported"));
        if (config.virtual_functions) {
            const std::string total = std::to_string(config.virtual_functions->total);
            add_name(addition, "virtual_functions_at_most", Reading::of(total));
        }
    }

    void unseen(const PciFunction& function, const pci::Config& config, Component& addition) {
        const Reading denied = Reading::unreadable("denied");
        add_name(addition, "dsn", denied);
        if (config.header != pci::HeaderType::bridge) return;
        add_name(addition, "slot", denied);
        const auto shown = read_hex16(view_, function.file("subsystem_vendor"));
        if (!shown || *shown == "0000") add_name(addition, "subsystem", denied);
    }

    const View& view_;
    Account account_{"pci_config"};
    PciSlots slots_;
    std::size_t read_ = 0;
    std::size_t lacking_ = 0;
};

}  // namespace

Found read_pci_config(const View& view) {
    return ConfigReader(view).read();
}

}  // namespace assay::agent
