#include "agent/root/recording.hpp"

#include "agent/kernel/recording_kernel.hpp"

#include <algorithm>
#include <deque>

namespace assay::agent {
namespace {

constexpr int links_on_the_way = 40;  // as the kernel allows
constexpr const char* no_answer = "gave no answer while the tree was captured";
constexpr const char* not_read = "was not read where the tree was captured";

void push_parts_front(std::deque<std::string>& parts, std::string_view path) {
    std::vector<std::string> more;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (!part.empty() && part != ".") more.emplace_back(part);
    }
    parts.insert(parts.begin(), more.begin(), more.end());
}

std::string below(const std::string& directory, std::string_view name) {
    return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

std::string above(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

Recording::Recording(View view, Excerpt excerpt, std::size_t max_bytes)
    : view_(std::move(view)),
      excerpt_(std::move(excerpt)),
      room_(max_bytes),
      kernel_(std::make_unique<RecordingKernel>(view_.kernel(), *this)) {}

Recording::~Recording() = default;

Recording::Open::Open(Recording& recording, std::string file, std::string member)
    : recording_(recording), what_(std::move(file), std::move(member)) {
    const std::scoped_lock lock(recording_.mutex_);
    recording_.open_.insert(what_);
}

Recording::Open::~Open() {
    const std::scoped_lock lock(recording_.mutex_);
    if (const auto found = recording_.open_.find(what_); found != recording_.open_.end()) recording_.open_.erase(found);
}

std::optional<std::string> Recording::link_at(const std::string& path) {
    {
        const std::scoped_lock lock(mutex_);
        if (const auto known = links_.find(path); known != links_.end()) return known->second;
    }
    auto text = view_.link_text(path);  // without the lock: what hangs here must not hold up the others
    const std::scoped_lock lock(mutex_);
    auto& known = links_[path];
    if (text) {
        put(path, {RecordedTree::Kind::link, *text});
        known = *std::move(text);
    }
    return known;
}

// `path` without links, each of them noted; nothing when they go in a circle.
std::optional<std::string> Recording::resolved(std::string_view path, bool follow_last) {
    std::deque<std::string> parts;
    push_parts_front(parts, path);
    std::string at;
    for (int links = 0; !parts.empty();) {
        const std::string part = std::move(parts.front());
        parts.pop_front();
        if (part == "..") {
            at = above(at);
            continue;
        }
        const std::string next = below(at, part);
        const auto target = parts.empty() && !follow_last ? std::nullopt : link_at(next);
        if (!target) {
            at = next;
            continue;
        }
        if (++links > links_on_the_way) return std::nullopt;
        if (target->starts_with('/')) at.clear();
        push_parts_front(parts, *target);
    }
    return at;
}

bool Recording::has_room(std::size_t bytes) {
    if (ended_ || full_) return false;
    const std::size_t entries = tree_.entries.size() + names_.size() + tree_.unreadable.size() + tree_.digests.size();
    full_ = bytes > room_ || entries >= recording_entries;
    if (!full_) room_ -= bytes;
    return !full_;
}

void Recording::put(const std::string& path, RecordedTree::Entry entry) {
    if (path.empty()) return;
    const auto held = tree_.entries.find(path);
    const std::size_t paid = held == tree_.entries.end() ? 0 : held->second.bytes.size();
    // Of one file twice, the longer reading: the other one was of its beginning only.
    if (paid > entry.bytes.size() && held->second.kind == entry.kind) return;
    if (!has_room(entry.bytes.size() - std::min(paid, entry.bytes.size()))) return;
    tree_.entries.insert_or_assign(path, std::move(entry));
}

void Recording::failed(std::string_view path, const Error& error) {
    if (error.code == Errc::not_found) return;  // it is not in the tree then either
    if (error.code == Errc::wrong_type) {       // something else is there, and is found out at the end
        const auto place = resolved(path, true);
        const std::scoped_lock lock(mutex_);
        if (place && has_room(0)) names_.insert(*place);
        return;
    }
    const std::scoped_lock lock(mutex_);
    if (has_room(0) && !read_.contains(normalised_path(path)))
        tree_.unreadable.insert_or_assign(normalised_path(path), Unread{error.code, error.what});
}

void Recording::file(std::string_view path, const Result<std::string>& bytes) {
    if (!bytes) return failed(path, bytes.error());
    const auto place = resolved(path, true);
    RecordedTree::Entry entry{RecordedTree::Kind::file, excerpt_ ? excerpt_(path, *bytes) : *bytes};
    const std::scoped_lock lock(mutex_);
    if (!place) return;
    put(*place, std::move(entry));
    read_.insert(normalised_path(path));
    tree_.unreadable.erase(normalised_path(path));
}

void Recording::digest(std::string_view path, const Result<FileDigest>& digest) {
    if (!digest) return failed(path, digest.error());
    (void)resolved(path, true);
    const std::scoped_lock lock(mutex_);
    if (has_room(0)) tree_.digests.insert_or_assign(normalised_path(path), *digest);
}

void Recording::streamed(std::string_view path, const Result<std::uint64_t>& given) {
    if (!given) failed(path, given.error());
}

void Recording::listing(std::string_view path, const Result<std::vector<std::string>>& names) {
    if (!names) return failed(path, names.error());
    const auto place = resolved(path, true);
    const std::scoped_lock lock(mutex_);
    if (!place) return;
    put(*place, {});
    read_.insert(normalised_path(path));
    tree_.unreadable.erase(normalised_path(path));
    for (const std::string& name : *names) {
        if (has_room(0)) names_.insert(below(*place, name));
    }
}

void Recording::link(std::string_view path, const Result<std::string>& text) {
    if (!text && text.error().code != Errc::wrong_type) return failed(path, text.error());
    const auto place = resolved(path, false);
    const std::scoped_lock lock(mutex_);
    if (!place) return;
    if (text)
        put(*place, {RecordedTree::Kind::link, *text});
    else if (has_room(0))
        names_.insert(*place);
}

void Recording::directory(std::string_view path, bool there) {
    if (!there) return;
    const auto place = resolved(path, true);
    const std::scoped_lock lock(mutex_);
    if (place) put(*place, {});
}

void Recording::answer(const std::string& file, const std::string& member, std::optional<json::Value> value) {
    const std::scoped_lock lock(mutex_);
    if (!has_room(value ? json::compact(*value).size() : 0)) return;
    json::Object& members = tree_.answers[file];
    if (value) members[member] = *std::move(value);
}

void Recording::unanswered(const std::string& file, const std::string& member, const Error& error) {
    answer(file, member, json::Object{{"unreadable", failure_word(error.code)}, {"why", error.what}});
}

// What was only listed, or met where something else was looked for: a link, a directory, or a file without its bytes.
void Recording::look_at_names() {
    for (const std::string& path : names_) {
        if (tree_.entries.contains(path)) continue;
        const auto next = tree_.entries.lower_bound(path + "/");
        if (next != tree_.entries.end() && next->first.starts_with(path + "/"))
            continue;  // a directory, by what is in it
        if (const auto text = view_.link_text(path)) {
            tree_.entries[path] = {RecordedTree::Kind::link, *text};
        } else if (view_.is_directory(path)) {
            tree_.entries[path] = {};
        } else if (text.error().code == Errc::wrong_type) {
            tree_.entries[path] = {RecordedTree::Kind::file, ""};
            tree_.unreadable.emplace(path, Unread{Errc::io_error, not_read});
        }
    }
}

Result<RecordedTree> Recording::take() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    if (full_) {
        return fail(
            Errc::limit_exceeded, "capture",
            "there is more than a capture holds: " + std::to_string(recording_bytes >> 20U) + " MiB, " +
                std::to_string(recording_entries) + " paths"
        );
    }
    for (const auto& [file, member] : open_) {
        if (member.empty())
            tree_.unreadable.insert_or_assign(normalised_path(file), Unread{Errc::timed_out, no_answer});
        else
            tree_.answers[file][member] =
                json::Object{{"unreadable", failure_word(Errc::timed_out)}, {"why", no_answer}};
    }
    look_at_names();
    return std::move(tree_);
}

}  // namespace assay::agent
