// Files of a capture into a directory. Each step down is a directory that was just made, opened without following
// links, and nobody else may write in any of them: what stands in the way was put there by somebody else.

#include "agent/capture/capture_files.hpp"
#include "agent/capture/output_file.hpp"
#include "agent/root/file_descriptor.hpp"
#include "agent/root/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

namespace assay::agent {
namespace {

struct CloseDirectory {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

constexpr int as_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Result<void> check_empty(int fd, const std::string& dir) {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, CloseDirectory> listed(::fdopendir(copy));
    if (!listed) return fail(error_of(errno, dir));
    while (const dirent* const entry = ::readdir(listed.get())) {
        const std::string_view name(static_cast<const char*>(entry->d_name));
        if (name != "." && name != "..") return fail(Errc::conflict, dir, "is not empty");
    }
    return {};
}

Result<void> check_ours(int fd, const std::string& dir) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) return fail(error_of(errno, dir));
    if (status.st_uid != ::geteuid()) return fail(Errc::conflict, dir, "belongs to somebody else");
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return fail(Errc::conflict, dir, "is open to others for writing");
    return {};
}

// Error of a call that makes a new entry.
Error not_made(int error_number, std::string where) {
    if (error_number == EEXIST) return {Errc::conflict, std::move(where), "was put there by somebody else"};
    return error_of(error_number, std::move(where));
}

class Directory {
  public:
    explicit Directory(std::string dir) : dir_(std::move(dir)) {}
    Directory(const Directory&) = delete;
    Directory(Directory&&) = delete;
    Directory& operator=(const Directory&) = delete;
    Directory& operator=(Directory&&) = delete;
    ~Directory() {
        if (!kept_) remove();
    }

    Result<void> open() {
        made_top_ = ::mkdir(dir_.c_str(), 0700) == 0;
        if (!made_top_ && errno != EEXIST) return fail(error_of(errno, dir_));
        top_ = FileDescriptor(::open(dir_.c_str(), as_directory));
        if (!top_ && (errno == ENOTDIR || errno == ELOOP)) {
            return fail(Errc::conflict, dir_, "exists and is no directory");
        }
        if (!top_) return fail(error_of(errno, dir_));
        CHECK_OK(check_ours(top_.get(), dir_));
        return check_empty(top_.get(), dir_);
    }

    Result<void> put(const std::string& path, const RecordedTree::Entry& entry) {
        const std::size_t slash = path.rfind('/');
        TRY(const int in, go_to(slash == std::string::npos ? std::string() : path.substr(0, slash)));
        const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
        const std::string where = dir_ + "/" + path;
        switch (entry.kind) {
            case RecordedTree::Kind::directory:
                if (::mkdirat(in, name.c_str(), 0700) != 0) return fail(not_made(errno, where));
                made_.push_back({path, AT_REMOVEDIR});
                return {};
            case RecordedTree::Kind::link:
                if (::symlinkat(entry.bytes.c_str(), in, name.c_str()) != 0) return fail(not_made(errno, where));
                made_.push_back({path, 0});
                return {};
            case RecordedTree::Kind::file: {
                FileDescriptor file(::openat(in, name.c_str(), new_file, owner_only));
                if (!file) return fail(not_made(errno, where));
                made_.push_back({path, 0});
                CHECK_OK(write_all(file.get(), entry.bytes, where));
                return close_written(std::move(file), where);
            }
        }
        return {};
    }

    void keep() { kept_ = true; }

  private:
    struct Made {
        std::string path;
        int flags = 0;
    };
    struct Step {
        std::string path;
        FileDescriptor fd;
    };

    // The directory of the capture at `path`, which was put before.
    Result<int> go_to(const std::string& path) {
        while (!steps_.empty() && path != steps_.back().path && !path.starts_with(steps_.back().path + "/")) {
            steps_.pop_back();
        }
        while ((steps_.empty() ? std::string() : steps_.back().path) != path) {
            const std::size_t from = steps_.empty() ? 0 : steps_.back().path.size() + 1;
            const std::string next = path.substr(0, path.find('/', from));
            const int in = steps_.empty() ? top_.get() : steps_.back().fd.get();
            FileDescriptor fd(::openat(in, next.substr(from).c_str(), as_directory));
            if (!fd) return fail(error_of(errno, dir_ + "/" + next));
            steps_.push_back({next, std::move(fd)});
        }
        return steps_.empty() ? top_.get() : steps_.back().fd.get();
    }

    void remove() {
        steps_.clear();
        for (auto one = made_.rbegin(); one != made_.rend(); ++one) {
            ::unlinkat(top_.get(), one->path.c_str(), one->flags);
        }
        if (made_top_) ::rmdir(dir_.c_str());
    }

    std::string dir_;
    FileDescriptor top_;
    bool made_top_ = false;
    bool kept_ = false;
    std::vector<Step> steps_;
    std::vector<Made> made_;
};

}  // namespace

Result<void> write_directory(const std::string& dir, const CaptureFiles& files) {
    Directory out(dir);
    CHECK_OK(out.open());
    for (const auto& [path, entry] : files) CHECK_OK(out.put(path, entry));
    out.keep();
    return {};
}

}  // namespace assay::agent
