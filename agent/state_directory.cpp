#include "agent/state_directory.hpp"

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "evidence/limits.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace assay::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view document_prefix = "document-";

std::unexpected<Error> system_failure(const std::string& path, const std::string& what) {
    const int code = errno;
    const bool refused = code == EACCES || code == EPERM || code == EROFS;
    const Errc meaning = refused ? Errc::denied : code == ENOENT ? Errc::not_found : Errc::io_error;
    return fail(meaning, path, what + ": " + std::generic_category().message(code));
}

std::string document_name(const Sha256& sha256) {
    return std::string(document_prefix) + to_hex(sha256);
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::string& path) {
    std::error_code told_below;
    fs::create_directories(fs::path(path).parent_path(), told_below);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_failure(path, "cannot make it");
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) return system_failure(path, "cannot look at it");
    if (!S_ISDIR(facts.st_mode)) return fail(Errc::wrong_type, path, "is no directory");
    if (facts.st_uid != ::geteuid() || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(Errc::denied, path, "belongs to another user, or others may write to it: chown it, or chmod 0700");
    }
    FileDescriptor lock(::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return system_failure(path, "cannot write to it");
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(
            Errc::conflict, path, "another agent is using it; stop that one first (systemctl stop assay-agent)"
        );
    }
    return StateDirectory(path, std::move(lock));
}

std::string StateDirectory::memory_file() const {
    return path_ + "/state.json";
}

std::string StateDirectory::firmware_file() const {
    return path_ + "/firmware.json";
}

std::string StateDirectory::document_file(const Sha256& sha256) const {
    return path_ + "/" + document_name(sha256);
}

StateDirectory::Recalled StateDirectory::recall() const {
    const auto text = read_file(memory_file(), max_memory_bytes);
    if (!text && text.error().code == Errc::not_found) return {};
    if (!text) return {{}, text.error().message()};
    auto memory = decode_memory(*text);
    if (!memory) return {{}, memory_file() + ": " + memory.error().message()};
    return {*std::move(memory), {}};
}

Result<void> StateDirectory::remember(const Memory& memory) const {
    return replace_file(memory_file(), encode_memory(memory), 0600);
}

FirmwareMemory StateDirectory::recall_firmware() const {
    const auto text = read_file(firmware_file(), firmware_memory_bytes);
    auto memory = text ? decode_firmware_memory(*text) : fail(text.error());
    return memory ? *std::move(memory) : FirmwareMemory{};
}

Result<void> StateDirectory::remember_firmware(const FirmwareMemory& memory) const {
    return replace_file(firmware_file(), encode_firmware_memory(memory), 0600);
}

Result<void> StateDirectory::keep_document(const Sha256& sha256, std::string_view document) const {
    if (this->document(sha256)) return {};
    return replace_file(document_file(sha256), document, 0600);
}

Result<std::string> StateDirectory::document(const Sha256& sha256) const {
    TRY(std::string bytes, read_file(document_file(sha256), limits::document_bytes));
    if (assay::sha256(bytes) != sha256) {
        return fail(Errc::mismatch, document_file(sha256), "is not the document of that name");
    }
    return bytes;
}

void StateDirectory::forget_documents_but(const std::set<Sha256>& kept) const {
    std::set<std::string> names;
    for (const Sha256& one : kept) names.insert(document_name(one));
    std::error_code ended;
    for (fs::directory_iterator entry(path_, ended), end; !ended && entry != end; entry.increment(ended)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(document_prefix) && !names.contains(name)) ::unlink(entry->path().c_str());
    }
}

}  // namespace assay::agent
