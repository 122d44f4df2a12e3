#pragma once
// An event log replayed: what PCRs would hold if exactly these digests had been extended in this order. TPM 2.0 Library
// Part 1, "PCR Operations"; PFP 1.06. It proves nothing before compare() finds it equal to values under a quote. Pure.

#include "base/crypto/hash.hpp"
#include "base/result.hpp"
#include "evidence/boot/event_log.hpp"
#include "evidence/tpm/pcr.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace assay {

inline constexpr std::uint32_t firmware_pcrs = 0xff;  // bits: PCR 0 to 7, each of which firmware extends

struct ReplayedBank {
    HashAlg bank = HashAlg::sha256;
    std::uint32_t extended = 0;  // bit i: the log extended PCR i
    std::vector<Digest> values;  // of PCRs 0 to 23; where nothing was extended, what the PCR begins with

    bool extends(PcrIndex pcr) const { return (extended >> pcr.value() & 1U) != 0; }
    const Digest& value(PcrIndex pcr) const { return values[pcr.value()]; }
};

struct Replay {
    std::uint8_t locality = 0;        // that PCR 0 begins with
    std::vector<ReplayedBank> banks;  // that we can hash, in the header's order
    const ReplayedBank* bank(HashAlg hash) const;
};

// Every bank of the log whose algorithm is known. EV_NO_ACTION is never extended. PCRs begin as zeros; PCR 0 with the
// StartupLocality in its last byte; PCRs 17 to 22 too, which only a dynamic launch makes extendable, and it zeroes
// them. bad_value for a log with a fatal flaw, which it names.
Result<Replay> replay(const EventLog& log);

// Replayed against quoted values of one bank, every bit of every selected PCR. Whether the values are those of a quote
// is not checked here.
struct PcrComparison {
    std::uint32_t equal = 0;      // bits: the log extended it to this value
    std::uint32_t differs = 0;    // the log extended it to another value
    std::uint32_t untouched = 0;  // not in the log, and the value is what the PCR begins with
    std::uint32_t unexplained =
        0;  // not in the log, and something was extended: of 0 to 7 the log was cut, PCR 10 is IMA's

    std::uint32_t not_in_log() const { return untouched | unexplained; }
    // The log is this boot's: every selected PCR of 0 to 7 is in it and equal, and some PCR is. From 8 on a running
    // system may extend further, so what differs there leaves only that PCR's events unproven.
    bool firmware_holds() const;
};

// mismatch: the log has no such bank. not_found: a selected PCR has no value; its name stands in the error. bad_value:
// nothing is selected, or a value's length is not the bank's.
Result<PcrComparison> compare(const Replay& replay, const PcrBankSelection& selected, const PcrValues& values);

}  // namespace assay
