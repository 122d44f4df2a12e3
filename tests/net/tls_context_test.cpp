#include "net/tls_context.hpp"

#include "tests/support/test_ca.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

using namespace assay;
using namespace assay::net;
using assay::test::LeafSpec;
using assay::test::TestCa;

namespace {

X509Ptr decoded(const std::string& pem) {
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

}  // namespace

TEST_SUITE("tls_context") {
    TEST_CASE("both sides speak TLS 1.3 and nothing older") {
        const TestCa ca;
        const auto leaf = ca.localhost();
        const auto server = make_server_context({leaf.certificate_pem, leaf.key_pem, {}, "devices", nullptr});
        const auto client = make_client_context({ca.certificate_pem(), {}, {}});
        REQUIRE(server);
        REQUIRE(client);
        CHECK(SSL_CTX_get_min_proto_version(server->get()) == TLS1_3_VERSION);
        CHECK(SSL_CTX_get_min_proto_version(client->get()) == TLS1_3_VERSION);
        CHECK((SSL_CTX_get_verify_mode(client->get()) & SSL_VERIFY_PEER) != 0);
        CHECK(SSL_CTX_get_verify_mode(server->get()) == SSL_VERIFY_NONE);
    }

    TEST_CASE("a client CA makes the client's certificate a must") {
        const TestCa ca;
        const auto leaf = ca.localhost();
        const auto server =
            make_server_context({leaf.certificate_pem, leaf.key_pem, ca.certificate_pem(), "devices", nullptr});
        REQUIRE(server);
        const int mode = SSL_CTX_get_verify_mode(server->get());
        CHECK((mode & SSL_VERIFY_PEER) != 0);
        CHECK((mode & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) != 0);
    }

    TEST_CASE("what a certificate says of itself is one harmless line, and its times are read") {
        const TestCa ca("Hostile \x1b[2J CA");
        LeafSpec spec;
        spec.common_name = "device,7\n";
        const UnixMillis now = system_now();
        const X509Ptr leaf = decoded(ca.issue(spec).certificate_pem);
        REQUIRE(leaf);
        CHECK(issuer_of(leaf.get()).find('\x1b') == std::string::npos);
        CHECK(subject_of(leaf.get()).find('\n') == std::string::npos);
        CHECK(subject_of(leaf.get()).starts_with("CN=device\\,7"));
        CHECK(valid_at(leaf.get(), now));
        CHECK(!valid_at(leaf.get(), not_before_of(leaf.get()) - std::chrono::milliseconds(1)));
        CHECK(valid_at(leaf.get(), not_before_of(leaf.get())));
        CHECK(valid_at(leaf.get(), not_after_of(leaf.get())));
        CHECK(!valid_at(leaf.get(), not_after_of(leaf.get()) + std::chrono::milliseconds(1)));
        CHECK(!der_of(leaf.get()).empty());
    }

    TEST_CASE("an encrypted key is refused, never asked a password for") {
        const TestCa ca;
        const auto leaf = ca.localhost();
        const BioPtr in(BIO_new_mem_buf(leaf.key_pem.data(), static_cast<int>(leaf.key_pem.size())));
        const PkeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
        const BioPtr out(BIO_new(BIO_s_mem()));
        unsigned char password[] = "secret";
        REQUIRE(PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), password, 6, nullptr, nullptr) == 1);
        char* data = nullptr;
        const long size = BIO_get_mem_data(out.get(), &data);
        const auto server =
            make_server_context({leaf.certificate_pem, {data, static_cast<std::size_t>(size)}, {}, "devices", nullptr});
        REQUIRE(!server);
        CHECK(server.error().where == "key");
    }
}
