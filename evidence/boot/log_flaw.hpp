#pragma once
// What can be wrong with an event log, or unusual in it. Flaws are found by what the log says of itself, event types
// among it, so their absence proves nothing; decisions go by covered values and by comparing a replay with a quote.
// Some real machines have some of them: a log is refused for none but the fatal ones, after which no two readers need
// agree on what it says.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

enum class FlawKind {
    // fatal
    broken,             // it ends within an event, or an event cannot be cut: a limit, a count, an unlisted algorithm
    second_spec_id,     // another header further down: two logs in one
    wrong_digest_size,  // the header gives a known algorithm another size than it has
    repeated_digest,    // an event has two digests of one bank
    // the header
    no_spec_id,         // a legacy log that begins without one
    spec_id_not_zero,   // the header's PCR or digest is not zero
    unknown_algorithm,  // a bank of an algorithm that we do not know: sized by the header, not replayed
    // banks
    empty_bank,      // no event extends it, or only by digests of zeros
    missing_digest,  // an event that extends other banks does not extend this one
    // events
    pcr_out_of_range,       // it extends a PCR from 24 on: not replayed
    no_action_with_digest,  // an EV_NO_ACTION's digest is not zero
    no_separator,           // no event of PCRs 0 to 7 has a separator's digest
    second_separator,       // a PCR of 0 to 7 has two
    error_separator,        // the separator that tells an error before the operating system
    after_separator,        // an event that firmware logs before the separator stands after it
    repeated_variable,      // an EV_EFI_VARIABLE_DRIVER_CONFIG of a variable that its PCR had already
    unknown_locality,       // a StartupLocality that is not 0, 3 or 4: not used
    second_locality,        // another StartupLocality: not used
    late_locality,          // a StartupLocality after PCR 0 was extended: used
    contradicted_locality,  // an H-CRTM event, and a StartupLocality that is not 4: 4 is used
    padding,                // bytes 00 or ff after the last event
};

struct LogFlaw {
    FlawKind kind{};
    std::optional<std::size_t> event = {};   // index
    std::optional<std::uint16_t> bank = {};  // index
    std::optional<std::uint32_t> pcr = {};
    std::string detail = {};  // for a person
};

std::string_view name(FlawKind kind);
bool fatal(FlawKind kind);

// "broken: event 3.digests[1].algorithmId: ..."
std::string text(const LogFlaw& flaw);

}  // namespace assay
