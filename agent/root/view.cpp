#include "agent/root/view.hpp"

#include "agent/kernel/replay_kernel.hpp"
#include "agent/root/recording.hpp"
#include "agent/root/view_state.hpp"

namespace assay::agent {
namespace {

// A list of a captured tree; a tree without the file has an empty one.
template <class List>
Result<List> read_list(const Tree& tree, const std::string& path, Result<List> (*parse)(std::string_view)) {
    const auto text = tree.read(path, capture_list_bytes, {});
    if (text) return parse(*text);
    if (text.error().code == Errc::not_found) return List{};
    return fail(text.error());
}

// What `ask` gives, noted where a recording runs. Every question of a View goes through here.
template <class Ask, class Note>
auto asked(Recording* recording, std::string_view path, Ask ask, Note note) {
    if (recording == nullptr) return ask();
    const Recording::Open open(*recording, std::string(path));
    auto answer = ask();
    (recording->*note)(path, answer);
    return answer;
}

}  // namespace

// The mounts stand longest prefix first; the last one has the prefix "" and takes every path.
View::State::Place View::State::place(std::string_view path) const {
    for (const Mounted& mount : mounts) {
        if (mount.prefix.empty()) return {mount.tree, std::string(path)};
        if (path == mount.prefix) return {mount.tree, ""};
        if (path.starts_with(mount.prefix) && path[mount.prefix.size()] == '/') {
            return {mount.tree, std::string(path.substr(mount.prefix.size() + 1))};
        }
    }
    return {mounts.back().tree, std::string(path)};
}

std::optional<Error> View::State::listed_unreadable(std::string_view path) const {
    if (unreadable.empty()) return std::nullopt;
    const auto listed = unreadable.find(normalised_path(path));
    if (listed == unreadable.end()) return std::nullopt;
    return Error{listed->second.code, std::string(path), listed->second.what};
}

Result<std::string> View::read_here(std::string_view path, std::size_t max_bytes) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    auto bytes = place.tree.read(place.path, max_bytes, stop_);
    if (!bytes) bytes.error().where = path;
    return bytes;
}

Result<std::string> View::read_beginning_here(std::string_view path, std::size_t bytes) const {
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    auto beginning = place.tree.read_beginning(place.path, bytes, stop_);
    if (!beginning) beginning.error().where = path;
    return beginning;
}

std::optional<Result<FileDigest>> View::listed_digest(std::string_view path, std::uint64_t max_bytes) const {
    const auto known = state_->digests.find(normalised_path(path));
    if (known == state_->digests.end()) return std::nullopt;
    if (known->second.size <= max_bytes) return known->second;
    return fail(Errc::limit_exceeded, std::string(path), "is longer than " + std::to_string(max_bytes) + " bytes");
}

Result<FileDigest> View::digest_here(std::string_view path, std::uint64_t max_bytes) const {
    if (auto listed = listed_digest(path, max_bytes)) return *std::move(listed);
    return pieces_here(path, max_bytes, [](std::string_view) {});
}

Result<FileDigest> View::pieces_here(std::string_view path, std::uint64_t max_bytes, const Piece& piece) const {
    if (auto unread = state_->listed_unreadable(path)) return fail(*std::move(unread));
    const State::Place place = state_->place(path);
    Hasher hasher(HashAlg::sha256);
    auto size = place.tree.each_piece(place.path, 0, max_bytes, stop_, [&hasher, &piece](std::string_view bytes) {
        hasher.update(as_bytes(bytes));
        piece(bytes);
        return true;
    });
    if (!size) {
        size.error().where = path;
        return fail(size.error());
    }
    if (auto listed = listed_digest(path, max_bytes)) return *std::move(listed);
    FileDigest digest{.size = *size};
    digest.sha256 = hasher.finish_sha256();
    return digest;
}

Result<std::uint64_t> View::stream_here(
    std::string_view path, std::uint64_t from, std::uint64_t max_bytes, const Sink& sink
) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    auto given = place.tree.each_piece(place.path, from, max_bytes, stop_, sink);
    if (!given) given.error().where = path;
    return given;
}

Result<std::vector<std::string>> View::list_here(std::string_view path, std::size_t max_entries) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    auto names = place.tree.list(place.path, max_entries);
    if (!names) names.error().where = path;
    return names;
}

Result<std::string> View::link_text_here(std::string_view path) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    const State::Place place = state_->place(path);
    auto text = place.tree.link_text(place.path);
    if (text) return text;
    if (text.error().code == Errc::not_found) {
        if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    }
    text.error().where = path;
    return text;
}

Result<std::string> View::read(std::string_view path, std::size_t max_bytes) const {
    return asked(recording_.get(), path, [&] { return read_here(path, max_bytes); }, &Recording::file);
}

Result<std::string> View::read_beginning(std::string_view path, std::size_t bytes) const {
    return asked(recording_.get(), path, [&] { return read_beginning_here(path, bytes); }, &Recording::file);
}

Result<FileDigest> View::digest(std::string_view path, std::uint64_t max_bytes) const {
    return asked(recording_.get(), path, [&] { return digest_here(path, max_bytes); }, &Recording::digest);
}

Result<FileDigest> View::digest_pieces(std::string_view path, std::uint64_t max_bytes, const Piece& piece) const {
    if (!recording_) return pieces_here(path, max_bytes, piece);
    // A capture keeps an excerpt of the file, for which it has to hold all of it.
    const Recording::Open open(*recording_, std::string(path));
    std::string bytes;
    const auto digest = pieces_here(path, max_bytes, [&bytes, &piece](std::string_view more) {
        bytes += more;
        piece(more);
    });
    recording_->file(path, digest ? Result<std::string>(std::move(bytes)) : fail(digest.error()));
    if (digest) recording_->digest(path, digest);
    return digest;
}

Result<std::uint64_t> View::stream(std::string_view path, std::uint64_t from, std::uint64_t max_bytes, const Sink& sink)
    const {
    return asked(
        recording_.get(), path, [&] { return stream_here(path, from, max_bytes, sink); }, &Recording::streamed
    );
}

Result<std::vector<std::string>> View::list(std::string_view path, std::size_t max_entries) const {
    return asked(recording_.get(), path, [&] { return list_here(path, max_entries); }, &Recording::listing);
}

Result<std::string> View::link_text(std::string_view path) const {
    return asked(recording_.get(), path, [&] { return link_text_here(path); }, &Recording::link);
}

Result<std::string> View::link(std::string_view path) const {
    TRY(const std::string text, link_text(path));
    if (text.starts_with('/')) return normalised_path(text);
    return normalised_path(std::string(path.substr(0, path.rfind('/') + 1)) + text);
}

bool View::is_directory(std::string_view path) const {
    const auto look = [&] {
        const State::Place place = state_->place(path);
        return !stop_.stop_requested() && place.tree.is_directory(place.path);
    };
    return asked(recording_.get(), path, look, &Recording::directory);
}

const Kernel& View::kernel() const {
    return recording_ ? recording_->kernel() : *state_->kernel;
}

bool View::replayed() const {
    return state_->access == SysfsAccess::tree;
}

SysfsAccess View::sysfs_access() const {
    return state_->access;
}

const std::vector<std::string>& View::overmounts() const {
    return state_->overmounts;
}

View View::stopping(std::stop_token stop) const {
    View copy = *this;
    copy.stop_ = std::move(stop);
    return copy;
}

View View::recorded(std::shared_ptr<Recording> recording) const {
    View copy = *this;
    copy.recording_ = std::move(recording);
    return copy;
}

Result<View> View::of_tree(const std::string& dir, std::unique_ptr<Kernel> kernel, SysfsAccess access) {
    TRY(FileDescriptor top, open_directory(dir));
    auto state = std::make_shared<State>();
    state->mounts.push_back({"", Tree(std::move(top), Containment::rooted)});
    const Tree& tree = state->mounts.back().tree;
    TRY(state->unreadable, read_list<UnreadList>(tree, "kernel/unreadable", parse_unreadable));
    TRY(state->digests, read_list<DigestList>(tree, "kernel/digests", parse_digests));
    if (!kernel) {
        TRY(FileDescriptor again, open_directory(dir));
        kernel = std::make_unique<ReplayKernel>(Tree(std::move(again), Containment::rooted));
    }
    state->kernel = std::move(kernel);
    state->access = access;
    return View(std::move(state));
}

Result<View> View::replay(const std::string& dir) {
    return of_tree(dir, nullptr, SysfsAccess::tree);
}

Result<View> View::replay(const std::string& dir, std::unique_ptr<Kernel> kernel) {
    return of_tree(dir, std::move(kernel), SysfsAccess::tree);
}

Result<View> View::stand_in(const std::string& dir) {
    return of_tree(dir, nullptr, SysfsAccess::system_mount);
}

Result<View> View::stand_in(const std::string& dir, std::unique_ptr<Kernel> kernel) {
    return of_tree(dir, std::move(kernel), SysfsAccess::system_mount);
}

}  // namespace assay::agent
