#include "agent/root/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>
#include <system_error>

namespace assay::agent {
namespace {

constexpr int tries_against_races = 8;
constexpr std::size_t chunk_bytes = 16U << 10U;

struct CloseDirectory {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

std::uint64_t resolve_flags(Containment containment) {
    if (containment == Containment::kernel_files) return RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
    return RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
}

bool same_file(int a, int b) {
    struct stat one{};
    struct stat two{};
    return ::fstat(a, &one) == 0 && ::fstat(b, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

bool regular(int fd) {
    struct stat status{};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// As many bytes as come at once, none at the end.
Result<std::size_t> read_some(int fd, std::span<char> into, const std::string& path, const std::stop_token& stop) {
    while (true) {
        if (stop.stop_requested()) return fail(Errc::timed_out, path, "the deadline passed");
        const ssize_t got = ::read(fd, into.data(), into.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return fail(error_of(errno, path));
    }
}

}  // namespace

Error error_of(int error_number, std::string where) {
    switch (error_number) {
        case ENOENT:
        case ENOTDIR: return {Errc::not_found, std::move(where), "is not there"};
        case ENODEV:
        case ENXIO: return {Errc::gone, std::move(where), "went away while it was read"};
        case EACCES:
        case EPERM: return {Errc::denied, std::move(where), "permission denied"};
        case EOPNOTSUPP:
        case ENODATA: return {Errc::unsupported, std::move(where), "is not offered by the driver"};
        case EXDEV: return {Errc::bad_value, std::move(where), "overmounted, or a link leads out"};
        case ELOOP: return {Errc::bad_value, std::move(where), "is a magic link or a loop of links"};
        default: return {Errc::io_error, std::move(where), std::generic_category().message(error_number)};
    }
}

Result<FileDescriptor> open_directory(const std::string& dir) {
    FileDescriptor fd(::open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return fail(error_of(errno, dir));
    return fd;
}

Result<FileDescriptor> Tree::open_at(const std::string& path, int flags) const {
    struct open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.resolve = resolve_flags(containment_);
    const char* const name = path.empty() ? "." : path.c_str();
    for (int attempt = 0;; ++attempt) {
        const long fd = ::syscall(SYS_openat2, top_.get(), name, &how, sizeof how);
        if (fd >= 0) return FileDescriptor(static_cast<int>(fd));
        if ((errno != EAGAIN && errno != EINTR) || attempt == tries_against_races) return fail(error_of(errno, path));
    }
}

Result<FileDescriptor> Tree::open(const std::string& path) const {
    if (containment_ == Containment::kernel_files) {
        TRY(FileDescriptor file, open_at(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
        if (!regular(file.get())) return fail(Errc::wrong_type, path, "is not a regular file");
        return file;
    }
    // Opening a device node or a pipe does something to this machine, so the type is looked at first.
    TRY(const FileDescriptor seen, open_at(path, O_PATH));
    if (!regular(seen.get())) return fail(Errc::wrong_type, path, "is not a regular file");
    TRY(FileDescriptor file, open_at(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (!same_file(seen.get(), file.get())) return fail(Errc::conflict, path, "changed while it was opened");
    return file;
}

Result<std::uint64_t> Tree::each_piece(
    const std::string& path, std::uint64_t from, std::uint64_t max_bytes, const std::stop_token& stop,
    const Piece& piece
) const {
    TRY(const FileDescriptor file, open(path));
    if (from > 0 && ::lseek(file.get(), static_cast<off_t>(from), SEEK_SET) < 0) return fail(error_of(errno, path));
    std::array<char, chunk_bytes> chunk;
    for (std::uint64_t size = 0;;) {
        TRY(const std::size_t got, read_some(file.get(), chunk, path, stop));
        if (got == 0) return size;
        size += got;
        if (size > max_bytes) {
            return fail(Errc::limit_exceeded, path, "is longer than " + std::to_string(max_bytes) + " bytes");
        }
        if (!piece({chunk.data(), got})) return size;
    }
}

Result<std::string> Tree::read_beginning(const std::string& path, std::size_t bytes, const std::stop_token& stop)
    const {
    TRY(const FileDescriptor file, open(path));
    std::string out(bytes, '\0');
    std::size_t size = 0;
    while (size < bytes) {
        TRY(const std::size_t got, read_some(file.get(), std::span(out).subspan(size), path, stop));
        if (got == 0) break;
        size += got;
    }
    out.resize(size);
    return out;
}

Result<std::string> Tree::read(const std::string& path, std::size_t max_bytes, const std::stop_token& stop) const {
    std::string bytes;
    TRY([[maybe_unused]] const std::uint64_t size,
        each_piece(path, 0, max_bytes, stop, [&bytes](std::string_view piece) {
            bytes += piece;
            return true;
        }));
    return bytes;
}

Result<std::vector<std::string>> Tree::list(const std::string& path, std::size_t max_entries) const {
    TRY(FileDescriptor fd, open_at(path, O_RDONLY | O_DIRECTORY));
    const std::unique_ptr<DIR, CloseDirectory> dir(::fdopendir(fd.get()));
    if (!dir) return fail(error_of(errno, path));
    fd.release();  // the DIR has it now
    std::vector<std::string> names;
    while (true) {
        errno = 0;
        const dirent* const entry = ::readdir(dir.get());
        if (entry == nullptr) {
            if (errno != 0) return fail(error_of(errno, path));
            break;
        }
        const std::string_view name(static_cast<const char*>(entry->d_name));
        if (name == "." || name == "..") continue;
        if (names.size() == max_entries) return fail(Errc::limit_exceeded, path, "has too many entries");
        names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
}

Result<std::string> Tree::link_text(const std::string& path) const {
    TRY(const FileDescriptor fd, open_at(path, O_PATH | O_NOFOLLOW));
    std::array<char, 4096> text;
    const ssize_t got = ::readlinkat(fd.get(), "", text.data(), text.size());
    if (got < 0) {
        if (errno == ENOENT || errno == EINVAL) return fail(Errc::wrong_type, path, "is not a link");
        return fail(error_of(errno, path));
    }
    if (static_cast<std::size_t>(got) == text.size()) return fail(Errc::limit_exceeded, path, "is a link too long");
    return std::string(text.data(), static_cast<std::size_t>(got));
}

bool Tree::is_directory(const std::string& path) const {
    return open_at(path, O_PATH | O_DIRECTORY).has_value();
}

std::optional<std::uint64_t> Tree::magic() const {
    struct statfs status{};
    if (::fstatfs(top_.get(), &status) != 0) return std::nullopt;
    return static_cast<std::uint64_t>(status.f_type);
}

}  // namespace assay::agent
