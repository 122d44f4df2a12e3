#pragma once
// Configuration space of one PCI function as it was read: 64 bytes (what Linux gives to everybody), 256 (conventional)
// or 4096 (PCI Express). PCI Local Bus Specification 3.0, PCI-to-PCI Bridge Architecture Specification 1.2, PCI Express
// Base Specification 5.0. What lies beyond the bytes that were given is unknown, which is not absent: see `depth`. The
// function says all of this of itself. Pure.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::pci {

inline constexpr std::size_t header_bytes = 64;
inline constexpr std::size_t conventional_bytes = 256;
inline constexpr std::size_t extended_bytes = 4096;

enum class HeaderType : std::uint8_t { function = 0, bridge = 1, cardbus = 2 };

// How far the space was seen. Capabilities begin behind the header, extended ones behind the first 256 bytes.
enum class Depth { header, conventional, extended };

struct SubsystemIds {
    std::uint16_t vendor = 0;
    std::uint16_t device = 0;
    friend bool operator==(const SubsystemIds&, const SubsystemIds&) = default;
};

// The expansion ROM base address register (PCI 3.0 6.2.5.2); none when it is not implemented or not set.
struct RomBar {
    std::uint32_t address = 0;
    bool enabled = false;  // the function answers there: not the case at rest
};

// The slot below a port (PCIe 5.0 7.5.3.9 to 7.5.3.11).
struct Slot {
    unsigned physical_number = 0;  // as the chassis counts; 0: connected to something on the same board
    bool hot_plug = false;         // parts may come and go while the machine runs
    bool occupied = false;         // Presence Detect State
    std::optional<bool> powered;   // when the slot has a power controller
};

// Single Root I/O Virtualization (PCIe 5.0 9.3.3).
struct VirtualFunctions {
    std::uint16_t total = 0;    // that the function can have
    std::uint16_t enabled = 0;  // that it has now
};

struct Config {
    std::uint16_t vendor = 0;
    std::uint16_t device = 0;
    HeaderType header = HeaderType::function;
    Depth depth = Depth::header;
    bool has_capabilities = false;           // Status bit 4
    bool is_express = false;                 // has a PCI Express capability; false while that is unknown
    std::uint8_t secondary_bus = 0;          // of bridges: the bus below, as this boot numbered it
    std::vector<std::uint8_t> capabilities;  // ids in the order of the list
    std::vector<std::uint16_t> extended;     // ids of extended capabilities
    std::optional<SubsystemIds> subsystem;   // of bridges from capability 0x0d; none when all zero
    std::optional<RomBar> rom;
    std::optional<Slot> slot;
    std::optional<bool> link_up;          // Data Link Layer Link Active, where the port reports it
    std::optional<std::uint64_t> serial;  // Device Serial Number, an EUI-64
    std::optional<VirtualFunctions> virtual_functions;
    // Where a list of capabilities ended that should not: a loop, a pointer out of the space, a structure that is cut.
    // What is above was read before that point.
    std::optional<Error> broken;
};

// 64 to 4096 bytes; between 64, 256 and 4096 the lower one counts. Errors: truncated, limit_exceeded; gone when the
// function does not answer (all bits set); unsupported for a header type that no specification has.
Result<Config> decode_config(ByteView bytes);

// "52-54-00-ff-ff-aa-00-02", the most significant byte first, as lspci prints it.
std::string serial_text(std::uint64_t serial);

}  // namespace assay::pci
