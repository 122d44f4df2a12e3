#pragma once
// What a scan asked of a View and its Kernel, and what it was told, noted while it runs, so that a tree can be written
// from which another scan is told the same (docs/CAPTURE.md). Notes are kept in memory up to a limit. Any thread may
// add to them; a reader that hangs is noted as one that was given no answer.

#include "agent/root/capture_lists.hpp"
#include "agent/root/view.hpp"
#include "base/json.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::agent {

class Kernel;

// What stands below the top of a captured tree.
struct RecordedTree {
    enum class Kind { directory, file, link };
    struct Entry {
        Kind kind = Kind::directory;
        std::string bytes;  // of a file; the text of a link
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::map<std::string, Entry, std::less<>> entries;  // by path; what stands above an entry is a directory
    UnreadList unreadable;
    DigestList digests;
    std::map<std::string, json::Object> answers;  // of the kernel: "kernel/usb.json" -> its members
};

inline constexpr std::size_t recording_bytes = 64U << 20U;  // files and links together
inline constexpr std::size_t recording_entries = 100'000;   // paths, whatever became of them

class Recording {
  public:
    // What to keep of a file's bytes where a part of them tells its readers the same.
    using Excerpt = std::function<std::string(std::string_view path, const std::string& bytes)>;

    // `view` is read beside its readers: links on the way to what they name, and of what type the names are that they
    // only listed. It must itself not be recorded.
    explicit Recording(View view, Excerpt excerpt = {}, std::size_t max_bytes = recording_bytes);
    Recording(const Recording&) = delete;
    Recording(Recording&&) = delete;
    Recording& operator=(const Recording&) = delete;
    Recording& operator=(Recording&&) = delete;
    ~Recording();

    // A question that is being answered; what is still open at take() was given no answer in time.
    class Open {
      public:
        Open(Recording& recording, std::string path) : Open(recording, std::move(path), "") {}
        Open(Recording& recording, std::string file, std::string member);
        Open(const Open&) = delete;
        Open(Open&&) = delete;
        Open& operator=(const Open&) = delete;
        Open& operator=(Open&&) = delete;
        ~Open();

      private:
        Recording& recording_;
        std::pair<std::string, std::string> what_;
    };

    // Of View, by path as it was asked.
    void file(std::string_view path, const Result<std::string>& bytes);
    void digest(std::string_view path, const Result<FileDigest>& digest);
    void streamed(std::string_view path, const Result<std::uint64_t>& given);
    void listing(std::string_view path, const Result<std::vector<std::string>>& names);
    void link(std::string_view path, const Result<std::string>& text);
    void directory(std::string_view path, bool there);
    // Of Kernel: one member of one file below kernel/. None: the driver has no such answer.
    void answer(const std::string& file, const std::string& member, std::optional<json::Value> value);
    void unanswered(const std::string& file, const std::string& member, const Error& error);

    const Kernel& kernel() const { return *kernel_; }  // the view's, recorded

    // Ends it: what is noted later is left out. limit_exceeded: there was more than a recording holds.
    Result<RecordedTree> take();

  private:
    std::optional<std::string> link_at(const std::string& path);
    std::optional<std::string> resolved(std::string_view path, bool follow_last);
    bool has_room(std::size_t bytes);  // with the lock held
    void failed(std::string_view path, const Error& error);
    void put(const std::string& path, RecordedTree::Entry entry);
    void look_at_names();

    View view_;
    Excerpt excerpt_;
    std::size_t room_;
    std::unique_ptr<Kernel> kernel_;
    std::mutex mutex_;
    bool ended_ = false;
    bool full_ = false;
    RecordedTree tree_;
    std::map<std::string, std::optional<std::string>> links_;  // what was found on the way: text, or no link
    std::set<std::string, std::less<>> read_;                  // paths as asked, that could be read at least once
    std::set<std::string> names_;                              // that were told to be there; of what type is not known
    std::multiset<std::pair<std::string, std::string>> open_;
};

}  // namespace assay::agent
