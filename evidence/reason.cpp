#include "evidence/reason.hpp"

#include <array>
#include <cassert>
#include <cstddef>

namespace assay {
namespace {

// In the order of the enum.
constexpr std::array table{
    // A rejected attempt.
    ReasonText{
        Reason::malformed_message, "malformed_message",
        "The message is not what docs/PROTOCOL.md describes; the error names the field.",
        "Check that agent and collector are of versions that belong together, and that nothing between them rewrites "
        "messages."
    },
    ReasonText{
        Reason::unknown_device, "unknown_device", "No enrolled device has this id.",
        "Let the agent enrol. If it was enrolled here before, check that it talks to the right collector."
    },
    ReasonText{
        Reason::device_retired, "device_retired", "The device was retired or rejected; its reports are not taken.",
        "Look up who retired it and why; enrol it again if that was a mistake."
    },
    ReasonText{
        Reason::no_challenge, "no_challenge", "A report came on a connection that has no open challenge.",
        "The agent has to ask for a challenge on the same connection first. A proxy that splits one connection into "
        "several causes this."
    },
    ReasonText{
        Reason::nonce_expired, "nonce_expired", "The report came more than 60 seconds after its challenge.",
        "A slow TPM or a long queue: ask for a new challenge. If it repeats, look at the device's load."
    },
    ReasonText{
        Reason::nonce_used, "nonce_used", "The challenge was used by a report before.",
        "Each report needs a challenge of its own. A repeated message is refused and changes nothing."
    },
    ReasonText{
        Reason::attest_malformed, "attest_malformed", "The quote is no TPMS_ATTEST of a quote, or is too long.",
        "Check the agent's version; keep the rejected attempt if somebody else may have sent it."
    },
    ReasonText{
        Reason::attest_bad_magic, "attest_bad_magic",
        "The signed structure does not begin with TPM_GENERATED_VALUE: it was not made inside a TPM.",
        "Treat it as forged. The device itself is not affected."
    },
    ReasonText{
        Reason::attest_wrong_type, "attest_wrong_type", "The signed structure is an attestation of another kind.",
        "Only TPM2_Quote is accepted. Treat it as forged if the agent is ours."
    },
    ReasonText{
        Reason::signature_malformed, "signature_malformed", "The signature is no TPMT_SIGNATURE of a known scheme.",
        "Check the agent's version; keep the rejected attempt if somebody else may have sent it."
    },
    ReasonText{
        Reason::signature_wrong_algorithm, "signature_wrong_algorithm",
        "The signature has another scheme or hash than the enrolled attestation key.",
        "Only the enrolled key's own scheme counts. Enrol again if the device's key was changed on purpose."
    },
    ReasonText{
        Reason::signature_invalid, "signature_invalid",
        "The signature over the quote does not hold with the device's enrolled attestation key.",
        "Somebody without the device's TPM used its id, the message was changed on its way, or the TPM was replaced: "
        "then enrol it again."
    },
    ReasonText{
        Reason::signer_mismatch, "signer_mismatch",
        "The quote's qualifiedSigner is not the enrolled key as a primary key of the endorsement hierarchy.",
        "The same key in another hierarchy would hide the TPM's counters. Check the agent's version."
    },
    ReasonText{
        Reason::binding_mismatch, "binding_mismatch",
        "The quote signs over something else than this challenge, this connection, this device and this statement.",
        "A replayed quote, a changed statement, or something that ends TLS between agent and collector. Let the agent "
        "connect directly: see `assay-agent doctor`."
    },
    ReasonText{
        Reason::too_many_attempts, "too_many_attempts", "This peer sent more failing attempts than it may.",
        "Wait; then look at the rejected attempts to see what failed."
    },
    ReasonText{
        Reason::document_not_asked, "document_not_asked",
        "A document was sent that the collector did not ask for on this connection.",
        "Send exactly the documents of the collector's 409 answer, each once."
    },
    ReasonText{
        Reason::document_hash_mismatch, "document_hash_mismatch", "A document's bytes do not hash to its name.",
        "Check the agent's version, and that nothing between agent and collector rewrites messages."
    },
    ReasonText{
        Reason::document_size_mismatch, "document_size_mismatch",
        "A document is longer or shorter than the statement says.",
        "Check the agent's version, and that nothing between agent and collector rewrites messages."
    },
    // A rejected enrolment.
    ReasonText{
        Reason::ek_malformed, "ek_malformed", "An endorsement key of the request is no public area with a valid key.",
        "Check the agent's version; run `assay-agent doctor` on the device."
    },
    ReasonText{
        Reason::ek_not_from_template, "ek_not_from_template",
        "An endorsement key differs from every TCG template in more than its unique field.",
        "Such a key could let one TPM pose as many devices, so it is refused. Check that the agent made the key, not "
        "another program."
    },
    ReasonText{
        Reason::ek_duplicate, "ek_duplicate", "The request has the same endorsement key twice.",
        "Check the agent's version."
    },
    ReasonText{
        Reason::ek_certificate_other_key, "ek_certificate_other_key",
        "The certificate sent for an endorsement key is for another key.",
        "The TPM's NV index may hold the certificate of another key or of another TPM. Ask the maker; do not approve."
    },
    ReasonText{
        Reason::ek_of_other_device, "ek_of_other_device",
        "The request's endorsement keys belong to two different known devices.",
        "One TPM cannot be two devices: find out which records are of the same one and retire the other."
    },
    ReasonText{
        Reason::ak_malformed, "ak_malformed", "The attestation key is no public area with a valid key.",
        "Check the agent's version; run `assay-agent doctor` on the device."
    },
    ReasonText{
        Reason::ak_not_from_template, "ak_not_from_template",
        "The attestation key is not one of the documented templates: it may not be restricted, or may leave the TPM.",
        "Let the agent make its own key."
    },
    ReasonText{
        Reason::ak_of_other_device, "ak_of_other_device", "The attestation key is enrolled for another device already.",
        "An attestation key stands for one TPM. Look at both records before anything is approved."
    },
    ReasonText{
        Reason::enrolment_unknown, "enrolment_unknown", "No enrolment with this id is open on this connection.",
        "The proof must come on the connection of the request. Start the enrolment again."
    },
    ReasonText{
        Reason::enrolment_expired, "enrolment_expired", "The proof came more than five minutes after the request.",
        "Start the enrolment again."
    },
    ReasonText{
        Reason::enrolment_tries_used_up, "enrolment_tries_used_up", "Three proofs failed for this enrolment.",
        "Start the enrolment again; the rejected attempts say what failed."
    },
    ReasonText{
        Reason::join_token_required, "join_token_required", "This collector enrols only with a join token.",
        "Put the token from `assay-collector init` into the agent's configuration."
    },
    ReasonText{
        Reason::join_token_unknown, "join_token_unknown", "The join token is none that this collector gave out.",
        "Check the agent's configuration for a token of another collector or a misspelt one."
    },
    ReasonText{
        Reason::join_token_expired, "join_token_expired", "The join token's time is over, or it was revoked.",
        "Make a new token (`assay-collector token add --join`) and put it into the agent's configuration."
    },
    ReasonText{
        Reason::join_token_used_up, "join_token_used_up", "The join token has admitted as many devices as it may.",
        "Make a new token (`assay-collector token add --join`). If fewer devices were expected, see which ones it "
        "admitted."
    },
    // The device's own failure.
    ReasonText{
        Reason::pcr_selection_mismatch, "pcr_selection_mismatch",
        "The TPM signed over other PCRs or banks than were asked for.",
        "The device's TPM may lack the asked bank: compare with its active banks, and change the selection for the "
        "fleet if so. Otherwise suspect the agent."
    },
    ReasonText{
        Reason::pcr_selection_empty, "pcr_selection_empty",
        "The TPM signed over no PCR of an asked bank, as it does when the bank is not active.",
        "Activate the bank in the device's firmware, or ask for a bank that it has."
    },
    ReasonText{
        Reason::pcr_values_incomplete, "pcr_values_incomplete",
        "The PCR values sent are not exactly those that were asked for.", "Check the agent's version."
    },
    ReasonText{
        Reason::pcr_digest_mismatch, "pcr_digest_mismatch", "The PCR values do not hash to what the TPM signed.",
        "The values were changed or exchanged after the TPM gave them. Treat the device as compromised until explained."
    },
    ReasonText{
        Reason::pcr_all_zero, "pcr_all_zero",
        "A PCR from 0 to 7 is zero: the firmware measured nothing into this bank, so anyone could.",
        "Activate the bank in the firmware, update the firmware, or ask for a bank that it measures into."
    },
    ReasonText{
        Reason::statement_malformed, "statement_malformed",
        "The signed statement is not what docs/PROTOCOL.md describes.",
        "Check that agent and collector are of versions that belong together."
    },
    ReasonText{
        Reason::statement_other_device, "statement_other_device", "The signed statement names another device.",
        "Check whether the agent's state was copied from another device."
    },
    ReasonText{
        Reason::statement_contradicts_inventory, "statement_contradicts_inventory",
        "Statement and inventory disagree on whether a live machine or a captured tree was read.",
        "Check the agent's version and how it is started (--root)."
    },
    ReasonText{
        Reason::document_malformed, "document_malformed",
        "A document that the statement names is not what docs/PROTOCOL.md describes.",
        "Check that agent and collector are of versions that belong together."
    },
    ReasonText{
        Reason::document_missing, "document_missing", "The statement names a document that the device never gave.",
        "The agent has to upload what the collector's 409 answer lists, then repeat the report."
    },
    ReasonText{
        Reason::previous_mismatch, "previous_mismatch",
        "The statement names another report as its last than the one accepted last.",
        "The agent's state was restored from a backup, copied, or a report was left out. Find out which before the "
        "history is used as evidence."
    },
    ReasonText{
        Reason::previous_missing, "previous_missing", "The statement names no earlier report, but there is one.",
        "The agent lost its state or was installed anew. If nobody did that, find out who did."
    },
    ReasonText{
        Reason::sequence_went_back, "sequence_went_back",
        "The statement's number is not above that of the last accepted one.",
        "The agent's state was restored from a backup or copied to a second agent."
    },
    ReasonText{
        Reason::tpm_cleared, "tpm_cleared", "The TPM's counters and clock began anew, as after TPM2_Clear.",
        "If the owner cleared the TPM, approve the device again. Otherwise find out who did."
    },
    ReasonText{
        Reason::clock_went_back, "clock_went_back",
        "The TPM's counters or clock are behind the last accepted report, and nothing known explains it.",
        "A virtual TPM may have been restored from a snapshot. On hardware treat the device as compromised until "
        "explained."
    },
    ReasonText{
        Reason::tpm_firmware_changed, "tpm_firmware_changed",
        "The TPM's firmware has another version than when the device was approved.",
        "Check it against the maker's releases; approve the device again if the update was planned."
    },
    // Beside a check that passed.
    ReasonText{Reason::first_report, "first_report", "There is no earlier report to compare with.", "Nothing to do."},
    ReasonText{
        Reason::rebooted, "rebooted", "The device was reset or started again since its last report.",
        "Nothing to do unless nobody expected it."
    },
    ReasonText{
        Reason::resumed, "resumed", "The TPM was restarted or resumed without a reset since the last report.",
        "Nothing to do unless the device never sleeps."
    },
    ReasonText{
        Reason::clock_unsafe, "clock_unsafe",
        "After a power-off without shutdown the TPM's clock may be behind by what it had not saved.",
        "Nothing to do: it is safe again within about 70 minutes. If it repeats, look at the power supply."
    },
    ReasonText{
        Reason::answer_was_lost, "answer_was_lost",
        "The agent did not hear that its last report was accepted and named the one before.",
        "Nothing to do. If it repeats, look at the network between agent and collector."
    },
    ReasonText{
        Reason::superseded, "superseded", "A report that was made later was accepted before this one.",
        "Nothing to do: it changes nothing. If it repeats, see whether two agents run on the device."
    },
    // Not appraised.
    ReasonText{
        Reason::boot_not_appraised, "boot_not_appraised",
        "What the device booted was not compared with anything: no event log was appraised.",
        "Nothing to do; components are shown as reported, not as attested."
    },
    ReasonText{
        Reason::runtime_not_appraised, "runtime_not_appraised",
        "What ran since the boot was not appraised: no IMA list was.",
        "Nothing to do; components are shown as reported, not as attested."
    },
    ReasonText{
        Reason::event_log_not_sent, "event_log_not_sent", "The agent sent no event log.",
        "Nothing to do as long as the collector does not ask for one."
    },
    ReasonText{
        Reason::not_yet_reported, "not_yet_reported", "The device has not reported since it was enrolled.",
        "See that the agent runs: `assay-agent doctor` on the device says what is missing."
    },
    ReasonText{
        Reason::replayed, "replayed", "The agent read a captured tree (--root), not the machine it runs on.",
        "Take its components as declared. Start the agent without --root to report the machine itself."
    },
    ReasonText{
        Reason::earlier_check_failed, "earlier_check_failed", "An earlier check failed, so this one was not made.",
        "See the check that failed."
    },
    // Endorsement keys.
    ReasonText{
        Reason::ek_chain_trusted, "ek_chain_trusted",
        "The endorsement key's certificate leads to a TPM vendor's CA that the operator pinned.", "Nothing to do."
    },
    ReasonText{
        Reason::ek_allow_listed, "ek_allow_listed", "The endorsement key is on the operator's own list.",
        "Nothing to do."
    },
    ReasonText{
        Reason::ek_chain_unknown_issuer, "ek_chain_unknown_issuer",
        "The certificate's issuer is not among the pinned CAs; the detail names it.",
        "Get that CA's certificate from the TPM's maker, check its fingerprint, and pin it with `assay trust add "
        "FILE`; "
        "or approve the device by hand."
    },
    ReasonText{
        Reason::ek_chain_expired, "ek_chain_expired",
        "The chain holds, but a certificate in it is out of date; the detail names it.",
        "TPMs outlive their CAs. Approve the device by hand if the dates are plausible for its age."
    },
    ReasonText{
        Reason::ek_chain_weak_signature, "ek_chain_weak_signature",
        "The chain holds, but a signature in it uses SHA-1 or weaker, or a key that is too short.",
        "Approve the device by hand if its age explains it."
    },
    ReasonText{
        Reason::ek_chain_invalid, "ek_chain_invalid",
        "The chain does not hold: a signature is wrong or a certificate is not what it must be; the detail names it.",
        "Do not approve before the maker has explained it."
    },
    ReasonText{
        Reason::ek_certificate_malformed, "ek_certificate_malformed",
        "What the TPM holds as the endorsement key's certificate is no certificate.",
        "Ask the maker; or approve the device by hand, knowing that nobody vouches for its TPM."
    },
    ReasonText{
        Reason::ek_certificate_unsuitable, "ek_certificate_unsuitable",
        "The certificate is not one for an endorsement key: it is a CA's, or for another use.",
        "Ask the maker; do not approve before it is explained."
    },
    ReasonText{
        Reason::ek_virtual_tpm, "ek_virtual_tpm",
        "The TPM is a virtual one and its issuer is not among the pinned CAs; the detail names it.",
        "A virtual TPM is as trustworthy as its host. Pin the CA of your own hosts with `assay trust add FILE`, or "
        "approve the device by hand."
    },
    ReasonText{
        Reason::ek_no_certificate, "ek_no_certificate", "The TPM holds no certificate for its endorsement key.",
        "Compare the key's fingerprint with the maker's or the purchase order's list, then approve by hand or put it "
        "on "
        "the list of allowed keys."
    },
    // Lifecycle.
    ReasonText{Reason::enrolling, "enrolling", "The enrolment has begun and is not proven yet.", "Nothing to do."},
    ReasonText{
        Reason::pending_review, "pending_review",
        "The device is proven to be one TPM, but nothing pinned vouches for that TPM.",
        "Look at its tier with `assay enrolments`, then `assay enrolments approve|reject ID --note TEXT`."
    },
    ReasonText{Reason::approved, "approved", "A person approved the device; the note says why.", "Nothing to do."},
    ReasonText{
        Reason::rejected, "rejected", "A person rejected the device; the note says why.",
        "Nothing to do; its reports are not taken."
    },
    ReasonText{
        Reason::retired, "retired", "A person retired the device; the note says why.",
        "Nothing to do. Retiring a device closes no item of a worklist."
    },
    ReasonText{
        Reason::ak_generation_new, "ak_generation_new",
        "A known TPM enrolled a new attestation key; the old one is not taken any more.",
        "Nothing to do if the agent was set to another key type; otherwise find out who did that."
    },
    // Identity and freshness.
    ReasonText{
        Reason::quote_accepted, "quote_accepted",
        "The enrolled TPM signed this report, freshly and over this connection.", "Nothing to do."
    },
    ReasonText{Reason::fresh, "fresh", "The last accepted report is recent enough.", "Nothing to do."},
    ReasonText{
        Reason::overdue, "overdue", "No report was accepted for longer than the device may be silent.",
        "See that the device is on and its agent runs: `assay-agent doctor`. The rejected attempts may say more."
    },
    ReasonText{
        Reason::never_reported, "never_reported", "No report of this device was ever accepted.",
        "See that the agent runs: `assay-agent doctor` on the device. The rejected attempts may say more."
    },
    ReasonText{
        Reason::internal_error, "internal_error", "The collector could not finish its own work.",
        "See the collector's log. The device is not affected."
    },
    // Lifecycle, of what no agent reports.
    ReasonText{
        Reason::imported, "imported",
        "A person imported this device's inventory; no TPM and no agent stand behind any of it.",
        "Nothing to do. Where the device has a TPM, run an agent on it; import again when its hardware changes."
    },
    // Boot and runtime.
    ReasonText{
        Reason::event_log_malformed, "event_log_malformed", "The event log that the agent sent cannot be read.",
        "See the detail; `assay inspect eventlog` shows a log. A kernel or boot loader that cuts logs needs an update."
    },
    ReasonText{
        Reason::event_log_mismatch, "event_log_mismatch",
        "The event log does not replay to the quoted PCRs of the firmware: it was changed, or is of another boot.",
        "Treat the device as not trusted until it is explained. Cold boot it; a log that still does not replay needs "
        "its firmware looked at."
    },
    ReasonText{
        Reason::event_log_other_bank, "event_log_other_bank",
        "The event log has no digests of the bank that was quoted, so it could not be compared with anything.",
        "Set `reports.bank` in collector.toml to a bank that the detail names, or have the firmware measure into the "
        "quoted one."
    },
    ReasonText{
        Reason::boot_reference_unknown, "boot_reference_unknown",
        "No Reference Values are known for this firmware, so the boot was compared with nothing.",
        "Have a device with this firmware that you trust, and `assay reference learn DEVICE`; review and approve what "
        "it prints."
    },
    ReasonText{
        Reason::boot_reference_mismatch, "boot_reference_mismatch",
        "The boot measured what no approved Reference Values accept.",
        "`assay devices ID --why` names the events. After an update that you made, learn the new values; else find out "
        "who changed it."
    },
    ReasonText{
        Reason::boot_reference_ended, "boot_reference_ended",
        "The boot measured values that were accepted until a day that is over.",
        "Update the device, or prolong the window: learn and approve the values again."
    },
    ReasonText{
        Reason::boot_accepted, "boot_accepted",
        "The event log replays to the quoted PCRs, and they are what the approved Reference Values accept.",
        "Nothing to do."
    },
    ReasonText{
        Reason::ima_not_sent, "ima_not_sent", "The agent sent no IMA measurement list.",
        "Boot the device with `ima_policy=tcb`, or a policy of your own, if what runs on it is to be appraised."
    },
    ReasonText{
        Reason::ima_not_quoted, "ima_not_quoted",
        "PCR 10, which stands for the IMA list, is not among the quoted PCRs.", "Add 10 to `pcrs` in collector.toml."
    },
    ReasonText{
        Reason::ima_malformed, "ima_malformed", "The IMA measurement list that the agent sent cannot be read.",
        "See the detail; `assay inspect ima` shows a list."
    },
    ReasonText{
        Reason::ima_mismatch, "ima_mismatch",
        "The IMA list does not replay to the quoted PCR 10: entries were changed, left out, or are of another boot.",
        "Treat the device as not trusted until it is explained. Restart it; a list that still does not replay needs "
        "its kernel looked at."
    },
    ReasonText{
        Reason::ima_incomplete, "ima_incomplete",
        "The IMA list is longer than one report holds, and the rest comes with the next ones; or entries of it have to "
        "be judged again and are not kept.",
        "Nothing to do while it comes: it is appraised when its end is there. Where the detail says that entries are "
        "not "
        "kept, restart the device."
    },
    ReasonText{
        Reason::ima_violation, "ima_violation",
        "A file was changed while it was measured, so that its content is not known. Which file it was is the device's "
        "word alone: no hash covers it.",
        "`assay devices ID --why` tells what the entry claims to be of; do not rest on it. Find out what writes to "
        "files that are executed or measured, or measure no files that change. Restart the device to begin a new list."
    },
    ReasonText{
        Reason::runtime_policy_missing, "runtime_policy_missing", "No policy says what may run on this device.",
        "`assay reference learn` makes one from a device that you trust, together with its Reference Values."
    },
    ReasonText{
        Reason::runtime_not_accepted, "runtime_not_accepted", "Something was measured that the policy does not accept.",
        "`assay devices ID --why` names it. After an update that you made, add it to the policy; else find out how it "
        "came there."
    },
    ReasonText{
        Reason::runtime_exempt, "runtime_exempt",
        "What the kernel measures is not known to be everything: its policy is not known, or it exempts file systems.",
        "Use a known measurement policy without exemptions, and have it or the kernel's command line measured."
    },
    ReasonText{
        Reason::agent_not_measured, "agent_not_measured",
        "The agent's own program is not in the IMA list, or not as the policy accepts it.",
        "Run the agent from its package. A copy elsewhere, or one on a file system that is not measured, is not the "
        "agent."
    },
    ReasonText{
        Reason::runtime_needs_boot, "runtime_needs_boot",
        "What ran was not appraised, because the boot that it rests on was not accepted.", "See the boot axis first."
    },
    ReasonText{
        Reason::runtime_accepted, "runtime_accepted",
        "Everything in the IMA list is accepted by the policy, and the list replays to the quoted PCR 10.",
        "Nothing to do."
    },
    ReasonText{
        Reason::kernel_replaced, "kernel_replaced",
        "Another kernel was started on the device since its boot (kexec). No measurement of the boot speaks of it.",
        "Restart the device by its firmware. Whoever may start kernels by kexec decides what such a device runs."
    },
    ReasonText{
        Reason::document_signed, "document_signed",
        "The document is signed under a CA that you pinned, or is what this program ships.", "Nothing to do."
    },
    ReasonText{
        Reason::document_not_signed, "document_not_signed",
        "The document carries no signature, so who made or approved it is the collector's word.",
        "Collectors sign bundles with `[evidence]` in collector.toml; `assay reference approve --signature` keeps a "
        "reviewer's."
    },
    ReasonText{
        Reason::document_signature_invalid, "document_signature_invalid",
        "The signature does not hold over the document: one of the two was changed.",
        "Do not rely on it. Get the bundle again from the collector, by a way that you trust."
    },
    ReasonText{
        Reason::signer_not_pinned, "signer_not_pinned",
        "The signature holds, but the signer's certificate leads to no CA that you pinned.",
        "Ask the signer for their CA by a way that you trust, and give it with --ca."
    },
    ReasonText{
        Reason::not_repeatable, "not_repeatable",
        "This cannot be repeated from a bundle: the collector saw it, or did it, and says so.",
        "Decide whether you trust the collector for it; `bundle_signature` says whose word it is."
    },
    ReasonText{
        Reason::repeated, "repeated", "Decided anew from what the bundle holds, with the same result.", "Nothing to do."
    },
    ReasonText{
        Reason::bundle_contradicted, "bundle_contradicted",
        "What comes out of the bundle's evidence is not what the collector says in it.",
        "Do not rely on it. Compare the versions of assay and assay-collector; else the bundle was made up or changed."
    },
};

// A reason without a row would be looked up behind the table's end.
consteval bool every_reason_in_its_place() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].reason != static_cast<Reason>(i)) return false;
    }
    return true;
}
static_assert(table.size() == static_cast<std::size_t>(Reason::count_));
static_assert(every_reason_in_its_place());

}  // namespace

std::span<const ReasonText> all_reasons() {
    return table;
}

const ReasonText& explain(Reason reason) {
    const auto index = static_cast<std::size_t>(reason);
    assert(index < table.size());
    return table[index];
}

std::string_view word(Reason reason) {
    return explain(reason).word;
}

std::optional<Reason> reason_named(std::string_view wanted) {
    for (const ReasonText& one : table) {
        if (one.word == wanted) return one.reason;
    }
    return std::nullopt;
}

}  // namespace assay
