#pragma once
// The bundle of a device whose boot and runtime are accepted, with everything that the collector says of it being what
// comes out; for tests that then change one thing.

#include "certs/document_signature.hpp"
#include "collector/bundle/verify_bundle.hpp"
#include "collector/findings/judge.hpp"
#include "policy/read_pack.hpp"
#include "tests/collector/verifier/runtime/accepted_entries.hpp"
#include "tests/support/ek_authority.hpp"

namespace assay::test {

inline const std::string bundle_pack = R"(
pack = { id = "test", version = 1, date = 2026-01-02, title = "Test list", source = "a test" }
entities = [{ id = "acme", name = "Acme" }]
identifiers = [{ entity = "acme", registry = "pci", values = ["1234"], confidence = "registered", source = "PCI-SIG" }]
[[entries]]
id = "test-acme"
entity = "acme"
authority = "FCC"
citation = "Section 1"
from = 2020-01-01
action = "review"
)";

inline policy::PackSet bundle_packs() {
    std::vector<policy::Pack> packs;
    packs.push_back(policy::read_pack(bundle_pack, "test").value());
    return policy::PackSet::compose(std::move(packs)).value();
}

struct BundleScene : MeasuredScene {
    BundleScene() {
        scene.device = DeviceId::of_ek(ek.spki());
        scene.statement.device = scene.device;
        Component card;
        card.key = "pci/0000:00/1c.0";
        card.kind = ComponentKind::pci_function;
        card.identifiers = {{Registry::pci, "1234:0001"}};
        scene.inventory.components.push_back(card);
        normalise(scene.inventory);
        policy = run_what_is_accepted(*this);
        ca = make_fleet_ca("Collector", validity).value();
        signer = make_signing_certificate(ca, "Evidence", validity).value();
        signer.certificate += ca.certificate;
        pins = {{{vendor.root()}, {}}, {{to_bytes(as_bytes(ca.certificate))}, {}}, {}};
    }

    // Of `known` entries that came before and the rest, of which the last `in_tail` came as the tail.
    Bundle bundle(std::size_t known = 0, std::size_t in_tail = 0) {
        const std::size_t count = entries.size() - known - in_tail;
        const Facts facts = this->facts(known, count);
        Bundle out;
        out.made_at = scene.now + std::chrono::hours(1);
        out.made_by = "assay-collector 0.1.0";
        out.device = scene.device;
        out.site = "north";
        out.report = {scene.report(), scene.challenge.selection, scene.challenge.nonce, scene.exporter, 1, scene.now};
        out.report.report.ima_tail = ima_bytes(std::vector(entries.end() - std::ptrdiff_t(in_tail), entries.end()));
        out.enrolment.keys = {"0.1.0",
                              {{ek.public_area(), vendor.issue(ek.spki()), 0}},
                              {vendor.intermediate()},
                              scene.ak.public_area(),
                              {},
                              {}};
        out.enrolment.tier = Reason::ek_chain_trusted;
        out.enrolment.decision = "automatic";
        out.enrolment.enrolled_at = scene.now - std::chrono::hours(24);
        for (const auto& [kind, body] : scene.documents) {
            if (kind != DocumentKind::ima) out.documents[sha256(body)] = body;
        }
        put_list(out, known, count);
        const std::string text = encode_runtime_policy(policy);
        BootReference accepted = learn_reference(facts.log().measured({"Acme", "R7", "1.2"}), "Acme R7");
        accepted.runtime_policy = sha256(text);
        out.references = {
            {false, encode_boot_reference(accepted), "ann", scene.now, "lab", {}},
            {true, text, "ann", scene.now, "", {}}
        };
        out.packs = {bundle_pack};
        say(out, facts, accepted, known);
        return out;
    }

    // As the collector hands it out: signed.
    BundleFiles files(const Bundle& bundle) const {
        BundleFiles out = encode_bundle(bundle);
        out[std::string(manifest_signature_file)] = sign_document(out.at(std::string(manifest_file)), signer).value();
        return out;
    }
    BundleVerdict verified(const Bundle& bundle, const Pins& trusted) const {
        return verify_bundle(files(bundle), trusted, shipped).value();
    }

    SoftEk ek{"L-2"};
    EkAuthority vendor{"Vendor"};
    Validity validity{UnixMillis{1'700'000'000'000}, UnixMillis{2'000'000'000'000}};
    PemIdentity ca;
    PemIdentity signer;
    RuntimePolicyDocument policy;
    ShippedPacks shipped{{sha256(bundle_pack), "test"}};
    Pins pins;  // the TPM's vendor, and the collector's CA

  private:
    void put_list(Bundle& out, std::size_t known, std::size_t count) const {
        if (known > 0)
            out.ima.push_back(
                {0, known, ima_bytes(std::vector(entries.begin(), entries.begin() + std::ptrdiff_t(known)))}
            );
        if (count > 0) out.ima.push_back({known, count, segment});
        out.ima_extension = ImaExtension::own_hash;
    }

    // What the collector made of it, by the same steps.
    void say(Bundle& out, const Facts& facts, const BootReference& accepted, std::size_t known) {
        const std::vector<ApprovedReference> references{{sha256(encode_boot_reference(accepted)), accepted}};
        const BootAppraisal boot = appraise_boot(facts, {"Acme", "R7", "1.2"}, references, Date::of(scene.now));
        RuntimePolicies policies;
        policies.emplace(*accepted.runtime_policy, std::make_shared<const RuntimePolicy>(policy_of(policy)));
        std::optional<KnownImaList> before;
        if (known > 0) {
            ImaReplay replay = start_replay(HashAlg::sha256);
            extend(replay, std::span(entries).first(known), ImaExtension::own_hash);
            replay.extension = ImaExtension::own_hash;
            before = KnownImaList{1, facts.quote().attest().clock.reset_count, "boot", replay, true};
        }
        const auto earlier = [this, known] {
            return std::optional(std::vector(entries.begin(), entries.begin() + std::ptrdiff_t(known)));
        };
        const RuntimeAppraisal runtime =
            appraise_runtime(facts, match_ima_list(facts, before, 1, segment), boot, policies, {std::nullopt, earlier});
        const Appraisal appraisal = appraise(facts, boot, runtime);
        out.appraisal.boot = boot.axis();
        out.appraisal.runtime = runtime.axis();
        out.appraisal.proof = boot.whole() && runtime.affirmed() ? ProofLevel::attested_os : ProofLevel::reported;
        out.appraisal.checks = appraisal.checks();
        out.appraisal.judged_on = Date::of(scene.now);
        DeviceFacts about;
        about.device = out.device.text();
        about.site = out.site;
        about.proof = out.appraisal.proof;
        for (const Finding& one : judge(scene.inventory, bundle_packs(), Date::of(scene.now), about)) {
            out.appraisal.findings.push_back(one.id);
        }
        std::ranges::sort(out.appraisal.findings);
    }
};

inline const BundleStep* find_step(const BundleVerdict& verdict, std::string_view step) {
    const auto found = std::ranges::find(verdict.steps, step, [](const BundleStep& one) {
        return std::string_view(one.result.check);
    });
    return found == verdict.steps.end() ? nullptr : &*found;
}

}  // namespace assay::test
