#include "agent/sources/efi.hpp"

#include "tests/agent/support/sysfs.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string variables = "sys/firmware/efi/efivars/";
const std::string global = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const std::string image_security = "-d719b2cb-3d3a-4596-a3bc-dad00e67656f";

// The variables of a virtual machine that booted with Secure Boot.
void add_variables(const ScratchTree& tree) {
    const std::filesystem::path folder = std::string(ASSAY_SOURCE_DIR) + "/tests/data/vm-measured-boot/fw/efivars";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        tree.file(variables + entry.path().filename().string(), as_text(read_file(entry.path().string())));
    }
}

void add_esrt(const ScratchTree& tree, const std::string& entry, const std::string& fw_class) {
    const std::string at = "sys/firmware/efi/esrt/entries/" + entry + "/";
    tree.file(at + "fw_class", fw_class + "\n");
    tree.file(at + "fw_type", "1\n");
    tree.file(at + "fw_version", "66570\n");
    tree.file(at + "lowest_supported_fw_version", "65536\n");
    tree.file(at + "capsule_flags", "0x8000\n");
    tree.file(at + "last_attempt_version", "66570\n");
    tree.file(at + "last_attempt_status", "0\n");
}

TEST_SUITE("efi") {
    TEST_CASE("a machine with Secure Boot on: its flags, how much its lists hold, and their hashes") {
        const ScratchTree tree;
        add_variables(tree);
        const Found found = read_efi(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"firmware/esrt", "firmware/secure_boot"});
        const Component& one = component(found, "firmware/secure_boot");
        CHECK(one.kind == ComponentKind::firmware);
        CHECK(one.names.at("secure_boot").text() == "1");
        CHECK(one.names.at("setup_mode").text() == "0");
        CHECK(one.names.at("vendor_keys").text() == "0");
        CHECK_FALSE(one.names.contains("audit_mode"));
        CHECK(one.names.at("pk").text() == "x509 1");
        CHECK(one.names.at("kek").text() == "x509 2");
        CHECK(one.names.at("db").text() == "x509 2");
        CHECK(one.names.at("dbx").text() == "sha256 1");
        CHECK(one.names.at("sbat_level").text() == "sbat,1,2025021800");
        // The hash that sha256sum prints for the file.
        const Bytes dbx = read_file(tree.path(variables + "dbx" + image_security));
        CHECK(one.contents.at("dbx") == sha256(dbx));
        CHECK(one.contents.size() == 6);
    }

    TEST_CASE("any byte of a list that changes, changes its hash") {
        const ScratchTree tree;
        add_variables(tree);
        const auto hash_of_db = [&tree] {
            return component(read_efi(replayed(tree)), "firmware/secure_boot").contents.at("db");
        };
        const Sha256 before = hash_of_db();
        Bytes db = read_file(tree.path(variables + "db" + image_security));
        db.back() ^= 1;
        tree.file(variables + "db" + image_security, as_text(db));
        CHECK(hash_of_db() != before);
    }

    TEST_CASE("a list whose sizes lie is unreadable, its hash stands, and the source says error") {
        const ScratchTree tree;
        add_variables(tree);
        Bytes dbx = read_file(tree.path(variables + "dbx" + image_security));
        dbx.at(4 + 16) ^= 0xff;
        tree.file(variables + "dbx" + image_security, as_text(dbx));
        tree.file(variables + "SecureBoot" + global, std::string("\6\0\0\0\2", 5));
        const Found found = read_efi(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("SecureBoot") != std::string::npos);
        CHECK(found.report.detail.find("1 more") != std::string::npos);
        const Component& one = component(found, "firmware/secure_boot");
        CHECK_FALSE(one.names.at("dbx").readable());
        CHECK_FALSE(one.names.at("secure_boot").readable());
        CHECK(one.contents.at("dbx") == sha256(dbx));
        CHECK(one.names.at("kek").text() == "x509 2");
    }

    TEST_CASE("the limit of a variable's size") {
        const ScratchTree tree;
        add_variables(tree);
        tree.file(variables + "dbx" + image_security, std::string((1U << 20U) + 1, '\0'));
        const Found found = read_efi(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK_FALSE(component(found, "firmware/secure_boot").names.contains("dbx"));
    }

    TEST_CASE("entries of the ESRT are parts with their version; a class that comes twice is told apart") {
        const ScratchTree tree;
        add_esrt(tree, "entry0", "cd2b3b2a-5a2f-4bd8-9b75-9f8a4d5c6e7f");
        add_esrt(tree, "entry1", "cd2b3b2a-5a2f-4bd8-9b75-9f8a4d5c6e7f");
        const Found found = read_efi(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.components.size() == 2);
        const Component& one = component(found, "firmware/esrt/cd2b3b2a-5a2f-4bd8-9b75-9f8a4d5c6e7f");
        CHECK(one.firmware.at(0).version.text() == "66570");
        CHECK(one.firmware.at(0).obtained == "esrt");
        CHECK(one.names.at("lowest_supported").text() == "65536");
        CHECK(one.names.at("last_attempt_status").text() == "0");
        CHECK(found.placement.at(one.key).at("entry") == "entry0");
        component(found, "firmware/esrt/cd2b3b2a-5a2f-4bd8-9b75-9f8a4d5c6e7f/1");
    }

    TEST_CASE("an ESRT that may not be read is denied") {
        const ScratchTree tree;
        add_esrt(tree, "entry0", "cd2b3b2a-5a2f-4bd8-9b75-9f8a4d5c6e7f");
        tree.file(
            "kernel/unreadable",
            "denied sys/firmware/efi/esrt/entries/entry0/fw_class\n"
            "denied sys/firmware/efi/esrt/entries/entry0/fw_version\n"
        );
        const Found found = read_efi(replayed(tree));
        CHECK(found.report.state == SourceState::denied);
        CHECK(component(found, "firmware/esrt/unknown").firmware.at(0).version == Reading::unreadable("denied"));
    }

    TEST_CASE("no UEFI is absent; UEFI without its variables mounted is an error") {
        const ScratchTree tree;
        CHECK(read_efi(replayed(tree)).report.state == SourceState::absent);
        tree.file("sys/firmware/efi/fw_platform_size", "64\n");
        CHECK(read_efi(replayed(tree)).report.state == SourceState::ok);  // a kernel without runtime services
        tree.directory("sys/firmware/efi/efivars");
        const Found found = read_efi(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("not mounted") != std::string::npos);
    }
}

}  // namespace
}  // namespace assay::agent
