#include "evidence/hardware/smbios_values.hpp"

#include "base/encoding.hpp"
#include "evidence/hardware/smbios_fields.hpp"
#include "evidence/hardware/smbios_layout.hpp"

#include <optional>

namespace assay::smbios {
namespace {

using enum FieldType;

std::variant<Reading, std::uint64_t> hex(ByteView bytes) {
    return Reading::of(to_hex(bytes));
}

template <class Number>
std::optional<std::variant<Reading, std::uint64_t>> number(const std::optional<Number>& value) {
    if (!value) return std::nullopt;
    return std::uint64_t{*value};
}

std::optional<std::variant<Reading, std::uint64_t>> value_of(
    const FieldsOf& f, std::size_t offset, FieldType type, Version version
) {
    switch (type) {
        case text: {
            if (!f.u8(offset)) return std::nullopt;
            return f.text(offset);
        }
        case u8: return number(f.u8(offset));
        case u16: return number(f.u16(offset));
        case u32: return number(f.u32(offset));
        case u64: return number(f.u64(offset));
        case uuid: {
            const auto bytes = f.bytes(offset, 16);
            if (!bytes) return std::nullopt;
            return Reading::of(uuid_text(bytes->first<16>(), version));
        }
        case set: {
            const auto given = f.u8(offset);
            if (!given) return std::nullopt;
            return Reading::of(*given == 0 || *given == 0xff ? "" : std::to_string(*given));
        }
        case raw4:
        case raw8: {
            const auto bytes = f.bytes(offset, type == raw4 ? 4 : 8);
            if (!bytes) return std::nullopt;
            return hex(*bytes);
        }
        case rest8: {
            const ByteView bytes = f.from(offset);
            if (bytes.empty()) return std::nullopt;
            return hex(bytes);
        }
    }
    return std::nullopt;
}

// Fields behind a list whose length the structure itself says: 7.4 (chassis) and 7.10 (slots).
std::vector<FieldLayout> behind_lists(const Structure& structure, const FieldsOf& f) {
    if (structure.type == 3) {
        const auto count = f.u8(0x13);
        const auto size = f.u8(0x14);
        if (!count || !size) return {};
        return {{"SKUNumber", 0x15 + std::size_t{*count} * *size, text}};
    }
    if (structure.type == 9) {
        const auto peers = f.u8(0x12);
        if (!peers) return {};
        constexpr std::size_t peer_bytes = 5;
        const std::size_t at = 0x13 + peer_bytes * *peers;
        return {
            {"SlotInformation", at, u8},
            {"SlotPhysicalWidth", at + 1, u8},
            {"SlotPitch", at + 2, u16},
            {"SlotHeight", at + 4, u8}
        };
    }
    return {};
}

}  // namespace

std::vector<NamedValue> named_values(const Structure& structure, Version version) {
    const FieldsOf f(structure);
    std::vector<NamedValue> out;
    const auto add = [&](const FieldLayout& one) {
        if (auto value = value_of(f, one.offset, one.type, version)) out.push_back({one.name, *std::move(value)});
    };
    for (const FieldLayout& one : layout_of(structure.type)) add(one);
    for (const FieldLayout& one : behind_lists(structure, f)) add(one);
    return out;
}

}  // namespace assay::smbios
