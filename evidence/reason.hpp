#pragma once
// Why something is as it is: one stable word for each outcome of enrolment, of a report's check and of a device's
// standing, with what it means and what to do. The words appear in answers, in `assay devices ID --why` and in
// `assay explain CODE`; append, never rename.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace assay {

enum class Reason : std::uint8_t {
    // A rejected attempt: it says nothing about the device, whose id is no secret, and changes no device.
    malformed_message,
    unknown_device,
    device_retired,
    no_challenge,
    nonce_expired,
    nonce_used,
    attest_malformed,
    attest_bad_magic,
    attest_wrong_type,
    signature_malformed,
    signature_wrong_algorithm,
    signature_invalid,
    signer_mismatch,
    binding_mismatch,
    too_many_attempts,
    document_not_asked,
    document_hash_mismatch,
    document_size_mismatch,
    // A rejected enrolment.
    ek_malformed,
    ek_not_from_template,
    ek_duplicate,
    ek_certificate_other_key,
    ek_of_other_device,
    ak_malformed,
    ak_not_from_template,
    ak_of_other_device,
    enrolment_unknown,
    enrolment_expired,
    enrolment_tries_used_up,
    join_token_required,
    join_token_unknown,
    join_token_expired,
    join_token_used_up,
    // The device's own failure, after its quote was proven to be its own and fresh.
    pcr_selection_mismatch,
    pcr_selection_empty,
    pcr_values_incomplete,
    pcr_digest_mismatch,
    pcr_all_zero,
    statement_malformed,
    statement_other_device,
    statement_contradicts_inventory,
    document_malformed,
    document_missing,
    previous_mismatch,
    previous_missing,
    sequence_went_back,
    tpm_cleared,
    clock_went_back,
    tpm_firmware_changed,
    // Said beside a check that passed.
    first_report,
    rebooted,
    resumed,
    clock_unsafe,
    answer_was_lost,
    superseded,
    // Not appraised.
    boot_not_appraised,
    runtime_not_appraised,
    event_log_not_sent,
    not_yet_reported,
    replayed,
    earlier_check_failed,
    // How an endorsement key is vouched for.
    ek_chain_trusted,
    ek_allow_listed,
    ek_chain_unknown_issuer,
    ek_chain_expired,
    ek_chain_weak_signature,
    ek_chain_invalid,
    ek_certificate_malformed,
    ek_certificate_unsuitable,
    ek_virtual_tpm,
    ek_no_certificate,
    // Lifecycle.
    enrolling,
    pending_review,
    approved,
    rejected,
    retired,
    ak_generation_new,
    // Identity and freshness.
    quote_accepted,
    fresh,
    overdue,
    never_reported,
    internal_error,
    // Lifecycle, of what no agent reports.
    imported,
    // Boot and runtime.
    event_log_malformed,
    event_log_mismatch,
    event_log_other_bank,
    boot_reference_unknown,
    boot_reference_mismatch,
    boot_reference_ended,
    boot_accepted,
    ima_not_sent,
    ima_not_quoted,
    ima_malformed,
    ima_mismatch,
    ima_incomplete,
    ima_violation,
    runtime_policy_missing,
    runtime_not_accepted,
    runtime_exempt,
    agent_not_measured,
    runtime_needs_boot,
    runtime_accepted,
    kernel_replaced,
    // A report bundle, checked by somebody else.
    document_signed,
    document_not_signed,
    document_signature_invalid,
    signer_not_pinned,
    not_repeatable,
    repeated,
    bundle_contradicted,
    count_,  // of the above; no reason
};

struct ReasonText {
    Reason reason;
    std::string_view word;     // "nonce_expired"
    std::string_view meaning;  // what was seen: one or two sentences
    std::string_view advice;   // what to do; never empty
};

std::span<const ReasonText> all_reasons();  // in the order of the enum
const ReasonText& explain(Reason reason);
std::string_view word(Reason reason);
std::optional<Reason> reason_named(std::string_view word);

}  // namespace assay
