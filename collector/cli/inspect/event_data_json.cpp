#include "collector/cli/inspect/event_data_json.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/cli/inspect/efi_content.hpp"
#include "evidence/boot/event_data.hpp"
#include "evidence/hardware/guid.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

// 64 bits do not fit into a JSON number.
std::string number64(std::uint64_t number) {
    return fmt::format("0x{:x}", number);
}

std::string cleaned(ByteView text) {
    return clean_text(text, limits::text_bytes);
}

json::Object value_of(EventType, const boot::Raw& data) {
    return {{"hex", to_hex(data.bytes)}};
}

json::Object value_of(EventType, const SpecId& data) {
    json::Array algorithms;
    for (const SpecIdAlgorithm& one : data.algorithms) {
        algorithms.push_back(
            json::Object{{"algorithm", fmt::format("{:04x}", one.algorithm)}, {"digest_bytes", one.digest_bytes}}
        );
    }
    json::Object out{
        {"signature", fmt::format("Spec ID Event{:02}", data.form)},
        {"platform_class", data.platform_class},
        {"version", fmt::format("{}.{}", data.version_major, data.version_minor)},
        {"errata", data.errata},
        {"uintn_size", data.uintn_size},
    };
    if (!algorithms.empty()) out["algorithms"] = std::move(algorithms);
    out["vendor_info"] = to_hex(data.vendor_info);
    return {{"spec_id", std::move(out)}};
}

json::Object note_value(const boot::StartupLocality& note) {
    return {{"startup_locality", note.locality}};
}
json::Object note_value(const boot::HcrtmComponent& note) {
    return {
        {"hcrtm_component",
         json::Object{
             {"description", cleaned(note.description)},
             {"format", note.measurement_format},
             {"measurement", to_hex(note.measurement)},
         }}
    };
}
json::Object locator_value(const boot::ManifestLocator& locator) {
    json::Object out{{"type", locator.type}};
    if (locator.type == 1) {
        out["uri"] = clean_text(locator.locator, limits::boot_text_bytes);
    } else {
        out["hex"] = to_hex(locator.locator);
    }
    return out;
}
json::Object note_value(const boot::PlatformManifest& note) {
    json::Object out{{"form", note.form}, {"vendor", note.vendor}, {"manifest", guid_text(note.manifest)}};
    if (note.form > 1) {
        out["platform_manufacturer"] = cleaned(note.platform_manufacturer);
        out["platform_model"] = cleaned(note.platform_model);
        out["platform_version"] = cleaned(note.platform_version);
        out["firmware_manufacturer"] = cleaned(note.firmware_manufacturer);
        out["firmware_manufacturer_id"] = note.firmware_manufacturer_id;
        out["firmware_version"] = cleaned(note.firmware_version);
    }
    if (note.form > 2) {
        out["rim_locator"] = locator_value(note.rim);
        out["platform_certificate_locator"] = locator_value(note.platform_certificate);
    }
    return {{"platform_manifest", std::move(out)}};
}
json::Object note_value(const boot::NvIndexRecord& note) {
    json::Object out{{"dynamic", note.dynamic}, {"version", note.version}, {"hex", to_hex(note.data)}};
    if (note.dynamic) {
        out["uid"] = number64(note.uid);
        out["description"] = cleaned(note.description);
    }
    return {{"nv_index", std::move(out)}};
}
json::Object note_value(const boot::VendorNote& note) {
    return {{"vendor_note", json::Object{{"signature", cleaned(note.signature)}, {"hex", to_hex(note.rest)}}}};
}

json::Object value_of(EventType, const boot::NoAction& data) {
    return std::visit([](const auto& note) { return note_value(note); }, data);
}

json::Object value_of(EventType, const boot::FirmwareBlob& data) {
    json::Object out{{"base", number64(data.base)}, {"length", number64(data.length)}};
    if (data.description) out["description"] = cleaned(*data.description);
    return {{"firmware_blob", std::move(out)}};
}

json::Object value_of(EventType, const boot::HandoffTables& data) {
    json::Array tables;
    for (const boot::HandoffTable& one : data.tables) {
        tables.push_back(json::Object{{"vendor", guid_text(one.vendor)}, {"pointer", number64(one.pointer)}});
    }
    json::Object out{{"tables", std::move(tables)}};
    if (data.description) out["description"] = cleaned(*data.description);
    return {{"handoff_tables", std::move(out)}};
}

json::Object value_of(EventType type, const boot::Variable& data) {
    const std::string name = data.name_text();
    const bool authority = type == EventType::efi_variable_authority || type == EventType::efi_spdm_device_authority;
    json::Object out{{"vendor", guid_text(data.vendor)}, {"name", name}};
    out["content"] = authority ? authority_content(name, data.data) : efi_content(name, data.data);
    if (!data.trailing.empty()) out["trailing"] = to_hex(data.trailing);
    return {{"variable", std::move(out)}};
}

json::Object value_of(EventType, const boot::ImageLoad& data) {
    json::Object out{
        {"location", number64(data.location)},
        {"length", number64(data.length)},
        {"link_time_address", number64(data.link_time_address)},
        {"device_path", device_path_value(data.device_path)},
    };
    if (!data.trailing.empty()) out["trailing"] = to_hex(data.trailing);
    return {{"image", std::move(out)}};
}

json::Object value_of(EventType, const boot::GptTable& data) {
    json::Array partitions;
    for (const boot::GptPartition& one : data.partitions) {
        partitions.push_back(json::Object{
            {"type", guid_text(one.type)},
            {"unique", guid_text(one.unique)},
            {"name", one.name_text()},
            {"first_lba", number64(one.first_lba)},
            {"last_lba", number64(one.last_lba)},
            {"attributes", number64(one.attributes)},
        });
    }
    return {{"gpt", json::Object{{"disk", guid_text(data.disk)}, {"partitions", std::move(partitions)}}}};
}

json::Object value_of(EventType, const boot::Text& data) {
    return {{"text", json::Object{{"kind", name(data.kind)}, {"text", data.shown()}}}};
}

json::Object value_of(EventType, const boot::Tagged& data) {
    json::Object out{{"id", fmt::format("{:08x}", data.id)}};
    if (const auto text = boot::read_text(data.data)) {
        out["text"] = text->shown();
    } else {
        out["hex"] = to_hex(data.data);
    }
    return {{"tagged", std::move(out)}};
}

json::Object value_of(EventType, const boot::SeparatorValue& data) {
    return {{"separator", fmt::format("{:08x}", data.value)}};
}

json::Object value_of(EventType, const boot::GuidValue& data) {
    return {{"guid", guid_text(data.guid)}};
}

json::Object value_of(EventType, const boot::DeviceSecurity& data) {
    json::Object out{{"form", data.form}, {"version", data.version}, {"device_type", data.device_type}};
    if (data.form == 2) {
        out["auth_state"] = boot::auth_state_name(data.auth_state);
        out["sub_header_type"] = data.sub_header_type;
        out["sub_header_uid"] = number64(data.sub_header_uid);
        out["device_path"] = device_path_value(data.device_path);
    }
    if (const auto measured = measurement_of(data)) {
        out["measurement"] = json::Object{
            {"index", measured->index},
            {"specification", measured->specification},
            {"value_type", measured->value_type},
            {"value", to_hex(measured->value)},
        };
    }
    if (const auto pci = pci_context_of(data)) {
        out["pci"] = json::Object{
            {"id", fmt::format("{:04x}:{:04x}", pci->vendor, pci->device)},
            {"subsystem", fmt::format("{:04x}:{:04x}", pci->subsystem_vendor, pci->subsystem)},
            {"revision", fmt::format("{:02x}", pci->revision)},
            {"class", fmt::format("{:06x}", pci->class_code)},
        };
    }
    return {{"device_security", std::move(out)}};
}

}  // namespace

json::Object event_data_value(EventType type, ByteView data) {
    const boot::DecodedData decoded = boot::decode_event_data(type, data);
    json::Object out = std::visit([type](const auto& one) { return value_of(type, one); }, decoded.data);
    if (decoded.malformed) out["malformed"] = decoded.malformed->message();
    return out;
}

}  // namespace assay::cli
