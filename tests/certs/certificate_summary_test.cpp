#include "certs/certificate_summary.hpp"

#include "evidence/hardware/efi_variable.hpp"
#include "evidence/limits.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

Bytes debian_certificate() {
    const Bytes file = test::data("vm-measured-boot/fw/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23");
    const auto lists = decode_efi_signature_lists(decode_efi_variable(file)->data);
    return to_bytes(lists.value().at(0).signatures.at(0).data);
}

}  // namespace

TEST_SUITE("certificate summary") {
    TEST_CASE("a certificate of shim's list calls itself what openssl prints") {
        const auto summary = read_certificate_summary(debian_certificate());
        REQUIRE(summary);
        CHECK(summary->subject == "CN=Debian Secure Boot CA");
        CHECK(summary->issuer == "CN=Debian Secure Boot CA");
        CHECK(summary->serial == "ed54a1d5af8748948d9f8932ee9c7c34");
        CHECK(to_rfc3339(summary->not_before) == "2016-08-16T18:09:18Z");
        CHECK(to_rfc3339(summary->not_after) == "2046-08-09T18:09:18Z");
    }

    TEST_CASE("cut, longer, over the limit, or no certificate at all: refused") {
        const Bytes whole = debian_certificate();
        for (std::size_t size = 0; size < whole.size(); size += 7) {
            CHECK_FALSE(read_certificate_summary(ByteView(whole).first(size)));
        }
        Bytes longer = whole;
        longer.push_back(0);
        CHECK(read_certificate_summary(longer).error().code == Errc::bad_encoding);
        CHECK(read_certificate_summary(Bytes(limits::certificate_bytes + 1)).error().code == Errc::limit_exceeded);
    }
}
