#pragma once
// Two lists of a captured tree (docs/CAPTURE.md), as text and as values: kernel/unreadable, what could not be read
// where the tree was made, and kernel/digests, files of which only size and hash were taken. A line is one path;
// control characters and the backslash stand in it as \ooo. Pure.

#include "base/crypto/hash.hpp"
#include "base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

inline constexpr std::size_t capture_list_bytes = 8U << 20U;
inline constexpr std::size_t capture_list_lines = 100'000;

struct FileDigest {
    Sha256 sha256{};
    std::uint64_t size = 0;
    friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

// Why a path could not be read: code and sentence of the error that its reader was given.
struct Unread {
    Errc code = Errc::io_error;
    std::string what;
    friend bool operator==(const Unread&, const Unread&) = default;
};

using UnreadList = std::map<std::string, Unread, std::less<>>;
using DigestList = std::map<std::string, FileDigest, std::less<>>;

// "denied sys/firmware/dmi/tables/DMI", then after a tab what was said, if anything; the word is an error's, `error`
// for io_error. Encoding leaves out what no line can say: an empty path, and not_found.
Result<UnreadList> parse_unreadable(std::string_view text);
std::string encode_unreadable(const UnreadList& list);

// "<sha256 in hex> <size in bytes> lib/firmware/x.bin"
Result<DigestList> parse_digests(std::string_view text);
std::string encode_digests(const DigestList& list);

// `path` without empty, "." and ".." parts, as the lists have it; ".." at the top stays there, as in a chroot.
std::string normalised_path(std::string_view path);

// The error words that a reader of files or of a kernel's answers can be given, `error` for io_error.
std::string_view failure_word(Errc code);
std::optional<Errc> failure_named(std::string_view word);

}  // namespace assay::agent
