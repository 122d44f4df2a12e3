#include "agent/root/view.hpp"

#include "agent/kernel/replay_kernel.hpp"
#include "agent/root/view_state.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::size_t unreadable_list_bytes = 1U << 20U;

// DIR/kernel/unreadable of a captured tree: "denied sys/firmware/dmi/tables/DMI", a line each.
Result<std::map<std::string, Errc, std::less<>>> read_unreadable(const Tree& tree) {
    std::map<std::string, Errc, std::less<>> found;
    const auto text = tree.read("kernel/unreadable", unreadable_list_bytes, {});
    if (!text) {
        if (text.error().code == Errc::not_found) return found;
        return fail(text.error());
    }
    for (std::string_view rest = *text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.empty()) continue;
        const std::string_view why = line.substr(0, line.find(' '));
        const Errc code = why == "denied" ? Errc::denied : why == "timed_out" ? Errc::timed_out : Errc::io_error;
        if (why.size() + 2 > line.size() || (code == Errc::io_error && why != "error")) {
            return fail(Errc::bad_value, "kernel/unreadable", "a line is not \"denied|error|timed_out PATH\"");
        }
        found.emplace(line.substr(why.size() + 1), code);
    }
    return found;
}

// `path` without empty, "." and ".." parts; ".." at the top stays there, as in a chroot.
std::string normalised(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            const std::size_t slash = out.rfind('/');
            out.resize(slash == std::string::npos ? 0 : slash);
            continue;
        }
        if (!out.empty()) out += '/';
        out += part;
    }
    return out;
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
    const auto listed = unreadable.find(path);
    if (listed == unreadable.end()) return std::nullopt;
    return Error{listed->second, std::string(path), "could not be read where the tree was captured"};
}

Result<std::string> View::read(std::string_view path, std::size_t max_bytes) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    auto bytes = place.tree.read(place.path, max_bytes, stop_);
    if (!bytes) bytes.error().where = path;
    return bytes;
}

Result<FileDigest> View::digest(std::string_view path, std::uint64_t max_bytes) const {
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    Hasher hasher(HashAlg::sha256);
    auto size = place.tree.each_piece(place.path, max_bytes, stop_, [&hasher](std::string_view piece) {
        hasher.update(as_bytes(piece));
    });
    if (!size) {
        size.error().where = path;
        return fail(size.error());
    }
    FileDigest digest{.size = *size};
    const Digest whole = hasher.finish();
    std::ranges::copy(whole.bytes(), digest.sha256.begin());
    return digest;
}

Result<std::vector<std::string>> View::list(std::string_view path, std::size_t max_entries) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    if (auto listed = state_->listed_unreadable(path)) return fail(*std::move(listed));
    const State::Place place = state_->place(path);
    auto names = place.tree.list(place.path, max_entries);
    if (!names) names.error().where = path;
    return names;
}

Result<std::string> View::link(std::string_view path) const {
    if (stop_.stop_requested()) return fail(Errc::timed_out, std::string(path), "the deadline passed");
    const State::Place place = state_->place(path);
    auto text = place.tree.link_text(place.path);
    if (!text) {
        text.error().where = path;
        return text;
    }
    if (text->starts_with('/')) return normalised(*text);
    return normalised(std::string(path.substr(0, path.rfind('/') + 1)) + *text);
}

bool View::is_directory(std::string_view path) const {
    const State::Place place = state_->place(path);
    return !stop_.stop_requested() && place.tree.is_directory(place.path);
}

const Kernel& View::kernel() const {
    return *state_->kernel;
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

Result<View> View::replay(const std::string& dir) {
    TRY(FileDescriptor top, open_directory(dir));
    return replay(dir, std::make_unique<ReplayKernel>(Tree(std::move(top), Containment::rooted)));
}

Result<View> View::replay(const std::string& dir, std::unique_ptr<Kernel> kernel) {
    TRY(FileDescriptor top, open_directory(dir));
    auto state = std::make_shared<State>();
    state->mounts.push_back({"", Tree(std::move(top), Containment::rooted)});
    TRY(state->unreadable, read_unreadable(state->mounts.back().tree));
    state->kernel = std::move(kernel);
    return View(std::move(state));
}

}  // namespace assay::agent
