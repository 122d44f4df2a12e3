#include "certs/credential.hpp"

#include "base/crypto/random.hpp"
#include "base/encoding.hpp"
#include "tests/support/files.hpp"
#include "tests/support/soft_tpm.hpp"
#include "tests/support/vector.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::SoftAk;
using test::SoftEk;

namespace {

// Counts up: the same numbers in every run.
RandomSource counting() {
    return [next = std::uint8_t{1}](std::span<std::uint8_t> out) mutable {
        for (std::uint8_t& b : out) b = next++;
    };
}

struct ToolsBlob {
    Bytes credential;
    Bytes secret;
};

// cred.blob of tpm2-tools: magic, version, TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET.
ToolsBlob tools_blob(const Bytes& file) {
    const auto u16 = [&file](std::size_t at) { return std::size_t{file[at]} << 8U | file[at + 1]; };
    const std::size_t credential_size = u16(8);
    const std::size_t secret_at = 10 + credential_size;
    const auto at = [&file](std::size_t index) { return file.begin() + static_cast<std::ptrdiff_t>(index); };
    return {Bytes(at(10), at(secret_at)), Bytes(at(secret_at + 2), file.end())};
}

}  // namespace

TEST_SUITE("credential") {
    TEST_CASE("every EK template's key opens its credential, and only for the Name that it was made for") {
        const Bytes name = tpm_name(SoftAk().area());
        Bytes other_name = name;
        other_name.back() ^= 1U;
        const Bytes secret = to_bytes("0123456789abcdef0123456789abcdef");
        for (const EkTemplate& ek_template : ek_templates()) {
            CAPTURE(ek_template.name);
            const SoftEk ek(ek_template.name);
            const auto challenge = make_credential(ek.area(), name, secret, &system_random);
            REQUIRE(challenge);
            CHECK(ek.activate(*challenge, name) == secret);
            CHECK_FALSE(ek.activate(*challenge, other_name));
            for (const std::size_t at : {std::size_t{2}, challenge->credential_blob.size() - 1}) {
                CredentialChallenge changed = *challenge;
                changed.credential_blob[at] ^= 1U;
                CHECK_FALSE(ek.activate(changed, name));
            }
        }
    }

    TEST_CASE("another TPM's key of the same template does not open it") {
        const Bytes name = tpm_name(SoftAk().area());
        for (const std::string_view which : {"L-1", "L-2"}) {
            const SoftEk ek(which);
            const SoftEk other(which);
            const auto challenge = make_credential(ek.area(), name, to_bytes("secret"), &system_random);
            CHECK(ek.activate(*challenge, name) == to_bytes("secret"));
            CHECK_FALSE(other.activate(*challenge, name));
        }
    }

    TEST_CASE("the parts have the sizes that a TPM's tools give them") {
        for (const std::string which : {"rsa", "ecc"}) {
            CAPTURE(which);
            const auto file = [&which](std::string name, std::string_view ending) {
                return test::data("vm-measured-boot/tpm/" + name.append(which).append(ending));
            };
            const auto ek = decode_public_area(test::unsized(file("ek_", ".pub.tss")));
            const ToolsBlob theirs = tools_blob(file("cred_", ".blob"));
            const Bytes name = file("ak_", ".name");
            const auto ours = make_credential(*ek, name, to_bytes("0123456789abcdef0123456789abcdef"), counting());
            REQUIRE(ours);
            CHECK(ours->credential_blob.size() == theirs.credential.size());
            CHECK(ours->secret.size() == theirs.secret.size());
            CHECK(ours->credential_blob[1] == theirs.credential[1]);
        }
    }

    TEST_CASE("the vectors, computed by another program, come out of the same random numbers") {
        unsigned found = 0;
        for (const test::Vector& vector : test::all_vectors()) {
            if (vector.text("kind") != "credential") continue;
            CAPTURE(vector.file);
            const Bytes numbers = vector.hex("random");
            std::size_t used = 0;
            const RandomSource given = [&numbers, &used](std::span<std::uint8_t> out) {
                for (std::uint8_t& b : out) b = numbers.at(used++);
            };
            const auto ek = decode_public_area(vector.hex("ek"));
            REQUIRE(ek);
            REQUIRE(matching_ek_template(*ek) != nullptr);
            const auto made = make_credential(*ek, vector.hex("ak_name"), vector.hex("secret"), given);
            REQUIRE(made);
            CHECK(used == numbers.size());
            CHECK(to_hex(made->credential_blob) == vector.text("expect"));
            CHECK(to_hex(made->secret) == vector.text("encrypted"));
            ++found;
        }
        CHECK(found == 2);
    }

    TEST_CASE("the same random numbers give the same bytes, others give others") {
        const SoftEk ek("L-2");
        const Bytes name = tpm_name(SoftAk().area());
        const auto once = make_credential(ek.area(), name, to_bytes("secret"), counting());
        CHECK(make_credential(ek.area(), name, to_bytes("secret"), counting()).value() == *once);
        CHECK(make_credential(ek.area(), name, to_bytes("secret"), &system_random).value() != *once);
    }

    TEST_CASE("a secret that does not fit, a key without AES and an invalid key are refused") {
        const SoftEk ek("L-2");
        const Bytes name = tpm_name(SoftAk().area());
        CHECK(make_credential(ek.area(), name, Bytes(32), &system_random));
        CHECK(make_credential(ek.area(), name, Bytes(33), &system_random).error().code == Errc::bad_value);
        CHECK(make_credential(ek.area(), name, {}, &system_random).error().code == Errc::bad_value);
        CHECK(make_credential(ek.area(), {}, Bytes(32), &system_random).error().where == "ak_name");
        CHECK(make_credential(SoftAk().area(), name, Bytes(32), &system_random).error().where == "ek");
        PublicArea off_curve = ek.area();
        off_curve.unique_x.back() ^= 1U;
        CHECK_FALSE(make_credential(off_curve, name, Bytes(32), &system_random));
    }

    TEST_CASE("KDFa and KDFe give as many bits as asked, and others for another label") {
        const Bytes key = to_bytes("key");
        CHECK(kdf_a(HashAlg::sha256, key, "STORAGE", {}, {}, 128).size() == 16);
        CHECK(kdf_a(HashAlg::sha256, key, "STORAGE", {}, {}, 512).size() == 64);
        CHECK(kdf_e(HashAlg::sha256, key, "IDENTITY", {}, {}, 512).size() == 64);
        CHECK(
            kdf_a(HashAlg::sha256, key, "STORAGE", {}, {}, 256) != kdf_a(HashAlg::sha256, key, "INTEGRITY", {}, {}, 256)
        );
    }
}
