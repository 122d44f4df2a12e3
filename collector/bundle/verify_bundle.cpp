#include "collector/bundle/verify_bundle.hpp"

#include "base/encoding.hpp"
#include "certs/document_signature.hpp"
#include "collector/bundle/bundled_list.hpp"
#include "collector/bundle/pins.hpp"
#include "collector/findings/judge.hpp"
#include "collector/verifier/appraisal.hpp"
#include "collector/verifier/enrolment.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "policy/read_pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace assay {
namespace {

const Bytes* file_of(const BundleFiles& files, std::string_view name) {
    const auto found = files.find(std::string(name));
    return found == files.end() ? nullptr : &found->second;
}

std::string short_hash(const Sha256& hash) {
    return to_hex(hash).substr(0, 12);
}

// What the pins come to.
struct Anchors {
    TrustAnchors vendors;
    TrustAnchors collectors;
    TrustAnchors reviewers;
};

class Repetition {
  public:
    Repetition(const Bundle& bundle, const Anchors& anchors, BundleVerdict& out)
        : bundle_(bundle), anchors_(anchors), out_(out) {}

    void signature(const Bytes& manifest, const Bytes* given);
    void appraise(const ShippedPacks& shipped);

  private:
    void proven(CheckResult result) { out_.steps.push_back({std::move(result), Basis::proven}); }
    void asserted(CheckResult result) { out_.steps.push_back({std::move(result), Basis::asserted}); }
    // `anchors`: whose signature it has to be.
    void signed_by(
        std::string_view step, ByteView document, const Bytes* signature, const TrustAnchors& anchors,
        const std::string& what
    );
    // A step of the verifier over again, held against what the collector says of it.
    void again(CheckResult result);
    void contradict(std::string_view what) { contradicted_ += (contradicted_.empty() ? "" : ", ") + std::string(what); }
    void as_said(std::string_view step);
    const CheckResult* said(std::string_view step) const;

    std::optional<AttestationKey> enrolment();
    std::optional<VerifiedQuote> quote(AttestationKey key);
    std::optional<Facts> facts(VerifiedQuote quote);
    std::optional<AskedDocuments> documents(const Statement& statement);
    void boot_and_runtime(const Facts& facts);
    void approvals();
    void judge_parts(const Facts& facts, const ShippedPacks& shipped);
    void compare();

    const Bundle& bundle_;
    const Anchors& anchors_;
    BundleVerdict& out_;
    BundledList list_;
    std::vector<ApprovedReference> references_;
    RuntimePolicies policies_;
    bool attested_os_ = false;
    std::string contradicted_;  // what comes out otherwise than the collector says
};

const CheckResult* Repetition::said(std::string_view step) const {
    const auto found = std::ranges::find(bundle_.appraisal.checks, step, &CheckResult::check);
    return found == bundle_.appraisal.checks.end() ? nullptr : &*found;
}

void Repetition::again(CheckResult result) {
    const CheckResult* before = said(result.check);
    if (before == nullptr || before->outcome != result.outcome || before->reason != result.reason) {
        contradict(result.check);
    }
    proven(std::move(result));
}

void Repetition::as_said(std::string_view step) {
    if (const CheckResult* one = said(step)) return asserted(*one);
    asserted(not_appraised(step, Reason::not_repeatable, "the collector does not say"));
}

void Repetition::signed_by(
    std::string_view step, ByteView document, const Bytes* signature, const TrustAnchors& anchors,
    const std::string& what
) {
    if (signature == nullptr || signature->empty())
        return asserted(not_appraised(step, Reason::document_not_signed, what));
    const auto signer = check_document_signature(document, *signature, anchors, bundle_.made_at);
    if (!signer) {
        return proven(failed(step, Reason::document_signature_invalid, what + ": " + signer.error().message()));
    }
    const std::string by = what + ", signed by \"" + signer->subject + "\"";
    if (signer->anchor.empty()) {
        return asserted(not_appraised(step, Reason::signer_not_pinned, by + ": " + signer->problem));
    }
    proven(passed(step, Reason::document_signed, by + " under " + signer->anchor));
}

void Repetition::signature(const Bytes& manifest, const Bytes* given) {
    signed_by(bundle_step::signature, manifest, given, anchors_.collectors, "made by " + bundle_.made_by);
}

std::optional<AttestationKey> Repetition::enrolment() {
    const BundledEnrolment& said = bundle_.enrolment;
    auto checked = check_enrolment(encode_enrolment_request(said.keys), anchors_.vendors, said.enrolled_at);
    if (!checked) {
        proven(failed(bundle_step::ek_certificate, checked.error().reason, checked.error().what));
        return std::nullopt;
    }
    const EkTier& tier = checked->tier();
    if (admits(tier)) {
        proven(passed(bundle_step::ek_certificate, tier.reason, tier.detail));
    } else {
        asserted(not_appraised(
            bundle_step::ek_certificate, tier.reason,
            fmt::format("{}; the collector says {}: {}", tier.detail, word(said.tier), said.detail)
        ));
    }
    const auto is_its_own = [this](const VouchedEk& key) { return DeviceId::of_ek(key.spki) == bundle_.device; };
    if (!std::ranges::any_of(checked->endorsement_keys(), is_its_own)) {
        proven(failed(bundle_step::device_id, Reason::bundle_contradicted, "is made of none of the endorsement keys"));
        return std::nullopt;
    }
    proven(passed(bundle_step::device_id));
    asserted(passed(
        bundle_step::activation, Reason::not_repeatable,
        fmt::format("at {} one TPM held the endorsement keys and the attestation key", to_rfc3339(said.enrolled_at))
    ));
    auto key = AttestationKey::of(checked->ak().public_area());  // it can: it was
    return key ? std::optional(*std::move(key)) : std::nullopt;
}

std::optional<VerifiedQuote> Repetition::quote(AttestationKey key) {
    const BundledReport& given = bundle_.report;
    asserted(passed(
        bundle_step::freshness, Reason::not_repeatable,
        fmt::format(
            "the nonce was the collector's and fresh, and the report came over that connection, at {}",
            to_rfc3339(given.accepted_at)
        )
    ));
    auto report = decode_signed_report(encode_report(given.report));
    if (!report) {
        proven(failed(bundle_step::quote, report.error().reason, report.error().what));
        return std::nullopt;
    }
    const IssuedChallenge challenge{given.nonce, given.asked, given.accepted_at};
    auto authentic =
        authenticate(*std::move(report), key, bundle_.device, challenge, given.exporter, given.accepted_at);
    if (!authentic) {
        proven(failed(bundle_step::quote, authentic.error().reason, authentic.error().what));
        return std::nullopt;
    }
    auto verified = verify_quote(*std::move(authentic), nullptr);
    if (auto* failure = std::get_if<DeviceFailure>(&verified)) {
        for (CheckResult& one : failure->checks) again(std::move(one));
        return std::nullopt;
    }
    if (std::holds_alternative<PcrValuesNeeded>(verified)) {
        proven(failed(step::pcr_digest, Reason::pcr_values_incomplete, "the bundle has no PCR values"));
        return std::nullopt;
    }
    return std::get<VerifiedQuote>(std::move(verified));
}

std::optional<AskedDocuments> Repetition::documents(const Statement& statement) {
    AskedDocuments out(statement.documents);
    for (const DocumentRef& ref : statement.documents) {
        std::optional<Bytes> body;
        if (ref.kind == DocumentKind::ima && statement.ima) {
            if (bundle_.ima_whole) body = list_.document(statement.ima->first, statement.ima->count);
        } else if (const auto found = bundle_.documents.find(ref.sha256); found != bundle_.documents.end()) {
            body = found->second;
        }
        if (!body) continue;  // establish_facts says which one is missing
        if (const auto put = out.put(ref.sha256, *std::move(body)); !put) {
            proven(failed(step::documents, put.error().reason, std::string(name(ref.kind)) + " " + put.error().what));
            return std::nullopt;
        }
    }
    return out;
}

std::optional<Facts> Repetition::facts(VerifiedQuote quote) {
    const auto uploads = documents(quote.statement());
    if (!uploads) return std::nullopt;
    std::shared_ptr<const BootLog> log;
    if (const DocumentRef* ref = find_document(quote.statement(), DocumentKind::event_log)) {
        const auto given = bundle_.documents.find(ref->sha256);
        if (given != bundle_.documents.end()) log = read_boot_log(given->second);
    }
    std::vector<KnownDocument> known;  // by the collector alone
    const DocumentRef* list = find_document(quote.statement(), DocumentKind::ima);
    if (list != nullptr && !bundle_.ima_whole) known.push_back({*list, false});
    auto out = establish_facts(replay_log(std::move(quote), log), {}, known, *uploads, bundle_.report.accepted_at);
    const std::vector<CheckResult>& checks = out ? out->checks() : out.error().checks;
    for (const CheckResult& one : checks) {
        const bool of_earlier_reports =
            one.check == step::previous || one.check == step::counters || one.check == step::tpm_firmware;
        if (of_earlier_reports) {
            as_said(one.check);
        } else {
            again(one);
        }
    }
    if (!out) return std::nullopt;
    return *std::move(out);
}

void Repetition::approvals() {
    for (const BundledReference& one : bundle_.references) {
        const std::string by = one.approved_by.empty() ? "nobody" : one.approved_by;
        const std::string what = fmt::format(
            "{} {}, approved by {}{}", one.runtime_policy ? "runtime policy" : "Reference Values",
            short_hash(sha256(one.text)), by, one.approved_at ? " at " + to_rfc3339(*one.approved_at) : ""
        );
        signed_by(bundle_step::approval, as_bytes(one.text), &one.signature, anchors_.reviewers, what);
        if (one.runtime_policy) {
            auto policy = read_runtime_policy(one.text, "runtime policy");
            if (!policy) {
                proven(failed(bundle_step::approval, Reason::document_malformed, policy.error().message()));
                continue;
            }
            policies_.emplace(sha256(one.text), std::make_shared<const RuntimePolicy>(*std::move(policy)));
        } else {
            auto reference = decode_boot_reference(one.text);
            if (!reference) {
                proven(failed(bundle_step::approval, Reason::document_malformed, reference.error().message()));
                continue;
            }
            references_.push_back({sha256(one.text), *std::move(reference)});
        }
    }
}

void Repetition::boot_and_runtime(const Facts& facts) {
    const Date day = Date::of(bundle_.report.accepted_at);
    const FirmwareModel firmware = facts.new_inventory() ? firmware_model(*facts.new_inventory()) : FirmwareModel{};
    const BootAppraisal boot = appraise_boot(facts, firmware, references_, day);
    out_.boot = boot.axis();
    again(boot.check());
    if (!bundle_.ima_whole) {
        as_said(step::ima);
        as_said(step::runtime_policy);
        out_.runtime = bundle_.appraisal.runtime;
        return;
    }
    const auto& span = facts.statement().ima;
    const std::size_t before = span ? std::min<std::size_t>(span->first, list_.entries().size()) : 0;
    const std::span<const ImaEntry> earlier = list_.entries().first(before);
    std::optional<KnownImaList> known;
    if (before > 0) {
        const PcrSelection& asked = bundle_.report.asked;
        ImaReplay replay = start_replay(asked.front().bank);
        const ImaExtension extension = bundle_.ima_extension.value_or(ImaExtension::own_hash);
        extend(replay, earlier, extension);
        replay.extension = extension;
        known =
            KnownImaList{bundle_.report.generation, facts.quote().attest().clock.reset_count, span->boot, replay, true};
    }
    const Bytes segment = span ? list_.document(before, span->count).value_or(Bytes{}) : Bytes{};
    const ImaEvidence list = match_ima_list(facts, known, bundle_.report.generation, segment);
    const auto entries = [earlier] { return std::optional(std::vector<ImaEntry>(earlier.begin(), earlier.end())); };
    const RuntimeAppraisal runtime = appraise_runtime(facts, list, boot, policies_, {std::nullopt, entries});
    out_.runtime = runtime.axis();
    again(runtime.list_check());
    again(runtime.policy_check());
    attested_os_ = boot.whole() && boot.affirmed() && runtime.affirmed();
}

void Repetition::judge_parts(const Facts& facts, const ShippedPacks& shipped) {
    out_.proof = facts.replayed() ? ProofLevel::declared
                 : attested_os_   ? ProofLevel::attested_os
                                  : ProofLevel::reported;
    if (!bundle_.appraisal.judged_on || !facts.new_inventory()) return;
    std::vector<policy::Pack> packs;
    std::string others;
    const auto add = [&others](std::string_view what, const std::string& id) {
        others += (others.empty() ? "" : ", ") + std::string(what) + id;
    };
    std::set<Sha256> given;
    for (const std::string& text : bundle_.packs) {
        auto pack = policy::read_pack(text, "packs/" + short_hash(sha256(text)));
        if (!pack) return proven(failed(bundle_step::packs, Reason::document_malformed, pack.error().message()));
        given.insert(pack->sha256);
        if (!shipped.contains(pack->sha256)) add("with ", pack->id);
        packs.push_back(*std::move(pack));
    }
    for (const auto& [hash, id] : shipped) {
        if (!given.contains(hash)) add("without ", id);
    }
    auto set = policy::PackSet::compose(std::move(packs));
    if (!set) return proven(failed(bundle_step::packs, Reason::document_malformed, set.error().message()));
    const std::string all = std::to_string(bundle_.packs.size()) + " packs";
    if (others.empty()) {
        proven(passed(bundle_step::packs, Reason::document_signed, all + ", the ones that this program ships"));
    } else {
        asserted(passed(
            bundle_step::packs, Reason::not_repeatable, all + ", not the ones that this program ships: " + others
        ));
    }
    DeviceFacts about;
    about.device = bundle_.device.text();
    about.site = bundle_.site;
    about.role = bundle_.role;
    about.proof = out_.proof;
    out_.findings = judge(*facts.new_inventory(), *set, *bundle_.appraisal.judged_on, about);
    std::vector<std::string> ids;
    for (const Finding& one : out_.findings) ids.push_back(one.id);
    std::ranges::sort(ids);
    const std::string counted = std::to_string(ids.size()) + " findings";
    if (ids == bundle_.appraisal.findings) {
        proven(passed(bundle_step::findings, Reason::repeated, counted));
    } else {
        proven(failed(
            bundle_step::findings, Reason::bundle_contradicted,
            fmt::format("{}, the collector says {}", counted, bundle_.appraisal.findings.size())
        ));
    }
}

void Repetition::compare() {
    const BundledAppraisal& said = bundle_.appraisal;
    if (said.boot.verdict != out_.boot.verdict || said.boot.reason != out_.boot.reason) contradict("boot");
    if (said.runtime.verdict != out_.runtime.verdict || said.runtime.reason != out_.runtime.reason)
        contradict("runtime");
    if (bundle_.ima_whole && said.proof != out_.proof) contradict("proof level");
    if (contradicted_.empty()) return proven(passed(bundle_step::collector));
    proven(failed(
        bundle_step::collector, Reason::bundle_contradicted,
        "comes out otherwise than the collector says: " + contradicted_
    ));
}

void Repetition::appraise(const ShippedPacks& shipped) {
    auto list = BundledList::of(bundle_.ima);
    if (!list) return proven(failed(step::ima, Reason::ima_malformed, list.error().message()));
    list_ = *std::move(list);
    auto key = enrolment();
    if (!key) return;
    auto verified = quote(*std::move(key));
    if (!verified) return;
    const auto established = facts(*std::move(verified));
    if (!established) return;
    approvals();
    boot_and_runtime(*established);
    judge_parts(*established, shipped);
    compare();
}

}  // namespace

std::string_view name(Basis basis) {
    return basis == Basis::proven ? "proven" : "asserted by the collector";
}

std::size_t BundleVerdict::failed() const {
    return static_cast<std::size_t>(std::ranges::count_if(steps, [](const BundleStep& one) {
        return one.result.outcome == "failed";
    }));
}

std::size_t BundleVerdict::count(Basis basis) const {
    return static_cast<std::size_t>(std::ranges::count_if(steps, [basis](const BundleStep& one) {
        return one.basis == basis && one.result.outcome == "passed";
    }));
}

Result<BundleVerdict> verify_bundle(const BundleFiles& files, const Pins& pins, const ShippedPacks& shipped) {
    BundleVerdict out;
    TRY(out.bundle, decode_bundle(files));
    const Bytes& manifest = files.at(std::string(manifest_file));
    const Bytes* signature = file_of(files, manifest_signature_file);
    const std::vector<Bytes> carried = carried_cas(out.bundle, manifest, signature);
    Anchors anchors;
    TRY(anchors.vendors, anchors_of(pins.vendors, carried));
    TRY(anchors.collectors, anchors_of(pins.collectors, carried));
    TRY(anchors.reviewers, anchors_of(pins.reviewers, carried));
    Repetition repetition(out.bundle, anchors, out);
    repetition.signature(manifest, signature);
    repetition.appraise(shipped);
    return out;
}

}  // namespace assay
