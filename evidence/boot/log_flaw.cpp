#include "evidence/boot/log_flaw.hpp"

#include "base/words.hpp"

namespace assay {
namespace {

using enum FlawKind;
constexpr auto names = words<FlawKind>({
    {broken, "broken"},
    {second_spec_id, "second_spec_id"},
    {wrong_digest_size, "wrong_digest_size"},
    {repeated_digest, "repeated_digest"},
    {no_spec_id, "no_spec_id"},
    {spec_id_not_zero, "spec_id_not_zero"},
    {unknown_algorithm, "unknown_algorithm"},
    {empty_bank, "empty_bank"},
    {missing_digest, "missing_digest"},
    {pcr_out_of_range, "pcr_out_of_range"},
    {no_action_with_digest, "no_action_with_digest"},
    {no_separator, "no_separator"},
    {second_separator, "second_separator"},
    {error_separator, "error_separator"},
    {after_separator, "after_separator"},
    {repeated_variable, "repeated_variable"},
    {unknown_locality, "unknown_locality"},
    {second_locality, "second_locality"},
    {late_locality, "late_locality"},
    {contradicted_locality, "contradicted_locality"},
    {padding, "padding"},
});

}  // namespace

std::string_view name(FlawKind kind) {
    return names.of(kind);
}

bool fatal(FlawKind kind) {
    return kind == broken || kind == second_spec_id || kind == wrong_digest_size || kind == repeated_digest;
}

std::string text(const LogFlaw& flaw) {
    std::string out(name(flaw.kind));
    if (flaw.event) out += ", event " + std::to_string(*flaw.event);
    if (flaw.pcr) out += ", PCR " + std::to_string(*flaw.pcr);
    if (!flaw.detail.empty()) out += ": " + flaw.detail;
    return out;
}

}  // namespace assay
