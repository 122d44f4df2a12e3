#pragma once
// What a runtime policy accepts: a name (a file's path, a buffer's name) with a digest, and how both are written in a
// document. Names are bytes: printable ASCII but the backslash stands for itself, every other byte is \xNN, so that
// each name has one text.

#include "base/result.hpp"
#include "evidence/runtime/ima_entry.hpp"

namespace assay {

struct MeasuredDigest {
    bool verity = false;  // fs-verity's digest, which is over a tree of hashes of the file
    Digest digest = Digest::zero(HashAlg::sha256);
    friend auto operator<=>(const MeasuredDigest&, const MeasuredDigest&) = default;
};

// nullopt for an algorithm other than SHA-1, SHA-256, SHA-384 or SHA-512, and for a value of another size (violations).
std::optional<MeasuredDigest> measured_digest(const ImaDigest& digest);

std::string text(const MeasuredDigest& digest);  // "sha256:aa..", "verity:sha256:aa.."
Result<MeasuredDigest> parse_measured_digest(std::string_view text, std::string_view where);

std::string name_text(ByteView name);
// As much of it as has at most `max_bytes`, "..." behind it where that is not all. REQUIRES: max_bytes of 3 at least.
std::string name_text_cut(ByteView name, std::size_t max_bytes);
// bad_encoding for what name_text() never writes.
Result<std::string> parse_name_text(std::string_view text, std::string_view where);

}  // namespace assay
