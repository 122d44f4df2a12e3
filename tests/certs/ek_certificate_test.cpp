#include "certs/ek_certificate.hpp"

#include "base/text.hpp"
#include "certs/certificate_text.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/public_area.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/soft_tpm.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::EkAuthority;
using test::SoftEk;

namespace {

Bytes with(Bytes bytes, std::size_t count, std::uint8_t value) {
    bytes.insert(bytes.end(), count, value);
    return bytes;
}

Bytes with_nv_header(const Bytes& der) {
    const std::size_t size = der.size() + 2;
    Bytes out{0x10, 0x01, 0x00, static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size), 0x10, 0x02};
    out.insert(out.end(), der.begin(), der.end());
    return out;
}

PublicKey captured_ek(const std::string& which) {
    const auto area = decode_public_area(test::unsized(test::data("vm-measured-boot/tpm/ek_" + which + ".pub.tss")));
    return public_key_of(area.value()).value();
}

}  // namespace

TEST_SUITE("EK certificate") {
    TEST_CASE("captured certificates are for the captured keys, each for its own only") {
        const auto rsa = read_ek_certificate(test::data("vm-measured-boot/tpm/nv-0x1c00002.der"));
        const auto ecc = read_ek_certificate(test::data("vm-measured-boot/tpm/nv-0x1c0000a.der"));
        REQUIRE(rsa);
        REQUIRE(ecc);
        CHECK(certifies(*rsa, captured_ek("rsa")));
        CHECK(certifies(*ecc, captured_ek("ecc")));
        CHECK_FALSE(certifies(*rsa, captured_ek("ecc")));
        CHECK_FALSE(certifies(*ecc, captured_ek("rsa")));
        CHECK_FALSE(certifies(*ecc, public_key_of(SoftEk("L-2").area()).value()));
        CHECK_FALSE(certifies(*rsa, public_key_of(SoftEk("L-1").area()).value()));
        CHECK(ecc->issuer == "CN=swtpm-localca");
        CHECK(ecc->manufacturer == "00001014");
        CHECK(ecc->model == "swtpm");
        CHECK(ecc->version == "20191023");
        CHECK(ecc->names_ek_usage);
        CHECK_FALSE(ecc->is_ca);
        CHECK(to_rfc3339(ecc->not_before) == "2026-11-22T13:08:35Z");
        CHECK(to_rfc3339(ecc->not_after) == "9999-12-31T23:59:59Z");
        CHECK(ecc->serial == "05");
    }

    TEST_CASE("an STM certificate with the 7-byte NV header is the same as without, and its RSAES-OAEP key is read") {
        const auto plain = test::capture("ek-certificates/stm-nuc.cer");
        const auto stored = test::capture("ek-certificates/stm-nuc-nv-header.bin");
        if (!plain || !stored) return;
        CHECK(certificate_in_nv(*stored).value() == *plain);
        const auto certificate = read_ek_certificate(*stored);
        REQUIRE(certificate);
        CHECK(certificate->manufacturer == "53544d20");
        CHECK(certificate->model == "ST33ZP24PVSP");
        CHECK(certificate->version == "0d0c");
        CHECK(certificate->subject.empty());
        CHECK(certificate->names_ek_usage);
        CHECK(PublicKey::from_spki(certificate->spki));
    }

    TEST_CASE("a Nuvoton certificate with a multi-valued issuer and padding is read") {
        const auto padded = test::capture("ek-certificates/nuvoton-padded.bin");
        if (!padded) return;
        const auto certificate = read_ek_certificate(*padded);
        REQUIRE(certificate);
        CHECK(certificate->der.size() == 908);
        CHECK(certificate->manufacturer == "4e544300");
        CHECK(certificate->issuer.find("Nuvoton TPM Root CA 2010") != std::string::npos);
    }

    TEST_CASE("padding of one repeated byte is cut off, anything else after the certificate is refused") {
        const Bytes der = test::data("vm-measured-boot/tpm/nv-0x1c0000a.der");
        const Bytes alone = certificate_in_nv(der).value();
        for (const std::uint8_t filler : Bytes{0x00, 0x11, 0xff}) {
            CHECK(certificate_in_nv(with(alone, 1, filler)).value() == alone);
            CHECK(certificate_in_nv(with(alone, 300, filler)).value() == alone);
            CHECK(certificate_in_nv(with(with_nv_header(alone), 9, filler)).value() == alone);
        }
        CHECK(certificate_in_nv(with(with(alone, 3, 0), 1, 0xff)).error().code == Errc::trailing_bytes);
        CHECK(certificate_in_nv(with(with(alone, 1, 0x30), 1, 0)).error().code == Errc::trailing_bytes);
    }

    TEST_CASE("truncation at every length is refused, with and without NV header") {
        const Bytes alone = certificate_in_nv(test::data("vm-measured-boot/tpm/nv-0x1c0000a.der")).value();
        for (const Bytes& bytes : {alone, with_nv_header(alone)}) {
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                CAPTURE(size);
                CHECK_FALSE(read_ek_certificate(ByteView(bytes).first(size)));
            }
        }
    }

    TEST_CASE("a size limit, a header that lies, and lengths no certificate has are refused") {
        const Bytes alone = certificate_in_nv(test::data("vm-measured-boot/tpm/nv-0x1c0000a.der")).value();
        const std::size_t room = limits::certificate_bytes - alone.size();
        CHECK(read_ek_certificate(with(alone, room, 0)));
        CHECK(read_ek_certificate(with(alone, room + 1, 0)).error().code == Errc::limit_exceeded);
        Bytes longer = with_nv_header(alone);
        longer[4] = static_cast<std::uint8_t>(longer[4] + 1);  // one byte more than there is
        CHECK(read_ek_certificate(longer).error().code == Errc::bad_encoding);
        const std::initializer_list<Bytes> none{
            {0x30, 0x80, 0x00, 0x00}, {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, {0x30, 0x83, 0xff, 0xff, 0xff}, {0x31, 0x00}
        };
        for (const Bytes& bytes : none) CHECK(read_ek_certificate(bytes).error().code == Errc::bad_encoding);
        CHECK_FALSE(read_ek_certificate(Bytes{0x30, 0x00}));
    }

    TEST_CASE("what a certificate calls its TPM comes back harmless (CVE-2022-23949)") {
        const EkAuthority authority("Vendor\n\x1b[31mX");
        test::EkCertificateSpec spec;
        spec.model = "evil\nmodel\x7f";
        spec.subject = "two\r\nlines";
        const auto certificate = read_ek_certificate(authority.issue(SoftEk("L-2").spki(), spec));
        REQUIRE(certificate);
        for (const std::string& text : {certificate->model, certificate->subject, certificate->issuer}) {
            CAPTURE(text);
            CHECK(printable(text) == text);
            CHECK(text.find('\n') == std::string::npos);
        }
    }

    TEST_CASE("addresses and times as text") {
        CHECK(address_text(Bytes{192, 0, 2, 7}) == "192.0.2.7");
        CHECK(address_text(Bytes{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}) == "2001:db8:0:0:0:0:0:7");
        CHECK(address_text(Bytes{1, 2, 3}).empty());
    }
}
