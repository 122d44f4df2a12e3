#pragma once
// Small files of our own: configuration, keys, state, packs. Reading is bounded; writing is whole or not at all.
// What devices show in /sys and /proc is read through agent/root, not here.

#include "base/result.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace assay {

// The bytes of a regular file of at most max_bytes. not_found, denied, wrong_type (no regular file), limit_exceeded,
// io_error; the path is the error's `where`.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

// Writes a temporary file beside `path` with this mode, syncs it, and renames it over `path`: after a crash there is
// the old content or the new. Errors as above.
Result<void> replace_file(const std::string& path, std::string_view content, mode_t mode);

// Writes a file that must not exist yet (conflict).
Result<void> create_file(const std::string& path, std::string_view content, mode_t mode);

// Whose a secret file may be besides this process's user and root: a service's own files are also read by root, who
// sets it up; a file that decides what root does is root's alone.
enum class SecretOwner { self_or_root, anyone_for_root };

// What is wrong with a secret file's mode or owner, as a sentence to act on: others than its owner may read or write
// it. Empty when nothing is, or when there is no such file.
std::string secret_file_problem(const std::string& path, SecretOwner owner = SecretOwner::self_or_root);

// "/etc/assay/x.toml" and "ca.pem" give "/etc/assay/ca.pem"; an absolute path stays.
std::string beside(const std::string& file, const std::string& path);

}  // namespace assay
