#include "certs/ek_chain.hpp"

#include "base/text.hpp"
#include "certs/ek_certificate.hpp"
#include "certs/trust_anchors.hpp"
#include "certs/vendor_chain.hpp"
#include "evidence/device_id.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/soft_tpm.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::EkAuthority;
using test::EkCertificateSpec;
using test::SoftEk;

namespace {

constexpr UnixMillis now{1'800'000'000'000};  // 2027-01-15

// A vendor whose root is pinned, a key, and certificates for it.
struct Scene {
    EkAuthority vendor{"Vendor"};
    SoftEk ek{"L-2"};
    TrustAnchors anchors;

    Scene() {
        REQUIRE(anchors.add_roots(vendor.root()).value() == 1);
        REQUIRE(anchors.add_intermediates(vendor.intermediate()).value() == 1);
    }
    Bytes certificate(const EkCertificateSpec& spec = {}) const { return vendor.issue(ek.spki(), spec); }
    EkTier tier(const Bytes& nv, std::vector<Bytes> chain = {}, UnixMillis at = now) const {
        return ek_tier(anchors, ek_fingerprint(ek.spki()), nv, chain, at);
    }
    Reason reason(const EkCertificateSpec& spec) const { return tier(certificate(spec)).reason; }
};

bool says(const EkTier& tier, std::string_view text) {
    return tier.detail.find(text) != std::string::npos;
}

}  // namespace

TEST_SUITE("EK chain") {
    TEST_CASE("a chain to a pinned root is trusted and names it") {
        const Scene scene;
        const EkTier tier = scene.tier(scene.certificate());
        CHECK(tier.reason == Reason::ek_chain_trusted);
        CHECK(says(tier, "CN=Vendor root"));
        CHECK(admits(tier));
    }

    TEST_CASE("a missing intermediate is named; from the TPM's NV it completes the chain, and it is no anchor itself") {
        Scene scene;
        scene.anchors = TrustAnchors();
        REQUIRE(scene.anchors.add_roots(scene.vendor.root()));
        EkCertificateSpec spec;
        spec.ca_issuers = "http://vendor.example/intermediate.crt";
        const Bytes certificate = scene.certificate(spec);
        const EkTier missing = scene.tier(certificate);
        CHECK(missing.reason == Reason::ek_chain_unknown_issuer);
        CHECK(says(missing, "\"CN=Vendor intermediate\""));
        CHECK(says(missing, "http://vendor.example/intermediate.crt"));
        CHECK_FALSE(admits(missing));
        CHECK(scene.tier(certificate, {scene.vendor.intermediate()}).reason == Reason::ek_chain_trusted);
        CHECK(
            scene.tier(certificate, {Bytes{1, 2, 3}, scene.vendor.intermediate()}).reason == Reason::ek_chain_trusted
        );

        const TrustAnchors nothing;
        const EkTier no_root =
            ek_tier(nothing, {}, certificate, std::vector{scene.vendor.intermediate(), scene.vendor.root()}, now);
        CHECK(no_root.reason == Reason::ek_chain_unknown_issuer);
        CHECK(says(no_root, "\"CN=Vendor root\""));
    }

    TEST_CASE("a pinned intermediate is an anchor when it was pinned as a root") {
        const Scene scene;
        TrustAnchors anchors;
        REQUIRE(anchors.add_roots(scene.vendor.intermediate()));
        CHECK(ek_tier(anchors, {}, scene.certificate(), {}, now).reason == Reason::ek_chain_trusted);
    }

    TEST_CASE("a CA of the same name but another key vouches for nothing") {
        const Scene scene;
        const EkAuthority impostor("Vendor");
        const Bytes certificate = impostor.issue(scene.ek.spki());
        const EkTier tier = scene.tier(certificate, {impostor.intermediate(), impostor.root()});
        CHECK_FALSE(admits(tier));
    }

    TEST_CASE("a certificate whose signature was changed is invalid, at any bit of it") {
        const Scene scene;
        const Bytes certificate = scene.certificate();
        for (std::size_t at = certificate.size() - 60; at < certificate.size(); ++at) {
            Bytes changed = certificate;
            changed[at] ^= 1U;
            CAPTURE(at);
            CHECK_FALSE(admits(scene.tier(changed)));
        }
        Bytes changed = certificate;
        changed.back() ^= 1U;
        CHECK(scene.tier(changed).reason == Reason::ek_chain_invalid);
    }

    TEST_CASE("dates that have passed, of the key's certificate or of a CA, are a state of their own that says which") {
        Scene scene;
        EkCertificateSpec spec;
        spec.not_after = now - std::chrono::seconds(1);
        const EkTier expired = scene.tier(scene.certificate(spec));
        CHECK(expired.reason == Reason::ek_chain_expired);
        CHECK(says(expired, "until 2027-01-15T07:59:59Z"));
        CHECK_FALSE(admits(expired));
        spec.not_after = now + std::chrono::seconds(1);
        CHECK(scene.reason(spec) == Reason::ek_chain_trusted);
        spec.not_before = now + std::chrono::seconds(1);
        CHECK(scene.reason(spec) == Reason::ek_chain_expired);

        const EkAuthority old("Old vendor", {.intermediate_until = now - std::chrono::hours(24)});
        REQUIRE(scene.anchors.add_roots(old.root()));
        const EkTier old_ca = scene.tier(old.issue(scene.ek.spki()), {old.intermediate()});
        CHECK(old_ca.reason == Reason::ek_chain_expired);
        CHECK(says(old_ca, "CN=Old vendor intermediate"));
    }

    TEST_CASE("everything that a chain comes upon is kept: a weak signature does not hide a date") {
        const Scene scene;
        const Bytes der = scene.certificate({.not_after = now - std::chrono::seconds(1), .sha1 = true});
        const unsigned char* at = der.data();
        const X509Ptr leaf{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
        const VendorChain chain = build_vendor_chain(scene.anchors.store(), leaf.get(), {}, now);
        CHECK(chain.reached);
        CHECK(chain.anchor == "\"CN=Vendor root\"");
        CHECK(chain.findings.weak.find("too weak") != std::string::npos);
        CHECK(chain.findings.out_of_date.find("until 2027-01-15") != std::string::npos);
        CHECK(chain.findings.invalid.empty());
        CHECK(chain.findings.missing_issuer.empty());
    }

    TEST_CASE("a critical subjectDirectoryAttributes is known, any other unknown critical extension is not") {
        const Scene scene;
        EkCertificateSpec spec;
        spec.critical_directory_attributes = true;
        CHECK(scene.reason(spec) == Reason::ek_chain_trusted);
        spec.critical_unknown = true;
        const EkTier both = scene.tier(scene.certificate(spec));
        CHECK(both.reason == Reason::ek_chain_invalid);
        CHECK(says(both, "critical extension"));
        spec.critical_directory_attributes = false;
        CHECK(scene.reason(spec) == Reason::ek_chain_invalid);
    }

    TEST_CASE("a critical subjectDirectoryAttributes does not hide what else is wrong") {
        const Scene scene;
        EkCertificateSpec spec;
        spec.critical_directory_attributes = true;
        spec.not_after = now - std::chrono::seconds(1);
        CHECK(scene.reason(spec) == Reason::ek_chain_expired);
        Bytes changed = scene.certificate(EkCertificateSpec{.critical_directory_attributes = true});
        changed.back() ^= 1U;
        CHECK(scene.tier(changed).reason == Reason::ek_chain_invalid);
    }

    TEST_CASE("a certificate with an RSAES-OAEP key, as older TPMs have, is checked like any other") {
        const SoftEk ek("L-1");
        const EkAuthority vendor("Older vendor");
        TrustAnchors anchors;
        REQUIRE(anchors.add_roots(vendor.root()));
        const std::vector<Bytes> chain{vendor.intermediate()};
        const auto tier = [&](EkCertificateSpec spec, std::span<const Bytes> given, UnixMillis at = now) {
            spec.rsaes_oaep = true;
            const Bytes certificate = vendor.issue(ek.spki(), spec);
            CHECK(read_ek_certificate(certificate)->spki == ek.spki());
            return ek_tier(anchors, {}, certificate, given, at);
        };
        CHECK(tier({}, chain).reason == Reason::ek_chain_trusted);
        CHECK(says(tier({}, chain), "CN=Older vendor root"));
        CHECK(tier({.critical_directory_attributes = true}, chain).reason == Reason::ek_chain_trusted);
        CHECK(tier({.critical_unknown = true}, chain).reason == Reason::ek_chain_invalid);
        CHECK(tier({.sha1 = true}, chain).reason == Reason::ek_chain_weak_signature);
        CHECK(tier({.not_after = now - std::chrono::seconds(1)}, chain).reason == Reason::ek_chain_expired);
        CHECK(tier({.not_before = now + std::chrono::seconds(1)}, chain).reason == Reason::ek_chain_expired);
        CHECK(tier({}, {}).reason == Reason::ek_chain_unknown_issuer);
        CHECK(says(tier({}, {}), "\"CN=Older vendor intermediate\""));
        Bytes changed = vendor.issue(ek.spki(), {.rsaes_oaep = true});
        changed.back() ^= 1U;
        CHECK(ek_tier(anchors, {}, changed, chain, now).reason == Reason::ek_chain_invalid);
        const TrustAnchors nothing;
        CHECK(says(ek_tier(nothing, {}, vendor.issue(ek.spki(), {.rsaes_oaep = true}), chain, now), "Older vendor root")
        );
    }

    TEST_CASE("a root that allows no CA below it vouches for nothing that such a CA issued") {
        const EkAuthority vendor("Strict", {.root_constraints = "critical,CA:TRUE,pathlen:0"});
        TrustAnchors anchors;
        REQUIRE(anchors.add_roots(vendor.root()));
        const std::vector<Bytes> chain{vendor.intermediate()};
        const SoftEk ek("L-1");
        for (const bool oaep : {false, true}) {
            const Bytes certificate = vendor.issue(ek.spki(), {.rsaes_oaep = oaep});
            CHECK(ek_tier(anchors, {}, certificate, chain, now).reason == Reason::ek_chain_invalid);
        }
    }

    TEST_CASE("what a CA may not be: a certificate that is none, or with an extension known for endorsement keys only"
    ) {
        const SoftEk ek("L-1");
        for (const test::EkAuthoritySpec& spec :
             {test::EkAuthoritySpec{.intermediate_constraints = "critical,CA:FALSE"},
              test::EkAuthoritySpec{.critical_directory_attributes = true}}) {
            const EkAuthority vendor("Strange", spec);
            TrustAnchors anchors;
            REQUIRE(anchors.add_roots(vendor.root()));
            const std::vector<Bytes> chain{vendor.intermediate()};
            for (const bool oaep : {false, true}) {
                const EkTier tier = ek_tier(anchors, {}, vendor.issue(ek.spki(), {.rsaes_oaep = oaep}), chain, now);
                CAPTURE(tier.detail);
                CHECK_FALSE(admits(tier));
            }
        }
    }

    TEST_CASE("certificates that are not for an endorsement key do not vouch for one") {
        const Scene scene;
        CHECK(scene.reason({.extended_usage = ""}) == Reason::ek_certificate_unsuitable);
        CHECK(scene.reason({.extended_usage = "serverAuth"}) == Reason::ek_certificate_unsuitable);
        CHECK(scene.reason({.is_ca = true}) == Reason::ek_certificate_unsuitable);
        CHECK(scene.reason({.key_usage = "critical,digitalSignature"}) == Reason::ek_certificate_unsuitable);
        CHECK(scene.reason({.key_usage = "critical,keyAgreement"}) == Reason::ek_chain_trusted);
        CHECK(scene.reason({.key_usage = ""}) == Reason::ek_chain_trusted);
    }

    TEST_CASE("SHA-1 in the chain is said, no certificate and no certificate at all are said") {
        const Scene scene;
        CHECK(scene.reason({.sha1 = true}) == Reason::ek_chain_weak_signature);
        CHECK(scene.tier({}).reason == Reason::ek_no_certificate);
        CHECK(scene.tier({0x30, 0x01}).reason == Reason::ek_certificate_malformed);
    }

    TEST_CASE("a virtual TPM of an unknown host is a tier of its own, of a pinned one it is trusted") {
        const Scene scene;
        const EkAuthority host("Some host");
        const EkCertificateSpec swtpm{.manufacturer = "id:00001014", .model = "swtpm"};
        const EkTier unknown = scene.tier(host.issue(scene.ek.spki(), swtpm));
        CHECK(unknown.reason == Reason::ek_virtual_tpm);
        CHECK(says(unknown, "CN=Some host intermediate"));
        CHECK_FALSE(admits(unknown));
        CHECK(scene.reason(swtpm) == Reason::ek_chain_trusted);
    }

    TEST_CASE("the operator's list admits a key whatever its certificate, and no other key") {
        Scene scene;
        scene.anchors.allow_ek(ek_fingerprint(scene.ek.spki()));
        CHECK(scene.tier({}).reason == Reason::ek_allow_listed);
        CHECK(scene.reason({.sha1 = true}) == Reason::ek_allow_listed);
        CHECK(scene.tier(scene.certificate()).reason == Reason::ek_chain_trusted);
        CHECK(admits(scene.tier({})));
        const SoftEk other("L-2");
        CHECK(ek_tier(scene.anchors, ek_fingerprint(other.spki()), {}, {}, now).reason == Reason::ek_no_certificate);
    }

    TEST_CASE("only a pinned chain and the operator's list admit, and every tier has its rank") {
        unsigned admitted = 0;
        for (const ReasonText& reason : all_reasons()) {
            const EkTier tier{reason.reason, ""};
            if (admits(tier)) ++admitted;
            CHECK(admits(tier) == (rank(tier) < 2));
        }
        CHECK(admitted == 2);
    }

    TEST_CASE("the CAs of a file come one by one, with their names; a file with anything else gives nothing") {
        const EkAuthority one("One");
        const EkAuthority two("Two");
        const std::string both = test::pem(one.root()) + test::pem(two.root());
        const auto read = read_ca_certificates(as_bytes(both));
        REQUIRE(read);
        REQUIRE(read->size() == 2);
        CHECK(read->at(0).der == one.root());
        CHECK(read->at(1).sha256 == sha256(two.root()));
        CHECK(read->at(0).subject.find("One") != std::string::npos);
        const Bytes leaf = one.issue(SoftEk("L-2").spki());
        CHECK(read_ca_certificates(as_bytes(test::pem(one.root()) + test::pem(leaf))).error().code == Errc::bad_value);
        CHECK(read_ca_certificates(as_bytes("nothing")).error().code == Errc::bad_encoding);
    }

    TEST_CASE("what is pinned: PEM or DER, each once, CAs only; a bad file adds nothing") {
        const EkAuthority one("One");
        const EkAuthority two("Two");
        const std::string both = "text before\n" + test::pem(one.root()) + "between\n" + test::pem(two.root());
        TrustAnchors anchors;
        CHECK(anchors.add_roots(as_bytes(both)).value() == 2);
        CHECK(anchors.add_roots(one.root()).value() == 0);
        CHECK(anchors.roots() == 2);
        const Bytes leaf = one.issue(SoftEk("L-2").spki());
        CHECK(anchors.add_roots(leaf).error().code == Errc::bad_value);
        const EkAuthority three("Three");
        CHECK_FALSE(anchors.add_roots(as_bytes(test::pem(three.root()) + test::pem(leaf))));
        CHECK_FALSE(anchors.add_roots(as_bytes(test::pem(three.root()) + "-----BEGIN CERTIFICATE-----\nAAAA\n")));
        CHECK(anchors.add_roots(as_bytes("nothing")).error().code == Errc::bad_encoding);
        CHECK(anchors.add_roots({}).error().code == Errc::bad_encoding);
        Bytes longer = three.root();
        longer.push_back(0);
        CHECK(anchors.add_roots(longer).error().code == Errc::trailing_bytes);
        CHECK(anchors.roots() == 2);
        CHECK(anchors.add_intermediates(three.intermediate()).value() == 1);
        CHECK(anchors.intermediates() == 1);
    }

    TEST_CASE("published vendor CAs are taken, and an STM certificate of 2014 reaches its root by SHA-1 only") {
        const auto roots = test::capture("tpm-vendor-roots/roots.pem");
        const auto intermediates = test::capture("tpm-vendor-roots/intermediates.pem");
        const auto leaf = test::capture("ek-certificates/stm-nuc-nv-header.bin");
        const auto nuvoton = test::capture("ek-certificates/nuvoton-padded.bin");
        if (!roots || !intermediates || !leaf || !nuvoton) return;
        TrustAnchors anchors;
        CHECK(anchors.add_roots(*roots).value() == 26);
        CHECK(anchors.add_intermediates(*intermediates).value() == 143);
        const UnixMillis then{1'500'000'000'000};  // 2017-07-14
        const EkTier stm = ek_tier(anchors, {}, *leaf, {}, then);
        CAPTURE(stm.detail);
        CHECK(stm.reason == Reason::ek_chain_weak_signature);
        CHECK_FALSE(admits(stm));
        const EkTier unknown = ek_tier(anchors, {}, *nuvoton, {}, then);
        CAPTURE(unknown.detail);
        CHECK(unknown.reason == Reason::ek_chain_unknown_issuer);
        CHECK(says(unknown, "Nuvoton TPM Root CA 2010"));
    }

    TEST_CASE("a hostile issuer's name cannot break out of the sentence (CVE-2022-23949)") {
        const Scene scene;
        const EkAuthority hostile("Evil\n\x1b[2J");
        const EkTier tier = scene.tier(hostile.issue(scene.ek.spki()));
        CHECK(tier.reason == Reason::ek_chain_unknown_issuer);
        CHECK(printable(tier.detail) == tier.detail);
        CHECK(tier.detail.find('\n') == std::string::npos);
    }
}
