#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace assay {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

std::unexpected<Error> failed(const std::string& path, int error) {
    const Errc code = error == ENOENT || error == ENOTDIR ? Errc::not_found
                      : error == EACCES || error == EPERM ? Errc::denied
                      : error == EEXIST                   ? Errc::conflict
                                                          : Errc::io_error;
    return fail(code, path, std::generic_category().message(error));
}

Result<void> write_all(int fd, const std::string& path, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed(path, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(fd) != 0) return failed(path, errno);
    return {};
}

Result<void> write_new(const std::string& path, std::string_view content, mode_t mode, int flags) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode));
    if (file.get() < 0) return failed(path, errno);
    if (::fchmod(file.get(), mode) != 0) return failed(path, errno);
    return write_all(file.get(), path, content);
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return failed(path, errno);
    struct stat facts{};
    if (::fstat(file.get(), &facts) != 0) return failed(path, errno);
    if (!S_ISREG(facts.st_mode)) return fail(Errc::wrong_type, path, "is no regular file");
    std::string out;
    char buffer[16'384];
    while (true) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(path, errno);
        if (got == 0) return out;
        out.append(buffer, static_cast<std::size_t>(got));
        if (out.size() > max_bytes) {
            return fail(Errc::limit_exceeded, path, "is longer than " + std::to_string(max_bytes) + " bytes");
        }
    }
}

Result<void> create_file(const std::string& path, std::string_view content, mode_t mode) {
    return write_new(path, content, mode, O_EXCL);
}

Result<void> replace_file(const std::string& path, std::string_view content, mode_t mode) {
    const std::string fresh = path + ".new";
    if (const Result<void> written = write_new(fresh, content, mode, O_TRUNC); !written) return written;
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed(path, errno);
    const Descriptor directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) return failed(path, errno);
    return {};
}

std::string secret_file_problem(const std::string& path, SecretOwner owner) {
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) return "";
    const bool root_may_use = owner == SecretOwner::anyone_for_root && ::geteuid() == 0;
    if (facts.st_uid != 0 && facts.st_uid != ::geteuid() && !root_may_use) {
        return path + " belongs to another user than this one and root; give it to who runs this program";
    }
    if ((facts.st_mode & 077U) != 0)
        return path + " holds a secret and others may read or write it; run: chmod 0600 " + path;
    return "";
}

std::string beside(const std::string& file, const std::string& path) {
    if (path.empty() || path.starts_with('/')) return path;
    const std::size_t slash = file.rfind('/');
    return slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

}  // namespace assay
