// Event data by type: what a virtual machine's and other machines' logs hold, and structures made by hand after the
// Platform Firmware Profile 1.06 for those that none of them has.

#include "evidence/boot/event_data.hpp"

#include "base/encoding.hpp"
#include "base/writer.hpp"
#include "evidence/boot/event_log.hpp"
#include "evidence/boot/load_option.hpp"
#include "evidence/hardware/efi_variable.hpp"
#include "evidence/hardware/guid.hpp"
#include "evidence/limits.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <map>

namespace assay::boot {
namespace {

const Bytes guid_bytes = from_hex("61dfe48bca93d211aa0d00e098032b8c").value();
const std::string corpus = "/tests/fuzz/corpus/event_data/";

// The fuzzer's seeds are one structure each, made after the profile's tables.
// Kept, because what is decoded looks at it.
const Bytes& seed(const std::string& name) {
    static std::map<std::string, Bytes> read;
    const auto found = read.find(name);
    if (found != read.end()) return found->second;
    return read[name] = test::read_file(std::string(ASSAY_SOURCE_DIR) + corpus + name);
}

template <class T>
T decoded(EventType type, const Bytes& bytes) {
    const DecodedData out = decode_event_data(type, bytes);
    CHECK(encode_event_data(out.data) == bytes);
    REQUIRE(std::holds_alternative<T>(out.data));
    return std::get<T>(out.data);
}

std::string malformed(EventType type, const Bytes& bytes) {
    const DecodedData out = decode_event_data(type, bytes);
    CHECK(encode_event_data(out.data) == bytes);
    return out.malformed ? out.malformed->message() : "";
}

Bytes utf16(std::string_view text) {
    Writer w;
    for (const char c : text) w.u16le(static_cast<std::uint8_t>(c));
    return w.take();
}

std::string text_of(EventType type, const Bytes& bytes) {
    return decoded<Text>(type, bytes).shown();
}

using enum EventType;

TEST_SUITE("event data") {
    TEST_CASE("every event of every captured log is written again to the same bytes, and few are malformed") {
        std::map<std::string, Bytes> logs{{"own", test::data("vm-measured-boot/tpm/binary_bios_measurements")}};
        for (const char* name : {"arch-linux", "lenovo-boot-guard", "postcode", "sd-boot-fedora37", "uefi-sha1-log"}) {
            if (auto bytes = test::capture("event-logs/" + std::string(name) + ".bin")) logs[name] = *std::move(bytes);
        }
        for (const auto& [name, bytes] : logs) {
            CAPTURE(name);
            const EventLog log = decode_event_log(bytes).value();
            for (const LogEvent& event : log.events()) {
                const DecodedData data = decode_event_data(event.type.shown(), event.data.shown());
                CHECK(same_bytes(encode_event_data(data.data), event.data.shown()));
                CHECK_FALSE(data.malformed);
            }
        }
    }

    TEST_CASE("a virtual machine's Secure Boot variables hold the lists that its efivarfs shows") {
        const EventLog log = decode_event_log(test::data("vm-measured-boot/tpm/binary_bios_measurements")).value();
        std::map<std::string, Bytes> variables;
        for (const LogEvent& event : log.events()) {
            const DecodedData data = decode_event_data(event.type.shown(), event.data.shown());
            if (const auto* variable = std::get_if<Variable>(&data.data); variable && event.pcr == 7) {
                variables.emplace(variable->name_text(), to_bytes(variable->data));
            }
        }
        for (const char* name : {"PK", "KEK", "db", "dbx"}) {
            CAPTURE(std::string(name));
            const bool global = std::string_view(name) == "PK" || std::string_view(name) == "KEK";
            const Bytes file = test::data(
                "vm-measured-boot/fw/efivars/" + std::string(name) + "-" +
                std::string(global ? efi_global_variable : efi_image_security_database)
            );
            CHECK(same_bytes(variables.at(name), decode_efi_variable(file)->data));
            CHECK(holds_signature_lists(name));
        }
        CHECK(variables.at("SecureBoot") == Bytes{1});
    }

    TEST_CASE("variables: lengths that say more than is there are malformed, bytes behind are kept") {
        const Bytes bytes = seed("variable-secure-boot");
        const auto variable = decoded<Variable>(efi_variable_driver_config, bytes);
        CHECK(guid_text(variable.vendor) == efi_global_variable);
        CHECK(variable.name_text() == "SecureBoot");
        CHECK(to_bytes(variable.data) == Bytes{1});
        for (const EventType type :
             {efi_variable_boot, efi_variable_boot2, efi_variable_authority, efi_spdm_device_policy,
              efi_spdm_device_authority}) {
            CHECK(decoded<Variable>(type, bytes).name_text() == "SecureBoot");
        }
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CHECK_FALSE(
                malformed(efi_variable_boot, Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)))
                    .empty()
            );
        }
        for (const std::size_t at : {16U, 23U, 24U, 31U}) {
            Bytes lying = bytes;
            lying[at] = 0xff;
            CHECK(malformed(efi_variable_boot, lying).find("(truncated)") != std::string::npos);
        }
        CHECK(decoded<Variable>(efi_variable_authority, seed("variable-shim-trailing")).trailing.size() == 6);
    }

    TEST_CASE("an event that ends too early names the field that it ends in") {
        const auto where = [](auto decode, std::size_t size) {
            const auto out = decode(Bytes(size, 1));
            REQUIRE_FALSE(out);
            return out.error().where;
        };
        CHECK(where(decode_image_load, 7) == "UEFI_IMAGE_LOAD_EVENT.ImageLocationInMemory");
        CHECK(where(decode_image_load, 24) == "UEFI_IMAGE_LOAD_EVENT.LengthOfDevicePath");
        CHECK(where(decode_image_load, 32) == "UEFI_IMAGE_LOAD_EVENT.DevicePath");
        CHECK(where(decode_variable, 15) == "UEFI_VARIABLE_DATA.VariableName");
        CHECK(where(decode_firmware_blob, 8) == "UEFI_PLATFORM_FIRMWARE_BLOB.BlobLength");
        CHECK(where(decode_load_option, 4) == "EFI_LOAD_OPTION.FilePathListLength");
    }

    TEST_CASE("images, firmware volumes and hand-off tables") {
        const auto image = decoded<ImageLoad>(efi_boot_services_driver, seed("image-load"));
        CHECK(image.length == 4096);
        CHECK(image.device_path.size() > 4);
        CHECK(decoded<ImageLoad>(efi_runtime_services_driver, seed("image-load-trailing")).trailing.size() == 9);
        CHECK(malformed(efi_boot_services_application, Bytes(31)).find("UEFI_IMAGE_LOAD_EVENT") == 0);

        const auto blob = decoded<FirmwareBlob>(efi_platform_firmware_blob, seed("firmware-blob"));
        CHECK(blob.base == 0x820000);
        CHECK_FALSE(blob.description);
        CHECK(
            as_text(*decoded<FirmwareBlob>(efi_platform_firmware_blob2, seed("firmware-blob2")).description) == "abc"
        );
        CHECK(decoded<FirmwareBlob>(post_code, seed("firmware-blob")).length == 0xe0000);
        CHECK(malformed(efi_platform_firmware_blob, Bytes(17)).find("trailing_bytes") != std::string::npos);

        const auto tables = decoded<HandoffTables>(efi_handoff_tables, seed("handoff-tables"));
        REQUIRE(tables.tables.size() == 1);
        CHECK(tables.tables[0].pointer == 0x8fcb0000);
        CHECK(as_text(*decoded<HandoffTables>(efi_handoff_tables2, seed("handoff-tables2")).description) == "SMBIOS");
        Bytes most = Writer().u64le(limits::handoff_tables).take();
        most.resize(8 + 24 * limits::handoff_tables);
        CHECK(decoded<HandoffTables>(efi_handoff_tables, most).tables.size() == limits::handoff_tables);
        Bytes more = Writer().u64le(limits::handoff_tables + 1).take();
        more.resize(8 + 24 * (limits::handoff_tables + 1));
        CHECK(malformed(efi_handoff_tables, more).find("(limit_exceeded)") != std::string::npos);
    }

    TEST_CASE("a partition table with its used entries") {
        const Bytes bytes = seed("gpt");
        const auto table = decoded<GptTable>(efi_gpt_event, bytes);
        REQUIRE(table.partitions.size() == 1);
        CHECK(table.partitions[0].name_text() == "EFI system");
        CHECK(guid_text(table.disk) == efi_global_variable);
        CHECK(decoded<GptTable>(efi_gpt_event2, bytes).entry_bytes == 128);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CHECK_FALSE(
                malformed(efi_gpt_event, Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)))
                    .empty()
            );
        }
        Bytes other = bytes;
        other[0] = 'e';
        CHECK(malformed(efi_gpt_event, other).find("(bad_magic)") != std::string::npos);
        Bytes small = bytes;
        small[84] = 127;
        CHECK(malformed(efi_gpt_event, small).find("(bad_value)") != std::string::npos);
        Bytes many = bytes;
        many[93] = 0x04;  // 1025 of them
        CHECK(malformed(efi_gpt_event, many).find("(limit_exceeded)") != std::string::npos);
        many[92] = 0;  // 1024
        CHECK(malformed(efi_gpt_event, many).find("(truncated)") != std::string::npos);
    }

    TEST_CASE("EV_NO_ACTION by its signature") {
        CHECK(std::get<StartupLocality>(decoded<NoAction>(no_action, seed("startup-locality"))).locality == 3);
        CHECK(decoded<SpecId>(no_action, seed("spec-id")).algorithms.size() == 1);
        const auto component = std::get<HcrtmComponent>(decoded<NoAction>(no_action, seed("hcrtm-component")));
        CHECK(as_text(component.description) == "ACM1");
        CHECK(as_text(component.measurement) == "abc");
        const auto first = std::get<PlatformManifest>(decoded<NoAction>(no_action, seed("manifest")));
        CHECK(first.vendor == 343);
        CHECK(guid_text(first.manifest) == efi_global_variable);
        const auto second = std::get<PlatformManifest>(decoded<NoAction>(no_action, seed("manifest2")));
        CHECK(as_text(second.platform_model) == "Model");
        CHECK(as_text(second.firmware_version) == "123");
        const auto third = std::get<PlatformManifest>(decoded<NoAction>(no_action, seed("manifest3")));
        CHECK(third.rim.type == 1);
        CHECK(as_text(third.rim.locator) == "https://");
        CHECK(std::get<NvIndexRecord>(decoded<NoAction>(no_action, seed("nv-dynamic"))).uid == 7);
        CHECK(as_text(std::get<NvIndexRecord>(decoded<NoAction>(no_action, seed("nv-instance"))).data) == "data");
        const auto note = std::get<VendorNote>(decoded<NoAction>(no_action, seed("vendor-note")));
        CHECK(as_text(note.rest) == "xyz");
        for (const char* name :
             {"startup-locality", "hcrtm-component", "manifest", "manifest2", "manifest3", "nv-dynamic"}) {
            CAPTURE(std::string(name));
            Bytes bytes = seed(name);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                CHECK_FALSE(
                    malformed(no_action, Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)))
                        .empty()
                );
            }
            bytes.push_back(0);
            CHECK(malformed(no_action, bytes).find("(trailing_bytes)") != std::string::npos);
        }
        CHECK(
            malformed(no_action, to_bytes(std::string_view("Boot\0Guard......", 16))).find("(bad_magic)") !=
            std::string::npos
        );
    }

    TEST_CASE("texts of firmware and loaders, without what the loader put before and the NUL behind") {
        CHECK(text_of(efi_action, to_bytes("Exit Boot Services Invocation")) == "Exit Boot Services Invocation");
        CHECK(text_of(s_crtm_version, utf16(std::string_view("N40ET\0", 6))) == "N40ET");
        CHECK(
            text_of(s_crtm_contents, to_bytes(std::string_view("Boot Guard Measured S-CRTM\0", 27))) ==
            "Boot Guard Measured S-CRTM"
        );
        CHECK(text_of(ipl, seed("grub")) == "linux /vmlinuz quiet");
        CHECK(decoded<Text>(ipl, seed("grub")).kind == TextKind::grub_command);
        CHECK(decoded<Text>(ipl, to_bytes("kernel_cmdline: a")).kind == TextKind::kernel_command);
        CHECK(decoded<Text>(ipl, seed("grub-module")).kind == TextKind::module_command);
        CHECK(decoded<Text>(ipl, seed("mok")).kind == TextKind::mok_variable);
        CHECK(decoded<Text>(ipl, seed("utf16-cut")).kind == TextKind::utf16);
        CHECK(text_of(ipl, seed("utf16-cut")) == "console=ttyS0");
        CHECK(text_of(ipl, to_bytes("(hd0,gpt1)/EFI/debian/grub.cfg")) == "(hd0,gpt1)/EFI/debian/grub.cfg");
        CHECK(text_of(efi_hcrtm_event, to_bytes("HCRTM")) == "HCRTM");
        CHECK(text_of(EventType{0x80001234}, to_bytes("a vendor's")) == "a vendor's");
        decoded<Raw>(ipl, Bytes{1, 2, 3});
        decoded<Raw>(EventType{0x80001234}, Bytes{0xff});
        decoded<Raw>(compact_hash, Bytes{});
    }

    TEST_CASE("hostile text is cleaned and cut") {
        const auto control = decoded<Raw>(ipl, to_bytes("\x1b[2J"));
        CHECK(control.bytes.size() == 4);
        CHECK(text_of(ipl, to_bytes("a\u202eb")) == "a\\u{202e}b");
        CHECK(text_of(ipl, Bytes(10'000, 'x')).size() == limits::boot_text_bytes);
    }

    TEST_CASE("separators, tags, and versions that are GUIDs") {
        CHECK(decoded<SeparatorValue>(separator, Bytes(4, 0xff)).value == 0xffffffff);
        CHECK(decoded<SeparatorValue>(separator, seed("separator-error")).value == 1);
        CHECK(text_of(separator, to_bytes("memory failed")) == "memory failed");
        decoded<Raw>(separator, Bytes(3));
        const auto tag = decoded<Tagged>(event_tag, seed("tag"));
        CHECK(tag.id == 0x8f3b22ec);
        CHECK(as_text(tag.data) == std::string_view("Linux initrd\0", 13));
        CHECK(malformed(event_tag, Bytes(7)).find("(truncated)") != std::string::npos);
        CHECK(malformed(event_tag, Bytes(9)).find("(trailing_bytes)") != std::string::npos);
        CHECK(guid_text(decoded<GuidValue>(s_crtm_version, guid_bytes).guid) == efi_global_variable);
    }

    TEST_CASE("what a device said of itself by SPDM, in both forms") {
        for (const char* name : {"spdm", "spdm2"}) {
            CAPTURE(std::string(name));
            const Bytes bytes = seed(name);
            const auto event = decoded<DeviceSecurity>(efi_spdm_firmware_blob, bytes);
            CHECK(event.form == (std::string_view(name) == "spdm" ? 1 : 2));
            const auto measured = measurement_of(event);
            REQUIRE(measured);
            CHECK(measured->index == 1);
            CHECK(measured->value_type == 1);
            CHECK(measured->value.size() == 32);
            const auto pci = pci_context_of(event);
            REQUIRE(pci);
            CHECK(pci->vendor == 0x8086);
            CHECK(pci->device == 0x1533);
            CHECK(pci->class_code == 0x020000);
            CHECK(pci->subsystem == 1);
        }
        const auto second = decoded<DeviceSecurity>(efi_spdm_firmware_config, seed("spdm2"));
        CHECK(second.device_path.size() == 16);
        CHECK(auth_state_name(second.auth_state) == "success");
        CHECK(auth_state_name(0xff) == "no_spdm");
        CHECK(auth_state_name(9).empty());
        CHECK(malformed(efi_spdm_firmware_blob, Bytes(64)).find("(bad_magic)") != std::string::npos);
        Bytes lying = seed("spdm");
        lying[30] = 0xff;  // the measurement's size
        CHECK_FALSE(measurement_of(decoded<DeviceSecurity>(efi_spdm_firmware_blob, lying)));
        CHECK_FALSE(pci_context_of(decoded<DeviceSecurity>(efi_spdm_firmware_blob, lying)));
        Bytes usb = seed("spdm");
        usb[24] = 2;
        CHECK_FALSE(pci_context_of(decoded<DeviceSecurity>(efi_spdm_firmware_blob, usb)));
    }

    TEST_CASE("types have the profile's names, and a vendor's its number") {
        CHECK(name(efi_variable_boot2) == "EV_EFI_VARIABLE_BOOT2");
        CHECK(name(EventType{0x80001234}) == "0x80001234");
    }
}

}  // namespace
}  // namespace assay::boot
