#pragma once
// One part of a device, as its agent read it. A component says what was read and where; what that proves is the
// collector's to say (evidence/proof.hpp). Absent, unreadable and empty are three values. Nothing here changes with a
// boot: bus addresses, device numbers and interface names stand in Placement (evidence/inventory.hpp), outside the
// hash.

#include "base/crypto/hash.hpp"
#include "evidence/identifier.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// What became of reading one value. JSON: absent = no key; unreadable = {"unreadable": why}; else the text, maybe "".
class Reading {
  public:
    Reading() = default;  // absent: the source has no such value
    static Reading of(std::string text) { return Reading(State::read, std::move(text)); }
    static Reading unreadable(std::string why) { return Reading(State::unreadable, std::move(why)); }  // e.g. "denied"

    bool absent() const { return state_ == State::absent; }
    bool readable() const { return state_ == State::read; }
    bool has_value() const { return state_ == State::read && !text_.empty(); }
    // The text that was read, or "" for every other state.
    const std::string& text() const { return state_ == State::read ? text_ : nothing(); }
    // Why it could not be read, or "".
    const std::string& why() const { return state_ == State::unreadable ? text_ : nothing(); }
    friend bool operator==(const Reading&, const Reading&) = default;

  private:
    enum class State { absent, unreadable, read };
    Reading(State state, std::string text) : state_(state), text_(std::move(text)) {}
    static const std::string& nothing() {
        static const std::string empty;
        return empty;
    }
    State state_ = State::absent;
    std::string text_;
};

enum class ComponentKind {
    system,  // the machine as its firmware names it
    board,
    chassis,
    firmware,  // BIOS, UEFI, boot loader
    processor,
    memory_module,
    pci_function,
    usb_device,
    network_interface,
    block_device,
    tpm,
    bmc,
    transceiver,
    slot,   // a socket or a cage by itself: what sits in it, if anything, is a part of its own
    flash,  // a flash memory, or a region of one, that firmware lives in
    chip,   // a chip or a module on a bus of the board, known by its firmware's description alone
};

std::string_view name(ComponentKind kind);
Result<ComponentKind> component_kind_named(std::string_view name, std::string_view where);

struct Firmware {
    std::string name;  // which firmware of the part: "firmware", "option_rom", "microcode", "bios"
    Reading version;
    std::optional<Sha256> sha256;  // of the image, when it was read
    std::string obtained;          // how: "ethtool", "sysfs", "smbios", "tpm2_getcapability", ...
    friend bool operator==(const Firmware&, const Firmware&) = default;
};

// Where a person finds it. Each may be absent (empty).
struct Location {
    std::string slot;  // as printed on the chassis or named by the firmware
    std::string port;  // a port of its parent: "usb 1-4.2"
    std::string path;  // from the root of its bus: "1c.0/00.0"
    friend bool operator==(const Location&, const Location&) = default;
};

struct Component {
    std::string key;  // unique in the inventory, the same over reboots: kind, then slot path or serial
    ComponentKind kind = ComponentKind::system;
    std::vector<Identifier> identifiers;   // sorted, no duplicates
    std::map<std::string, Reading> names;  // as the device gave them: "vendor", "product", "driver", ...; cleaned text
    Reading serial;
    Location location;
    std::string parent;              // the parent's key, or ""
    std::vector<Firmware> firmware;  // sorted by name
    // Hashes of raw bytes that were read and decoded: "eeprom", "vpd", "device_tree". What decoding left out changes
    // them too.
    std::map<std::string, Sha256> contents;
    friend bool operator==(const Component&, const Component&) = default;
};

}  // namespace assay
