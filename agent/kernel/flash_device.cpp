#include "agent/kernel/flash_device.hpp"

#include "agent/root/tree.hpp"
#include "base/text.hpp"
#include "evidence/hardware/firmware_volumes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace assay::agent {
namespace {

constexpr unsigned mtd_char_major = 90;  // MTD_CHAR_MAJOR; the minor is twice the number, and one more for read-only
constexpr std::size_t piece_bytes = 64U << 10U;

std::optional<unsigned> number_of(std::string_view device) {
    if (!device.starts_with("mtd")) return std::nullopt;
    const auto number = whole_number<std::uint16_t>(device.substr(3));
    return number ? std::optional<unsigned>(*number) : std::nullopt;
}

Result<FileDescriptor> open_below(int dev, const std::string& name, int flags) {
    struct open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
    const long fd = ::syscall(SYS_openat2, dev, name.c_str(), &how, sizeof how);
    if (fd >= 0) return FileDescriptor(static_cast<int>(fd));
    if (errno == ENOENT) {
        return fail(
            Errc::io_error, name,
            "has no device node (`ls /dev/mtd*`): udev or devtmpfs makes it; a container must be given it"
        );
    }
    return fail(error_of(errno, name));
}

bool is_flash(int fd, unsigned number) {
    struct stat status{};
    return ::fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
           status.st_rdev == ::makedev(mtd_char_major, 2 * number + 1);
}

}  // namespace

std::string flash_file(const std::string& device) {
    return "dev/" + device + "ro";
}

std::string flash_file(const FlashRange& range, FlashHash what) {
    const char* const kind = what == FlashHash::volumes ? "volumes/" : "";
    return fmt::format("{}/{}{:x}+{:x}", flash_file(range.device), kind, range.offset, range.size);
}

Result<FileDescriptor> open_flash(int dev, const std::string& device) {
    const auto number = number_of(device);
    if (!number) return fail(Errc::bad_value, device, "is no name of a flash");
    const std::string name = device + "ro";
    // Opening another device's node does something to this machine, so the type is looked at first.
    TRY(const FileDescriptor seen, open_below(dev, name, O_PATH));
    if (!is_flash(seen.get(), *number)) return fail(Errc::wrong_type, name, "is not the node of this flash");
    TRY(FileDescriptor flash, open_below(dev, name, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (!is_flash(flash.get(), *number)) return fail(Errc::conflict, name, "changed while it was opened");
    return flash;
}

Result<void> read_flash(
    const FileDescriptor& flash, const FlashRange& range, const std::stop_token& stop, const FlashPiece& piece
) {
    std::array<char, piece_bytes> bytes;
    for (std::uint64_t done = 0; done < range.size;) {
        if (stop.stop_requested()) return fail(Errc::timed_out, range.device, "the deadline passed");
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(range.size - done, bytes.size()));
        const ssize_t got = ::pread(flash.get(), bytes.data(), wanted, static_cast<off_t>(range.offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(error_of(errno, range.device));
        if (got == 0) return fail(Errc::io_error, range.device, "ends before its size");
        piece({bytes.data(), static_cast<std::size_t>(got)});
        done += static_cast<std::uint64_t>(got);
    }
    return {};
}

Result<FileDigest> hash_flash(
    const FileDescriptor& flash, const FlashRange& range, FlashHash what, const std::stop_token& stop
) {
    if (what == FlashHash::volumes) {
        flash::VolumeScanner scanner;
        CHECK_OK(read_flash(flash, range, stop, [&scanner](std::string_view piece) { scanner.feed(as_bytes(piece)); }));
        TRY(const flash::Volumes volumes, scanner.finish());
        return FileDigest{volumes.sha256, volumes.bytes};
    }
    Hasher hasher(HashAlg::sha256);
    CHECK_OK(read_flash(flash, range, stop, [&hasher](std::string_view piece) { hasher.update(as_bytes(piece)); }));
    FileDigest out{.size = range.size};
    out.sha256 = hasher.finish_sha256();
    return out;
}

}  // namespace assay::agent
