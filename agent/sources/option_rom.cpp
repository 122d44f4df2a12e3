#include "agent/sources/option_rom.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/sources/pci_functions.hpp"
#include "evidence/hardware/option_rom.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

constexpr const char* left_out = "left out by [scan] option_roms";

class RomReader {
  public:
    RomReader(const View& view, OptionRoms choice) : view_(view), choice_(choice) {}

    Found read() {
        const auto functions = pci_functions(view_);
        if (!functions) {
            if (functions.error().code == Errc::not_found) return account_.absent("no sys/bus/pci/devices");
            account_.failed(functions.error());
            return account_.finish();
        }
        for (const PciFunction& one : *functions) function(one);
        if (!offered_)
            return account_.absent(choice_ == OptionRoms::off ? left_out : "no function offers an option ROM");
        return account_.finish();
    }

  private:
    void function(const PciFunction& function) {
        if (!function.has(view_, "rom")) return;
        offered_ = true;
        Component addition = function.addition();
        if (const char* why = passed_over(function)) {
            addition.firmware.push_back({"option_rom", Reading::unreadable(why), std::nullopt, "sysfs"});
            account_.found.additions.push_back(std::move(addition));
            return;
        }
        const std::string file = function.file("rom");
        const auto raw = view_.replayed() ? view_.read(file, option_rom::max_bytes)
                                          : view_.kernel().option_rom(file, option_rom::max_bytes);
        if (raw) {
            decode(file, as_bytes(*raw), addition);
        } else if (raw.error().code != Errc::not_found && raw.error().code != Errc::gone) {
            account_.failed(raw.error());
            const Reading why = Reading::unreadable(std::string(word(raw.error().code)));
            addition.firmware.push_back({"option_rom", why, std::nullopt, "sysfs"});
        }
        if (!addition.firmware.empty()) account_.found.additions.push_back(std::move(addition));
    }

    const char* passed_over(const PciFunction& function) const {
        if (view_.replayed()) return nullptr;  // nothing is disturbed in a captured tree
        return reason_to_pass(choice_, function.has_driver, read_text(view_, function.file("class")));
    }

    // A memory without an image is no ROM and no failure: many registers for one lead nowhere.
    void decode(const std::string& file, ByteView raw, Component& addition) {
        if (raw.empty()) return;
        const auto chain = option_rom::decode_chain(raw);
        if (!chain) {
            if (chain.error().code == Errc::bad_magic) return;
            return account_.failed({chain.error().code, file, chain.error().message()});
        }
        if (chain->broken) account_.failed({chain->broken->code, file, chain->broken->message()});
        for (std::size_t i = 0; i < chain->images.size(); ++i) {
            const option_rom::Image& image = chain->images[i];
            addition.firmware.push_back(
                {fmt::format("option_rom.{}.{}", i, option_rom::code_type_name(image.code_type)),
                 {},
                 image.sha256,
                 "sysfs"}
            );
        }
        addition.contents["option_rom"] = chain->sha256;
    }

    const View& view_;
    OptionRoms choice_;
    Account account_{"option_rom"};
    bool offered_ = false;
};

}  // namespace

const char* reason_to_pass(OptionRoms choice, bool has_driver, const Reading& class_code) {
    if (choice == OptionRoms::all) return nullptr;
    if (choice == OptionRoms::off) return "not read: left out";
    if (has_driver) return "not read: a driver uses the device";
    if (!class_code.has_value() || class_code.text().starts_with("0x03")) return "not read: a display controller";
    return nullptr;
}

Found read_option_roms(const View& view, const ScanChoices& choices) {
    if (!view.replayed() && choices.option_roms == OptionRoms::off) {
        return Account("option_rom").absent(left_out);
    }
    return RomReader(view, choices.option_roms).read();
}

}  // namespace assay::agent
