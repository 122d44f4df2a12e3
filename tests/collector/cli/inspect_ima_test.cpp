#include "tests/collector/cli/fake_context.hpp"
#include "tests/support/ima_bytes.hpp"

namespace assay::cli::test {
namespace ima = assay::test;
TEST_SUITE_BEGIN("cli: inspect ima");

const std::string captured = "tests/data/vm-measured-boot/ima/";

TEST_CASE("inspect ima shows entry by entry what a list says, in text and in binary alike") {
    Fake fake;
    Bytes signature = ima::data("ima-signed/ec.xattr");
    const std::vector<ImaEntry> entries = {
        ima::ima_file("boot_aggregate", "pcrs"),
        ima::ima_entry("ima-sig", ima::ima_fields({ima::ima_digest_of("x"), ima::ima_name("/x\x1b[1m"), signature})),
        ima::ima_entry("ima-sig", ima::ima_fields({ima::ima_digest_of("x"), ima::ima_name("/y"), {9}})),
        ima::ima_violation("/var/log/wtmp"),
        ima::ima_buffer("kexec-cmdline", to_bytes("quiet")),
        ima::ima_entry("ima-future", {1, 2}),
        ImaEntry(10, Digest::zero(HashAlg::sha1), "ima-ng", {}, std::endian::little),
        ImaEntry(
            11, hash(HashAlg::sha1, as_bytes("other")), "ima-modsig",
            ima::ima_fields({ima::ima_digest_of("m"), ima::ima_name("/m.ko"), {}, ima::ima_digest_of("n"), {0x30, 0x00}}
            ),
            std::endian::little
        ),
    };
    fake.files["list"] = to_text(ima::ima_bytes(entries)) + "cut";
    CHECK(fake.assay({"inspect", "ima", "list"}) == Exit::done);
    check_golden("inspect_ima.json", fake.out);
}

TEST_CASE("inspect ima says of a recorded list what PCR 10 holds after it, in the bank's ways") {
    std::string said;
    for (const std::string form : {"binary", "ascii"}) {
        Fake fake;
        CHECK(fake.assay({"inspect", "ima", captured + form + "_runtime_measurements"}) == Exit::done);
        CHECK(fake.out.find("\"form\": \"" + form + "\"") != std::string::npos);
        CHECK(fake.out.find("85f15a33fbac2daf35a810b9e40987d0a05d8536") != std::string::npos);
        CHECK(fake.out.find("2f76044d2310a498049ca8701fb64be254e4a1c472ff6df32e674d378c6bae54") != std::string::npos);
        CHECK(fake.out.find("\"padded_sha1\": \"8afbda7b9494538c5da23050ae6c7b22") != std::string::npos);
        CHECK(fake.out.find("template_digest_holds") == std::string::npos);
        const std::string rest = fake.out.substr(fake.out.find("\"byte_order\""));
        if (!said.empty()) CHECK(rest == said);
        said = rest;
    }
}

TEST_CASE("inspect ima refuses what is no list") {
    Fake fake;
    fake.files["text"] = "no list at all";
    CHECK(fake.assay({"inspect", "ima", "text"}) == Exit::failed);
    CHECK(fake.out.empty());
    CHECK(fake.err.find("binary_runtime_measurements") != std::string::npos);
}

TEST_SUITE_END();
}  // namespace assay::cli::test
