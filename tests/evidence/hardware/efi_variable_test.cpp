// UEFI variables: those of a virtual machine with Secure Boot against what its boot's tools printed, made lists by hand
// after UEFI 2.10 32.4.1, and sizes that lie.

#include "evidence/hardware/efi_variable.hpp"

#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "evidence/hardware/guid.hpp"
#include "evidence/limits.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

const std::string folder = "vm-measured-boot/fw/efivars/";
const std::string global = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const std::string image_security = "-d719b2cb-3d3a-4596-a3bc-dad00e67656f";

void put32(Bytes& out, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// A list of `count` signatures of `each` bytes, owner and all, under a type of one byte repeated.
Bytes list_of(std::uint8_t type, std::uint32_t each, std::uint32_t count, std::uint32_t header = 0) {
    Bytes out(16, type);
    put32(out, 28 + header + each * count);
    put32(out, header);
    put32(out, each);
    out.resize(out.size() + header, 0xee);
    for (std::uint32_t i = 0; i < count; ++i) {
        for (std::uint32_t j = 0; j < each; ++j) out.push_back(static_cast<std::uint8_t>(j < 16 ? 0xaa : i));
    }
    return out;
}

void set32(Bytes& bytes, std::size_t at, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
}

Errc refused(const Bytes& bytes) {
    const auto lists = decode_efi_signature_lists(bytes);
    REQUIRE_FALSE(lists.has_value());
    return lists.error().code;
}

TEST_SUITE("efi_variable") {
    TEST_CASE("a machine with Secure Boot on: its flags, and its lists with their certificates and hashes") {
        const Bytes secure_boot = test::data(folder + "SecureBoot" + global);
        const auto flag = decode_efi_variable(secure_boot);
        REQUIRE(flag.has_value());
        CHECK(flag->attributes == 6);  // boot and runtime access
        CHECK(decode_efi_flag(flag->data).value());
        const Bytes setup_mode = test::data(folder + "SetupMode" + global);
        CHECK_FALSE(decode_efi_flag(decode_efi_variable(setup_mode)->data).value());

        const Bytes kek = test::data(folder + "KEK" + global);
        const auto variable = decode_efi_variable(kek);
        REQUIRE(variable.has_value());
        CHECK(variable->attributes == 0x27);  // kept, boot, runtime, time-based authenticated writes
        const auto lists = decode_efi_signature_lists(variable->data);
        REQUIRE(lists.has_value());
        REQUIRE(lists->size() == 2);
        for (const EfiSignatureList& list : *lists) {
            CHECK(efi_signature_type(list) == "x509");
            REQUIRE(list.signatures.size() == 1);
            CHECK(list.signatures[0].data[0] == 0x30);  // a certificate begins with a DER sequence
        }
        const Bytes dbx = test::data(folder + "dbx" + image_security);
        const auto refused_hashes = decode_efi_signature_lists(decode_efi_variable(dbx)->data);
        REQUIRE(refused_hashes.has_value());
        REQUIRE(refused_hashes->size() == 1);
        CHECK(efi_signature_type(refused_hashes->front()) == "sha256");
        REQUIRE(refused_hashes->front().signatures.size() == 1);
        CHECK(refused_hashes->front().signatures[0].data.size() == 32);
        CHECK(guid_text(refused_hashes->front().signatures[0].owner) == "a0baa8a3-041d-48a8-bc87-c36d121b5e3d");
    }

    TEST_CASE("a flag is one byte, 0 or 1") {
        CHECK_FALSE(decode_efi_flag(Bytes{}).has_value());
        CHECK_FALSE(decode_efi_flag(Bytes{2}).has_value());
        CHECK_FALSE(decode_efi_flag(Bytes{1, 0}).has_value());
    }

    TEST_CASE("a variable is at least its attributes") {
        for (std::size_t size = 0; size < 4; ++size) CHECK_FALSE(decode_efi_variable(Bytes(size)).has_value());
        CHECK(decode_efi_variable(Bytes(4))->data.empty());
    }

    TEST_CASE("lists one after the other, with headers and without signatures") {
        Bytes bytes = list_of(1, 48, 3, 5);
        const Bytes second = list_of(2, 16, 0);
        bytes.insert(bytes.end(), second.begin(), second.end());
        const auto lists = decode_efi_signature_lists(bytes);
        REQUIRE(lists.has_value());
        REQUIRE(lists->size() == 2);
        REQUIRE(lists->at(0).signatures.size() == 3);
        CHECK(to_hex(lists->at(0).signatures[2].data) == to_hex(Bytes(32, 2)));
        CHECK(lists->at(0).signatures[2].owner[15] == 0xaa);
        CHECK(lists->at(1).signatures.empty());
        CHECK(efi_signature_type(lists->at(1)) == "02020202-0202-0202-0202-020202020202");
        CHECK(decode_efi_signature_lists(Bytes{})->empty());
    }

    TEST_CASE("lists cut anywhere but between two are refused") {
        Bytes bytes = list_of(1, 48, 2);
        const std::size_t first = bytes.size();
        const Bytes second = list_of(2, 20, 1);
        bytes.insert(bytes.end(), second.begin(), second.end());
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            CAPTURE(size);
            const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            CHECK(decode_efi_signature_lists(cut).has_value() == (size == 0 || size == first || size == bytes.size()));
        }
    }

    TEST_CASE("sizes that lie are refused, and none makes the walk stand still") {
        const Bytes good = list_of(1, 48, 2);
        for (const std::uint32_t size : {0U, 27U, 29U, 0xffffffffU}) {
            Bytes bytes = good;
            set32(bytes, 16, size);
            CAPTURE(size);
            CHECK(refused(bytes) == (size == 0xffffffffU ? Errc::truncated : Errc::bad_value));
        }
        for (const std::uint32_t header : {1U, 97U, 0xffffffffU}) {
            Bytes bytes = good;
            set32(bytes, 20, header);
            CAPTURE(header);
            CHECK(refused(bytes) == Errc::bad_value);
        }
        for (const std::uint32_t each : {0U, 15U, 17U, 0xffffffffU}) {
            Bytes bytes = good;
            set32(bytes, 24, each);
            CAPTURE(each);
            CHECK(refused(bytes) == Errc::bad_value);
        }
    }

    TEST_CASE("the limit: as many bytes are read, one more is not") {
        Bytes bytes = list_of(1, 17, 1, static_cast<std::uint32_t>(max_efi_signature_bytes - 28 - 17));
        CHECK(bytes.size() == max_efi_signature_bytes);
        CHECK(decode_efi_signature_lists(bytes).has_value());
        bytes.resize(max_efi_signature_bytes + 1);
        CHECK(refused(bytes) == Errc::limit_exceeded);
    }

    TEST_CASE("the limits of lists and of signatures in all lists together") {
        Bytes lists;
        for (std::size_t i = 0; i < limits::efi_signature_lists; ++i) {
            const Bytes one = list_of(1, 17, 0);
            lists.insert(lists.end(), one.begin(), one.end());
        }
        CHECK(decode_efi_signature_lists(lists)->size() == limits::efi_signature_lists);
        const Bytes another = list_of(1, 17, 0);
        lists.insert(lists.end(), another.begin(), another.end());
        CHECK(refused(lists) == Errc::limit_exceeded);

        Bytes signatures = list_of(1, 17, 384);
        const Bytes most = list_of(1, 17, limits::efi_signatures - 384);
        signatures.insert(signatures.end(), most.begin(), most.end());
        CHECK(decode_efi_signature_lists(signatures).has_value());
        const Bytes one_more = list_of(1, 17, 1);
        signatures.insert(signatures.end(), one_more.begin(), one_more.end());
        CHECK(refused(signatures) == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay
