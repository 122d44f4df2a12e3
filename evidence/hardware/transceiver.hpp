#pragma once
// What a pluggable module says of itself in its EEPROM: SFF-8472 12.4 (SFP), SFF-8636 2.11 and SFF-8436 (QSFP),
// CMIS 5.2 (QSFP-DD, OSFP and later); identifiers and connectors by SFF-8024 4.12. The identity only: monitors, alarms
// and controls are not looked at. All of it is a claim: the EEPROM is rewritable, a good checksum proves no maker.
// Pure.

#include "base/bytes.hpp"
#include "evidence/component.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::transceiver {

inline constexpr std::size_t page_bytes = 128;

// Which specification lays the bytes out; byte 0 says it.
enum class Map { sff8472, sff8636, cmis };
std::string_view name(Map map);                         // "SFF-8472", "SFF-8636", "CMIS"
std::optional<Map> map_of(std::uint8_t identifier);     // nullopt: none of these, or not known
std::string_view type_of(std::uint8_t identifier);      // "QSFP28", or "" when not known
std::string_view connector_of(std::uint8_t connector);  // "LC", or "" when not known

// Bytes as the module shows them. What was not read is empty; what is shorter than its page is read as far as it goes.
struct Pages {
    Bytes lower;    // SFF-8472: A0h, bytes 0-127; the others: the lower page, bytes 0-127
    Bytes page_00;  // upper page 00h, bytes 128-255; SFF-8472 has none
    Bytes page_01;  // CMIS upper page 01h, bytes 128-255; a module with flat memory has none
};
// Whether a CMIS module says that it has further pages (byte 2, bit 7 clear).
bool has_more_pages(ByteView lower);
// The bytes that name the module and do not change while it works: A0h 0-127, or upper page 00h. Empty when not read.
ByteView identity_page(const Pages& pages, Map map);

enum class Condition {
    ok,
    bad_checksum,  // the values are given; one of `checksums` does not hold
    all_ff,        // nothing drives the bus: the module is not powered, not ready, or not there
    all_00,        // something answers, and nothing was ever written there
    stale,         // lower and upper page name different kinds of module: one is of another module or time
    unknown_map,   // an identifier whose layout is not known here; only `identifier` and `type` are given
    truncated,     // fewer bytes than the identity takes
};
std::string_view name(Condition condition);

struct Checksum {
    std::string_view name;  // "CC_BASE", "CC_EXT", "page 00h"
    std::uint8_t stored = 0;
    std::uint8_t computed = 0;
    bool holds() const { return stored == computed; }
};

// Text: unreadable ("all_ff") when the field is all FF, empty when it is blank or zero.
struct Module {
    Condition condition = Condition::truncated;
    std::optional<Map> map;
    std::uint8_t identifier = 0;
    std::string type;  // "" when not known
    std::vector<Checksum> checksums;
    Reading vendor, part_number, revision, serial, date_code;
    std::string oui;                // 6 hex digits, or "" when it is 000000 or ffffff: nobody's
    std::string connector;          // "" when not known
    std::string firmware;           // CMIS: the active image, "1.2"; "" when none
    std::string inactive_firmware;  // CMIS page 01h
    std::string hardware_revision;  // CMIS page 01h

    // Whether the fields above were read, checked or not.
    bool identified() const {
        return condition == Condition::ok || condition == Condition::bad_checksum || condition == Condition::stale;
    }
};

// Never fails: see `condition`.
Module decode_module(const Pages& pages);

}  // namespace assay::transceiver
