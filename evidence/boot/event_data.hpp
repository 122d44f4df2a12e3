#pragma once
// What an event's data says, by the type that the event gives itself. The type is never covered by a digest and the
// data often is not: all of this is to be shown. Decisions go by evidence/boot/coverage.hpp. Pure; what comes out looks
// at the bytes that went in.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/boot/boot_text.hpp"
#include "evidence/boot/device_security.hpp"
#include "evidence/boot/event_type.hpp"
#include "evidence/boot/firmware_blob.hpp"
#include "evidence/boot/gpt_event.hpp"
#include "evidence/boot/image_load.hpp"
#include "evidence/boot/no_action.hpp"
#include "evidence/boot/spec_id.hpp"
#include "evidence/boot/variable_event.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace assay::boot {

// Types that have no structure, vendors' types, and data that is not what its type asks for.
struct Raw {
    ByteView bytes;
};

// EV_SEPARATOR: 0 and ffffffff in a boot that goes well; after an error 1, or what the firmware says of it (Raw, Text).
struct SeparatorValue {
    std::uint32_t value = 0;
};

// TCG_PCClientTaggedEvent, of EV_EVENT_TAG: systemd's, the kernel's initrd and load options.
struct Tagged {
    std::uint32_t id = 0;
    ByteView data;
};

// A version that is a GUID.
struct GuidValue {
    RawGuid guid{};
};

using EventData = std::variant<
    Raw, SpecId, NoAction, FirmwareBlob, HandoffTables, Variable, ImageLoad, GptTable, Text, Tagged, SeparatorValue,
    GuidValue, DeviceSecurity>;

struct DecodedData {
    EventData data;
    std::optional<Error> malformed;  // why data that should have a structure is Raw
};
DecodedData decode_event_data(EventType type, ByteView data);

// The bytes again, whatever they were.
Bytes encode_event_data(const EventData& data);

}  // namespace assay::boot
