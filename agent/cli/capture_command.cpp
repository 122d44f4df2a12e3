#include "agent/capture/capture.hpp"
#include "agent/cli/commands.hpp"
#include "agent/cli/scan_settings.hpp"
#include "base/crypto/random.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::size_t salt_bytes = 32;

int complain(const Error& error, int exit_code) {
    fmt::print(stderr, "assay-agent: {}\n", error.message());
    return exit_code;
}

std::string label(const CommandLine& line, UnixMillis now) {
    return fmt::format(
        "Captured by assay-agent {} on {}{}{}.", ASSAY_VERSION, Date::of(now).text(),
        line.root.empty() ? "" : " from another captured tree",
        line.mask_serials ? "; serial numbers, asset tags, UUIDs and MAC addresses are masked" : ""
    );
}

Result<void> write(const CommandLine& line, const CaptureFiles& files, UnixMillis now) {
    const std::string& to = line.output;
    if (to.ends_with(".tar")) return write_archive(to, Archive::plain, files, now);
    if (to.ends_with(".tar.gz") || to.ends_with(".tgz")) return write_archive(to, Archive::gzip, files, now);
    return write_directory(to, files);
}

// What a reader of the capture will not find in it.
void say_what_lacks(const Capture& found) {
    bool denied = false;
    for (const SourceReport& source : found.scan.inventory.sources) {
        if (source.state == SourceState::ok || source.state == SourceState::absent) continue;
        denied = denied || source.state == SourceState::denied;
        fmt::print(
            stderr, "assay-agent: not all of {} is in it: {}{}\n", source.source, name(source.state),
            source.detail.empty() ? "" : ": " + printable(source.detail)
        );
    }
    if (denied) fmt::print(stderr, "assay-agent: root may read more\n");
}

}  // namespace

int capture_command(const CommandLine& line) {
    const auto settings = scan_settings(line);
    if (!settings) return complain(settings.error(), exit_usage);
    if (!settings->note.empty()) fmt::print(stderr, "assay-agent: {}\n", settings->note);
    ::umask(S_IRWXG | S_IRWXO);
    const auto view = line.root.empty() ? View::live() : View::replay(line.root);
    if (!view) return complain(view.error(), exit_not_done);
    const UnixMillis now = system_now();
    CaptureConfig config{.scan = settings->config, .label = label(line, now), .salt = {}};
    if (line.mask_serials) {
        config.salt.emplace(salt_bytes);
        system_random(*config.salt);
    }
    const auto found = capture(*view, config);
    if (!found) return complain(found.error(), exit_not_done);
    if (const auto written = write(line, found->files, now); !written) return complain(written.error(), exit_not_done);
    const auto count = [&found](RecordedTree::Kind kind) {
        return std::ranges::count_if(found->files, [kind](const auto& one) { return one.second.kind == kind; });
    };
    say_what_lacks(*found);
    fmt::print(
        "{}: {} parts; {} files, {} links\n", line.output, found->scan.inventory.components.size(),
        count(RecordedTree::Kind::file), count(RecordedTree::Kind::link)
    );
    return exit_done;
}

}  // namespace assay::agent
