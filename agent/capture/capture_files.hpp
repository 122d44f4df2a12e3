#pragma once
// A captured tree as the files that it is written as (docs/CAPTURE.md), and where they are written: a directory or an
// archive. Everything written is the owner's alone. What fails leaves nothing behind.

#include "agent/root/recording.hpp"
#include "base/time.hpp"

#include <map>
#include <string>

namespace assay::agent {

using CaptureFiles = std::map<std::string, RecordedTree::Entry, std::less<>>;  // by path below the top

// The recorded files and links, kernel/ with the answers and the two lists, and LABEL.
CaptureFiles capture_files(RecordedTree&& tree, const std::string& label);

// Into `dir`, which is made, or is an empty directory of this user's that nobody else may write in. No link in it is
// followed. Errors: conflict (not empty, not this user's, or something else appeared in it), io_error.
Result<void> write_directory(const std::string& dir, const CaptureFiles& files);

// A POSIX tar archive (ustar, pax where names are long), compressed by gzip or not, with `now` as every entry's time.
// The file must not exist: conflict.
enum class Archive { plain, gzip };
Result<void> write_archive(const std::string& file, Archive form, const CaptureFiles& files, UnixMillis now);

}  // namespace assay::agent
