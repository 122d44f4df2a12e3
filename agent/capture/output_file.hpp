#pragma once
// Writing a new file of the owner's alone, to its last byte.

#include "agent/root/file_descriptor.hpp"
#include "agent/root/tree.hpp"
#include "base/result.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace assay::agent {

// For open: never a file that is there, never through a link.
inline constexpr int new_file = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
inline constexpr mode_t owner_only = 0600;

inline Result<void> write_all(int fd, std::string_view bytes, const std::string& where) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return fail(error_of(errno, where));
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

// Some file systems tell a full disk only here.
inline Result<void> close_written(FileDescriptor file, const std::string& where) {
    if (::close(file.release()) != 0) return fail(error_of(errno, where));
    return {};
}

}  // namespace assay::agent
