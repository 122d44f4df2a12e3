#pragma once
// The rooted view: all that sources read of a machine's files goes through here, under paths such as
// "sys/bus/pci/devices". Live, these are the machine's own sysfs, procfs and root file system; in replay they are the
// directories of a captured tree (docs/CAPTURE.md), and nothing of this machine is read. Links are followed inside the
// view and never lead out of it; magic links are refused. What comes by ioctl or netlink is asked of kernel().
//
// A View is a handle: copies share what is open, and any thread may read. Copies are cheap on purpose, because a
// source that hangs is left behind with its copy (agent/scan.hpp).

#include "agent/root/capture_lists.hpp"
#include "base/result.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

class Kernel;
class Recording;

// How the live sysfs was come by, for the report of the source "view".
enum class SysfsAccess { own_mount, system_mount, tree };

class View {
  public:
    // Errors of every read below: not_found (no such file, the parent is missing, or the device behind it went away
    // during the read: gone), denied, limit_exceeded (more than the caller's limit), timed_out (stopped), bad_value (a
    // link leads out of the view, or something is mounted over the path: what() says which), wrong_type (not a regular
    // file), io_error.

    // Up to max_bytes bytes of a regular file; a longer one is limit_exceeded, not cut.
    Result<std::string> read(std::string_view path, std::size_t max_bytes) const;
    // The first `bytes` bytes of one, all of a shorter one: where a device is slow or shared, and no more is wanted.
    Result<std::string> read_beginning(std::string_view path, std::size_t bytes) const;
    // SHA-256 and size of a regular file of up to max_bytes bytes, read piece by piece.
    Result<FileDigest> digest(std::string_view path, std::uint64_t max_bytes) const;
    // The same, and each piece of the file to `piece` on the way. Of a file that a captured tree holds an excerpt of,
    // the pieces are the excerpt's, the digest is the file's.
    using Piece = std::function<void(std::string_view)>;
    Result<FileDigest> digest_pieces(std::string_view path, std::uint64_t max_bytes, const Piece& piece) const;
    // Gives a regular file to `sink` piece by piece, from byte `from` on, until its end or until `sink` says false: for
    // files too large to hold. Returns how many bytes were given. A recording notes what failed, and no bytes.
    using Sink = std::function<bool(std::string_view)>;
    Result<std::uint64_t> stream(std::string_view path, std::uint64_t from, std::uint64_t max_bytes, const Sink& sink)
        const;
    // Names in a directory, sorted by bytes, without "." and ".."; at most max_entries.
    Result<std::vector<std::string>> list(std::string_view path, std::size_t max_entries = 65'536) const;
    // Where a symbolic link points, as a path of the view ("sys/devices/..."), by its text alone. not_found when there
    // is none, wrong_type when it is not a link. `path` must name the link through real directories.
    Result<std::string> link(std::string_view path) const;
    // The text of that link as it stands.
    Result<std::string> link_text(std::string_view path) const;
    bool is_directory(std::string_view path) const;

    const Kernel& kernel() const;
    bool replayed() const;
    SysfsAccess sysfs_access() const;
    // Places below /sys over which something else is mounted, sorted; what the agent's own sysfs shows is what is
    // beneath them. Always empty in replay.
    const std::vector<std::string>& overmounts() const;

    // What tells a long answer of kernel() that nobody waits for it any more.
    const std::stop_token& stop() const { return stop_; }
    // The same view, whose reads fail with timed_out once a stop is requested.
    View stopping(std::stop_token stop) const;

    // The same view, whose every read and every question to whose kernel is noted (agent/root/recording.hpp).
    View recorded(std::shared_ptr<Recording> recording) const;

    // This machine. Prefers a sysfs mounted by the agent itself, attached nowhere (needs CAP_SYS_ADMIN); else /sys.
    static Result<View> live();
    // Of this machine only what the kernel has measured, "sys/kernel/security", and nothing is mounted for it: for one
    // file of it at a time, in a process that stays small. bad_magic: it is not mounted.
    static Result<View> measurements();
    // A captured tree. Nothing of this machine is asked; kernel() answers from DIR/kernel.
    static Result<View> replay(const std::string& dir);
    // The same with another kernel seam, for tests.
    static Result<View> replay(const std::string& dir, std::unique_ptr<Kernel> kernel);
    // A tree that passes for this machine, for tests of what is read of a live one only.
    static Result<View> stand_in(const std::string& dir);
    static Result<View> stand_in(const std::string& dir, std::unique_ptr<Kernel> kernel);

  private:
    struct State;
    Result<std::string> read_here(std::string_view path, std::size_t max_bytes) const;
    Result<std::string> read_beginning_here(std::string_view path, std::size_t bytes) const;
    Result<FileDigest> digest_here(std::string_view path, std::uint64_t max_bytes) const;
    Result<FileDigest> pieces_here(std::string_view path, std::uint64_t max_bytes, const Piece& piece) const;
    std::optional<Result<FileDigest>> listed_digest(std::string_view path, std::uint64_t max_bytes) const;
    Result<std::uint64_t> stream_here(
        std::string_view path, std::uint64_t from, std::uint64_t max_bytes, const Sink& sink
    ) const;
    Result<std::vector<std::string>> list_here(std::string_view path, std::size_t max_entries) const;
    Result<std::string> link_text_here(std::string_view path) const;
    static Result<View> with_root(std::shared_ptr<State> state);
    static Result<View> of_tree(const std::string& dir, std::unique_ptr<Kernel> kernel, SysfsAccess access);
    explicit View(std::shared_ptr<const State> state) : state_(std::move(state)) {}

    std::shared_ptr<const State> state_;
    std::stop_token stop_;
    std::shared_ptr<Recording> recording_;
};

}  // namespace assay::agent
