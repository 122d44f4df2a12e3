#pragma once
// One directory and what lies below it, opened with openat2 so that no link leads out. The View (agent/root/view.hpp)
// is made of a few of these. Linux 5.6 or later.

#include "agent/root/file_descriptor.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

// How links behave, and what may be met on the way.
enum class Containment {
    kernel_files,  // sysfs, procfs: links stay beneath, no mount is crossed, and every file is a kernel attribute
    rooted,        // a tree of files: "/" means its top, as in a chroot; only regular files are ever opened
};

class Tree {
  public:
    Tree(FileDescriptor top, Containment containment) : top_(std::move(top)), containment_(containment) {}

    // As in View; paths are relative to the top.
    Result<std::string> read(const std::string& path, std::size_t max_bytes, const std::stop_token& stop) const;
    Result<std::string> read_beginning(const std::string& path, std::size_t bytes, const std::stop_token& stop) const;
    Result<std::vector<std::string>> list(const std::string& path, std::size_t max_entries) const;
    Result<std::string> link_text(const std::string& path) const;
    bool is_directory(const std::string& path) const;
    // Says whether to go on.
    using Piece = std::function<bool(std::string_view)>;
    // Gives the file piece by piece from byte `from` on; as read() otherwise. Returns how many bytes were given.
    Result<std::uint64_t> each_piece(
        const std::string& path, std::uint64_t from, std::uint64_t max_bytes, const std::stop_token& stop,
        const Piece& piece
    ) const;
    // The file system's magic number (statfs f_type) at the top.
    std::optional<std::uint64_t> magic() const;

  private:
    Result<FileDescriptor> open(const std::string& path) const;  // a regular file
    Result<FileDescriptor> open_at(const std::string& path, int flags) const;
    FileDescriptor top_;
    Containment containment_;
};

// Opens `dir` of this machine itself, following links: for the top of a tree.
Result<FileDescriptor> open_directory(const std::string& dir);
Error error_of(int error_number, std::string where);

}  // namespace assay::agent
