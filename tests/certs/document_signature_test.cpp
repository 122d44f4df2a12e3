#include "certs/document_signature.hpp"

#include "tests/support/files.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace assay;

namespace {

constexpr UnixMillis from{1'700'000'000'000};
constexpr UnixMillis until{2'000'000'000'000};
constexpr UnixMillis at{1'800'000'000'000};

struct Signed {
    PemIdentity ca = make_fleet_ca("Collector", {from, until}).value();
    PemIdentity signer = make_signing_certificate(ca, "Evidence of a", {from, until}).value();
    Bytes document = to_bytes(as_bytes(std::string_view("what is said")));
    Bytes signature;
    TrustAnchors anchors;

    Signed() {
        REQUIRE(anchors.add_roots(as_bytes(ca.certificate)));
        signature = sign_document(document, signer).value();
    }
    Result<DocumentSigner> check(UnixMillis when = at) const {
        return check_document_signature(document, signature, anchors, when);
    }
};

Errc refused(const Result<DocumentSigner>& signer) {
    REQUIRE_FALSE(signer.has_value());
    return signer.error().code;
}

}  // namespace

TEST_SUITE("document_signature") {
    TEST_CASE_FIXTURE(Signed, "a document is signed by somebody under a pinned CA") {
        const DocumentSigner who = check().value();
        CHECK(who.subject == "CN=Evidence of a");
        CHECK(who.anchor == "\"CN=Collector\"");
        CHECK(who.problem.empty());
    }

    TEST_CASE_FIXTURE(
        Signed, "no bit of the document may be another, and none of the signature without a word about it"
    ) {
        for (std::size_t bit = 0; bit < document.size() * 8; ++bit) {
            Bytes changed = document;
            changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
            CHECK(refused(check_document_signature(changed, signature, anchors, at)) == Errc::mismatch);
        }
        const DocumentSigner who = check().value();
        for (std::size_t bit = 0; bit < signature.size() * 8; bit += 3) {
            CAPTURE(bit);
            Bytes changed = signature;
            changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
            const auto other = check_document_signature(document, changed, anchors, at);
            // What the signature does not cover (how algorithms are written, what else came along) may differ.
            if (other && !other->anchor.empty()) CHECK(other->certificate == who.certificate);
        }
    }

    TEST_CASE_FIXTURE(Signed, "a signature that is cut, or followed by something, is refused") {
        for (std::size_t size = 0; size < signature.size(); ++size) {
            CHECK_FALSE(check_document_signature(document, ByteView(signature).first(size), anchors, at).has_value());
        }
        signature.push_back(0);
        CHECK(refused(check()) == Errc::trailing_bytes);
        signature.resize(document_signature_bytes + 1);
        CHECK(refused(check()) == Errc::limit_exceeded);
    }

    TEST_CASE_FIXTURE(
        Signed, "a signer under another CA, or whose certificate is out of date, is named and leads to nobody"
    ) {
        CHECK(check(UnixMillis{from.value - 1'000}).value().anchor.empty());
        CHECK(check(UnixMillis{until.value + 1'000}).value().anchor.empty());
        CHECK_FALSE(check(UnixMillis{until.value + 1'000}).value().problem.empty());
        const DocumentSigner who = check_document_signature(document, signature, TrustAnchors{}, at).value();
        CHECK(who.subject == "CN=Evidence of a");
        CHECK(who.anchor.empty());
        CHECK_FALSE(who.problem.empty());
    }

    TEST_CASE_FIXTURE(Signed, "a certificate of a CA's name with another key does not lead to it") {
        const PemIdentity namesake = make_fleet_ca("Collector", {from, until}).value();
        PemIdentity other = make_signing_certificate(namesake, "Evidence of a", {from, until}).value();
        other.certificate += namesake.certificate;
        signature = sign_document(document, other).value();
        CHECK(check().value().anchor.empty());
    }

    TEST_CASE_FIXTURE(Signed, "a key that is not the certificate's signs nothing") {
        const auto made = sign_document(document, {signer.certificate, ca.key});
        REQUIRE_FALSE(made.has_value());
        CHECK(made.error().code == Errc::mismatch);
        CHECK_FALSE(sign_document(document, {"", signer.key}).has_value());
        CHECK_FALSE(sign_document(document, {signer.certificate, ""}).has_value());
    }

    TEST_CASE_FIXTURE(Signed, "a document of no bytes is signed as any other") {
        document.clear();
        signature = sign_document(document, signer).value();
        CHECK(check().value().anchor == "\"CN=Collector\"");
    }

    TEST_CASE_FIXTURE(Signed, "openssl cms checks what is signed here, and signs what is checked here") {
        const test::ScratchDirectory directory;
        const auto put = [&directory](const std::string& name, std::string_view text) {
            std::ofstream(directory / name) << text;
        };
        put("doc", as_text(document));
        put("sig", as_text(signature));
        put("ca.pem", ca.certificate);
        put("me.pem", signer.certificate);
        put("me.key", signer.key);
        const std::string cms = "cd " + directory.path().string() + " && openssl cms ";
        const std::string valid = " -attime 1800000000";
        CHECK(
            std::system((cms + "-verify -binary -inform DER -in sig -content doc -CAfile ca.pem" + valid + " >out 2>err"
            )
                            .c_str()) == 0
        );
        put("doc", "what is not said");
        CHECK(
            std::system((cms + "-verify -binary -inform DER -in sig -content doc -CAfile ca.pem" + valid + " >out 2>err"
            )
                            .c_str()) != 0
        );
        put("doc", as_text(document));
        for (const char* options : {"", "-noattr", "-md sha384"}) {
            CAPTURE(options);
            REQUIRE(
                std::system((cms + "-sign -binary -in doc -signer me.pem -inkey me.key -outform DER -out theirs " +
                             options)
                                .c_str()) == 0
            );
            const Bytes theirs = test::read_file(directory / "theirs");
            CHECK(check_document_signature(document, theirs, anchors, at).value().anchor == "\"CN=Collector\"");
        }
        REQUIRE(
            std::system(
                (cms + "-sign -binary -md sha1 -in doc -signer me.pem -inkey me.key -outform DER -out weak").c_str()
            ) == 0
        );
        CHECK(
            refused(check_document_signature(document, test::read_file(directory / "weak"), anchors, at)) ==
            Errc::bad_value
        );
        REQUIRE(
            std::system(
                (cms + "-sign -binary -nocerts -in doc -signer me.pem -inkey me.key -outform DER -out bare").c_str()
            ) == 0
        );
        CHECK_FALSE(check_document_signature(document, test::read_file(directory / "bare"), anchors, at).has_value());
    }
}
