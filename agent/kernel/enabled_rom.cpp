#include "agent/kernel/enabled_rom.hpp"

#include "agent/root/tree.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace assay::agent {
namespace {

Result<FileDescriptor> open_rom(int top, const std::string& path) {
    struct open_how how{};
    how.flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
    const long fd = ::syscall(SYS_openat2, top, path.c_str(), &how, sizeof how);
    if (fd < 0) {
        if (errno == EROFS) return fail(Errc::denied, path, "is on a sysfs that is mounted read-only");
        return fail(error_of(errno, path));
    }
    FileDescriptor file(static_cast<int>(fd));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail(Errc::wrong_type, path, "is not a regular file");
    }
    return file;
}

// The kernel (pci_write_rom) takes exactly "0" and one byte more, at the beginning, for off, and all else for on.
class SwitchedOn {
  public:
    explicit SwitchedOn(int rom) : rom_(rom), done_(write("1\n")) {}
    SwitchedOn(const SwitchedOn&) = delete;
    SwitchedOn& operator=(const SwitchedOn&) = delete;
    ~SwitchedOn() { write("0\n"); }
    bool done() const { return done_; }

  private:
    bool write(const char* switched) const { return ::pwrite(rom_, switched, 2, 0) == 2; }
    int rom_;
    bool done_;
};

}  // namespace

Result<std::string> read_enabled_rom(int top, const std::string& path, std::size_t max_bytes) {
    TRY(const FileDescriptor rom, open_rom(top, path));
    const SwitchedOn on(rom.get());
    if (!on.done()) return fail(error_of(errno, path));
    std::string bytes;
    std::array<char, 16U << 10U> piece;
    while (true) {
        const ssize_t got = ::pread(rom.get(), piece.data(), piece.size(), static_cast<off_t>(bytes.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EIO) return fail(Errc::not_found, path, "there is no ROM behind it");
        if (got < 0) return fail(error_of(errno, path));
        if (got == 0) return bytes;
        bytes.append(piece.data(), static_cast<std::size_t>(got));
        if (bytes.size() > max_bytes) {
            return fail(Errc::limit_exceeded, path, "is longer than " + std::to_string(max_bytes) + " bytes");
        }
    }
}

Result<FileDescriptor> writable_sysfs() {
    const FileDescriptor context(::fsopen("sysfs", FSOPEN_CLOEXEC));
    if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
        return fail(error_of(errno, "sysfs"));
    }
    FileDescriptor top(
        ::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
    );
    if (!top) return fail(error_of(errno, "sysfs"));
    return top;
}

}  // namespace assay::agent
