#include "certs/fleet_ca.hpp"

#include "base/crypto/openssl.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

using namespace assay;

namespace {

constexpr UnixMillis begin{1'800'000'000'000};  // 2027-01-15
const Validity ten_years{begin, begin + std::chrono::hours(24 * 3650)};
const Validity one_year{begin, begin + std::chrono::hours(24 * 365)};

X509Ptr parse(const std::string& pem) {
    const BioPtr in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    return X509Ptr(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}

PkeyPtr parse_key(const std::string& pem) {
    const BioPtr in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    return PkeyPtr(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
}

int verify(const PemIdentity& ca, const PemIdentity& leaf, UnixMillis at) {
    const std::unique_ptr<X509_STORE, Releaser<&X509_STORE_free>> store{X509_STORE_new()};
    const std::unique_ptr<X509_STORE_CTX, Releaser<&X509_STORE_CTX_free>> context{X509_STORE_CTX_new()};
    const X509Ptr root = parse(ca.certificate);
    const X509Ptr end = parse(leaf.certificate);
    X509_STORE_add_cert(store.get(), root.get());
    X509_STORE_CTX_init(context.get(), store.get(), end.get(), nullptr);
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, at.value / 1000);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);
    return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

}  // namespace

TEST_SUITE("fleet CA") {
    TEST_CASE("a server certificate holds under its CA, strictly, for its names and its time only") {
        const PemIdentity ca = make_fleet_ca("Example fleet", ten_years).value();
        const ServerNames names{{"collector.example", "*.site.example"}, {"192.0.2.7", "2001:db8::7"}};
        const PemIdentity server = make_server_certificate(ca, names, one_year).value();
        CHECK(verify(ca, server, begin) == X509_V_OK);
        CHECK(verify(ca, server, one_year.not_after - std::chrono::seconds(1)) == X509_V_OK);
        CHECK(verify(ca, server, begin - std::chrono::seconds(1)) == X509_V_ERR_CERT_NOT_YET_VALID);
        CHECK(verify(ca, server, one_year.not_after + std::chrono::seconds(1)) == X509_V_ERR_CERT_HAS_EXPIRED);
        const PemIdentity other = make_fleet_ca("Example fleet", ten_years).value();
        CHECK(verify(other, server, begin) != X509_V_OK);

        const X509Ptr certificate = parse(server.certificate);
        CHECK(X509_check_host(certificate.get(), "collector.example", 0, 0, nullptr) == 1);
        CHECK(X509_check_host(certificate.get(), "a.site.example", 0, 0, nullptr) == 1);
        CHECK(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr) == 0);
        CHECK(X509_check_ip_asc(certificate.get(), "192.0.2.7", 0) == 1);
        CHECK(X509_check_ip_asc(certificate.get(), "2001:db8::7", 0) == 1);
        CHECK(X509_check_ip_asc(certificate.get(), "192.0.2.8", 0) == 0);
    }

    TEST_CASE("keys are P-256 and fit their certificates; two are never the same") {
        const PemIdentity ca = make_fleet_ca("Example fleet", ten_years).value();
        const PemIdentity again = make_fleet_ca("Example fleet", ten_years).value();
        const PkeyPtr key = parse_key(ca.key);
        REQUIRE(key);
        CHECK(EVP_PKEY_get_bits(key.get()) == 256);
        CHECK(X509_check_private_key(parse(ca.certificate).get(), key.get()) == 1);
        CHECK(ca.key != again.key);
        CHECK(ca.key.starts_with("-----BEGIN PRIVATE KEY-----"));
    }

    TEST_CASE("the CA issues leaves only, and a server certificate issues nothing") {
        const PemIdentity ca = make_fleet_ca("Example fleet", ten_years).value();
        CHECK(X509_get_pathlen(parse(ca.certificate).get()) == 0);
        const PemIdentity server = make_server_certificate(ca, {{"a.example"}, {}}, one_year).value();
        CHECK(X509_check_ca(parse(server.certificate).get()) == 0);
        CHECK(make_server_certificate(server, {{"b.example"}, {}}, one_year).error().code == Errc::mismatch);
    }

    TEST_CASE("a summary says what a certificate is for, and renewal keeps its names") {
        const PemIdentity ca = make_fleet_ca("Example fleet", ten_years).value();
        const ServerNames names{{"collector.example"}, {"192.0.2.7", "2001:db8::7"}};
        const PemIdentity server = make_server_certificate(ca, names, one_year).value();
        const CertificateSummary old = summarise_certificate(server.certificate).value();
        CHECK(old.subject == "CN=collector.example");
        CHECK(old.issuer == "CN=Example fleet");
        CHECK(old.not_before == one_year.not_before);
        CHECK(old.not_after == one_year.not_after);
        CHECK(old.names.hosts == names.hosts);
        CHECK(old.names.addresses == std::vector<std::string>{"192.0.2.7", "2001:db8:0:0:0:0:0:7"});

        const Validity next{one_year.not_after, one_year.not_after + std::chrono::hours(24 * 365)};
        const PemIdentity renewed = renew_server_certificate(ca, server.certificate, next).value();
        const CertificateSummary fresh = summarise_certificate(renewed.certificate).value();
        CHECK(fresh.names.hosts == old.names.hosts);
        CHECK(fresh.names.addresses == old.names.addresses);
        CHECK(fresh.not_after == next.not_after);
        CHECK(renewed.key != server.key);
        CHECK(verify(ca, renewed, next.not_before) == X509_V_OK);
    }

    TEST_CASE("a server certificate does not outlive its CA") {
        const PemIdentity ca = make_fleet_ca("Example fleet", one_year).value();
        const PemIdentity server = make_server_certificate(ca, {{"a.example"}, {}}, ten_years).value();
        CHECK(summarise_certificate(server.certificate)->not_after == one_year.not_after);
        const Validity later{one_year.not_after + std::chrono::hours(1), one_year.not_after + std::chrono::hours(2)};
        CHECK(make_server_certificate(ca, {{"a.example"}, {}}, later).error().where == "validity");
    }

    TEST_CASE("names that are none, no names, a key of another CA and files that are none are refused") {
        const PemIdentity ca = make_fleet_ca("Example fleet", ten_years).value();
        const std::initializer_list<const char*> bad_hosts{
            "", "a b", "a..b", ".a", "a.", "a\n", "a,DNS:b", "http://a", "*", "a.*.b", "\xc3\xa4.example"
        };
        for (const char* host : bad_hosts) {
            CAPTURE(host);
            CHECK(make_server_certificate(ca, {{host}, {}}, one_year).error().code == Errc::bad_value);
        }
        for (const char* address : {"", "192.0.2", "192.0.2.256", "::g", "collector"}) {
            CAPTURE(address);
            CHECK(make_server_certificate(ca, {{}, {address}}, one_year).error().code == Errc::bad_value);
        }
        CHECK(make_server_certificate(ca, {}, one_year).error().code == Errc::missing_field);
        CHECK(
            make_server_certificate(ca, {std::vector<std::string>(65, "a"), {}}, one_year).error().code ==
            Errc::limit_exceeded
        );
        const PemIdentity other = make_fleet_ca("Other", ten_years).value();
        CHECK(
            make_server_certificate({ca.certificate, other.key}, {{"a"}, {}}, one_year).error().code == Errc::mismatch
        );
        CHECK(make_server_certificate({"x", ca.key}, {{"a"}, {}}, one_year).error().code == Errc::bad_encoding);
        CHECK(make_server_certificate({ca.certificate, "x"}, {{"a"}, {}}, one_year).error().code == Errc::bad_encoding);
        CHECK(make_fleet_ca("", ten_years).error().where == "common_name");
        CHECK(make_fleet_ca("a\nb", ten_years).error().where == "common_name");
        CHECK(make_fleet_ca(std::string(64, 'a'), ten_years));
        CHECK_FALSE(make_fleet_ca(std::string(65, 'a'), ten_years));
        CHECK(make_fleet_ca("a", {begin, begin}).error().where == "validity");
        CHECK_FALSE(summarise_certificate("no certificate"));
    }
}
