// Lists as people have them: the form is found by itself, and the kernel's text gives the entries of the binary list.

#include "evidence/runtime/ima_file.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_ascii.hpp"
#include "tests/support/captured_boot.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::ima_bytes;
using test::ima_digest;
using test::ima_digest_of;
using test::ima_entry;
using test::ima_fields;
using test::ima_name;

const std::string zeros(40, '0');
const std::string hash_of_x = to_hex(sha256("x"));

std::string refusal(const std::string& text) {
    const ImaList list = decode_ima_ascii(text);
    REQUIRE(list.broken.has_value());
    return list.broken->message();
}

ImaEntry line(const std::string& text) {
    const ImaList list = decode_ima_ascii(text);
    REQUIRE_FALSE(list.broken.has_value());
    REQUIRE(list.entries.size() == 1);
    return list.entries.front();
}

TEST_SUITE("ima_file") {
    TEST_CASE("the recorded text gives, byte for byte, the entries of the recorded binary list") {
        const auto file = decode_ima_file(test::data("vm-measured-boot/ima/ascii_runtime_measurements"));
        REQUIRE(file.has_value());
        CHECK(file->ascii);
        CHECK_FALSE(file->list.broken.has_value());
        CHECK(ima_bytes(file->list.entries) == test::data("vm-measured-boot/ima/binary_runtime_measurements"));
    }

    TEST_CASE("binary lists are read in either byte order and with any template digest") {
        for (const std::endian order : {std::endian::little, std::endian::big}) {
            for (const HashAlg alg : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
                const Bytes data = ima_fields({ima_digest_of("x"), ima_name("/x")}, order);
                const std::vector entries(3, ImaEntry(10, hash(alg, data), "ima-ng", data, order));
                const auto file = decode_ima_file(ima_bytes(entries, order));
                REQUIRE(file.has_value());
                CHECK_FALSE(file->ascii);
                CHECK(file->format == ImaListFormat{alg, order});
                CHECK(file->list.entries.size() == 3);
                CHECK_FALSE(file->list.broken.has_value());
            }
        }
    }

    TEST_CASE("what is no list is refused; one that breaks off says where") {
        for (const std::string text : {"", "\n", "hello", "10 ", "\x0a", "{}"}) {
            CAPTURE(text);
            CHECK(decode_ima_file(as_bytes(text)).error().code == Errc::bad_magic);
        }
        Bytes cut = test::data("vm-measured-boot/ima/binary_runtime_measurements");
        cut.resize(cut.size() - 1);
        CHECK(decode_ima_file(cut)->list.broken->where == "ima_list[215]");
        Bytes cut_text = test::data("vm-measured-boot/ima/ascii_runtime_measurements");
        cut_text.resize(cut_text.size() - 30);
        CHECK(decode_ima_file(cut_text)->list.broken->where.starts_with("line 216"));
    }

    TEST_CASE("each template's line makes the template's data again") {
        const std::string head = "10 " + zeros + " ";
        const auto data_of = [](const ImaEntry& entry) { return to_bytes(entry.data()); };
        CHECK(
            data_of(line(head + "ima " + std::string(40, 'a') + " /init\n")) ==
            legacy_ima_data(Bytes(20, 0xaa), as_bytes("/init"))
        );
        CHECK(
            data_of(line(head + "ima-ng sha256:" + hash_of_x + " /x")) ==
            ima_fields({ima_digest_of("x"), ima_name("/x")})
        );
        CHECK(
            data_of(line(head + "ima-sig sha256:" + hash_of_x + " /x \n")) ==
            ima_fields({ima_digest_of("x"), ima_name("/x"), {}})
        );
        CHECK(
            data_of(line(head + "ima-sigv2 verity:sha256:" + hash_of_x + " /x 0603")) ==
            ima_fields({ima_digest("verity:sha256", sha256("x")), ima_name("/x"), {6, 3}})
        );
        CHECK(
            data_of(line(head + "ima-modsig sha256:" + hash_of_x + " /x   ")) ==
            ima_fields({ima_digest_of("x"), ima_name("/x"), {}, {}, {}})
        );
        CHECK(
            data_of(line(head + "ima-buf sha256:" + hash_of_x + " name 78")) ==
            ima_fields({ima_digest_of("x"), ima_name("name"), {0x78}})
        );
        CHECK(
            data_of(line(head + "evm-sig sha256:" + hash_of_x + " /x 05 security.ima 02000000 0404 1000 0 33261")) ==
            ima_fields(
                {ima_digest_of("x"),
                 ima_name("/x"),
                 {5},
                 ima_name("security.ima"),
                 {2, 0, 0, 0},
                 {4, 4},
                 {0xe8, 3, 0, 0},
                 {0, 0, 0, 0},
                 {0xed, 0x81}}
            )
        );
        CHECK(line(" 9 " + zeros + " ima-ng sha256:" + hash_of_x + " /x").pcr() == 9);
        CHECK(line("10 " + zeros + " ima-ng sha256:" + hash_of_x + " /x").violation());
        CHECK(
            data_of(decode_ima_ascii(head + "ima-ng sha256:" + hash_of_x + " /x", std::endian::big).entries.at(0)) ==
            ima_fields({ima_digest_of("x"), ima_name("/x")}, std::endian::big)
        );
    }

    TEST_CASE("a line cut anywhere, or with a field too many, is no entry of the template") {
        const std::string whole = "10 " + zeros + " ima-sig sha256:" + hash_of_x + " /x 0302";
        for (std::size_t size = 1; size < whole.size() - 4; ++size) {
            CAPTURE(size);
            CHECK(decode_ima_ascii(whole.substr(0, size)).broken.has_value());
        }
        CHECK(refusal(whole + " ") == "line 1: fields: more than the template has (bad_value)");
        CHECK(refusal(whole + " more") == "line 1: fields: more than the template has (bad_value)");
        CHECK(
            refusal("10 " + zeros + " ima-sig sha256:" + hash_of_x + " /x") ==
            "line 1: fields: fewer than the template has (bad_value)"
        );
        CHECK(refusal(whole + "\n\n" + whole) == "line 2: pcr: is none (bad_value)");
    }

    TEST_CASE("what is no PCR, digest, template or number is refused by its field") {
        const std::string fields = " ima-ng sha256:" + hash_of_x + " /x";
        CHECK(refusal("24 " + zeros + fields) == "line 1: pcr: is none (bad_value)");
        CHECK(refusal("1x " + zeros + fields) == "line 1: pcr: is none (bad_value)");
        CHECK(refusal("10 00" + fields) == "line 1: template_digest: is of no known size (bad_value)");
        CHECK(refusal("10 zz" + fields).starts_with("line 1: template_digest"));
        CHECK(refusal("10 " + zeros + " ima-future 00").starts_with("line 1: template:"));
        CHECK(refusal("10 " + zeros + " ima-ng " + hash_of_x + " /x").starts_with("line 1: d-ng:"));
        CHECK(refusal("10 " + zeros + " ima 00 /x").starts_with("line 1: fields:"));
        CHECK(refusal("10 " + zeros + " ima " + zeros + " " + std::string(256, 'n')).starts_with("line 1: fields:"));
        CHECK(line("10 " + zeros + " ima " + zeros + " " + std::string(255, 'n')).path().size() == 255);
        for (const std::string which : {"imode", "iuid", "igid"}) {
            CAPTURE(which);
            CHECK(refusal("10 " + zeros + " d-ng|n-ng|" + which + " sha256:" + hash_of_x + " /x 4294967296")
                      .starts_with("line 1: " + which + ": is no number of "));
        }
        CHECK(refusal("10 " + zeros + " d-ng|n-ng|imode sha256:" + hash_of_x + " /x 65536").starts_with("line 1: imode")
        );
        CHECK(refusal("10 " + zeros + " d-ng|n-ng|d-modsig sha256:" + hash_of_x + " /x " + hash_of_x)
                  .starts_with("line 1: d-modsig:"));
        CHECK(refusal("10 " + zeros + " ima-ngv2 " + hash_of_x + " /x").starts_with("line 1: d-ngv2:"));
        CHECK(line("10 " + zeros + " d-ng|n-ng|imode sha256:" + hash_of_x + " /x 65535").fault().empty());
    }

    TEST_CASE("a line and a list at their limits are read, and one beyond is refused") {
        const std::string head = "10 " + zeros + " ima-ng sha256:" + hash_of_x + " ";
        const std::string longest = head + std::string(limits::ima_ascii_line_bytes - head.size(), 'p');
        CHECK(decode_ima_ascii(longest).entries.size() == 1);
        const std::string limit = std::to_string(limits::ima_ascii_line_bytes);
        CHECK(refusal(longest + "p").ends_with(" bytes, a line has at most " + limit + " (limit_exceeded)"));
        std::string many;
        for (std::size_t i = 0; i < limits::ima_entries; ++i) many += head + "p\n";
        CHECK_FALSE(decode_ima_ascii(many).broken.has_value());
        CHECK(decode_ima_ascii(many + head + "p\n").broken->code == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay
