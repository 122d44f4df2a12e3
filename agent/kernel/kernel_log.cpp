#include "agent/kernel/kernel_log.hpp"

#include "agent/kernel/log_record.hpp"
#include "agent/root/file_descriptor.hpp"
#include "agent/root/tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>

namespace assay::agent {
namespace {

constexpr const char* log_device = "/dev/kmsg";

bool is_log_device(int fd) {
    constexpr unsigned memory_devices = 1;
    constexpr unsigned kmsg = 11;
    struct stat status{};
    return ::fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(memory_devices, kmsg);
}

// A file that was loaded once is loaded, whatever was said of it before or is said afterwards.
void take(std::map<std::string, FirmwareLine>& lines, FirmwareLine line) {
    const auto known = lines.find(line.file);
    if (known == lines.end()) {
        std::string file = line.file;
        lines.emplace(std::move(file), std::move(line));
    } else if (line.loaded) {
        known->second.loaded = true;
        if (line.sha256) known->second.sha256 = line.sha256;
    }
}

}  // namespace

Result<FirmwareLog> gather_firmware_lines(const NextRecord& next) {
    FirmwareLog log;
    std::map<std::string, FirmwareLine> lines;
    bool any = false;
    for (std::size_t count = 0;; ++count) {
        const auto record = next();
        if (!record && record.error().code == Errc::not_found) break;
        if (!record && record.error().code != Errc::gone) return fail(record.error());
        if (!record || count == max_log_records) log.gap = true;
        if (count == max_log_records) break;
        if (!record) continue;
        TRY(LogRecord decoded, decode_log_record(*record));
        if (!any) log.first = decoded.sequence;
        any = true;
        log.next = decoded.sequence + 1;
        if (!decoded.firmware) continue;
        if (lines.size() == max_firmware_lines && !lines.contains(decoded.firmware->file))
            log.gap = true;
        else
            take(lines, *std::move(decoded.firmware));
    }
    log.gap = log.gap || !any;
    for (auto& [file, line] : lines) log.lines.push_back(std::move(line));
    return log;
}

Result<FirmwareLog> read_kernel_log() {
    const FileDescriptor fd(::open(log_device, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd) return fail(error_of(errno, log_device));
    if (!is_log_device(fd.get())) return fail(Errc::wrong_type, log_device, "is not the kernel's log");
    std::array<char, log_record_bytes> buffer;
    return gather_firmware_lines([&fd, &buffer]() -> Result<std::string_view> {
        while (true) {
            const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
            if (got > 0) return std::string_view(buffer.data(), static_cast<std::size_t>(got));
            if (got == 0 || errno == EAGAIN) return fail(Errc::not_found, log_device, "has no more records");
            if (errno == EPIPE) return fail(Errc::gone, log_device, "lost records");
            if (errno != EINTR) return fail(error_of(errno, log_device));
        }
    });
}

}  // namespace assay::agent
