#pragma once
// The agent's state on disk: one directory, mode 0700, with state.json (agent/session/memory.hpp), firmware.json and
// the documents of the last scan by their SHA-256. One agent at a time holds it (a lock that ends with the process).
// Files are written beside and renamed, so a power cut leaves the old or the new one. What is read back is hostile: a
// document that does not hash to its name is refused.

#include "agent/root/file_descriptor.hpp"
#include "agent/session/memory.hpp"
#include "agent/sources/firmware_memory.hpp"

#include <set>
#include <string>

namespace assay::agent {

class StateDirectory {
  public:
    // Makes it where it is missing. denied: another user's, or others may write to it; conflict: another agent holds
    // it; io_error. `where` is the path.
    static Result<StateDirectory> open(const std::string& path);
    // The same directory in a child of the process that holds it: without a look, and without the lock.
    static StateDirectory held_by_parent(const std::string& path) { return StateDirectory(path, FileDescriptor()); }
    StateDirectory(StateDirectory&&) noexcept = default;
    StateDirectory& operator=(StateDirectory&&) noexcept = default;

    struct Recalled {
        Memory memory;
        std::string problem;  // why what is there could not be used, one sentence; the memory is then empty
    };
    Recalled recall() const;
    Result<void> remember(const Memory& memory) const;

    // What the kernel's log said of firmware in this boot (agent/sources/firmware_memory.hpp); empty where there is
    // none that can be used.
    FirmwareMemory recall_firmware() const;
    Result<void> remember_firmware(const FirmwareMemory& memory) const;

    // Keeps a document under its SHA-256; nothing is written when it is there already.
    Result<void> keep_document(const Sha256& sha256, std::string_view document) const;
    // mismatch: what is there is not that document.
    Result<std::string> document(const Sha256& sha256) const;
    // Removes every document but these, as far as it can.
    void forget_documents_but(const std::set<Sha256>& kept) const;

    const std::string& path() const { return path_; }

  private:
    StateDirectory(std::string path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
    std::string memory_file() const;
    std::string firmware_file() const;
    std::string document_file(const Sha256& sha256) const;

    std::string path_;
    FileDescriptor lock_;
};

}  // namespace assay::agent
