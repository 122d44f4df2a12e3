#include "agent/kernel/firmware_log_json.hpp"

#include "agent/kernel/replay_answer.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

FirmwareLine read_line(Fields& f) {
    FirmwareLine line;
    line.file = clean_text(f.text("file", limits::text_bytes), limits::text_bytes);  // as a live log is read
    line.loaded = f.one_of("outcome", {"loaded", "failed"}) == "loaded";
    line.sha256 = f.hex32_if("sha256");
    if (line.sha256 && !line.loaded) f.refuse(Errc::bad_value, "sha256", "stands with what was loaded, and only there");
    return line;
}

}  // namespace

json::Object firmware_log_value(const FirmwareLog& log) {
    json::Array lines;
    for (const FirmwareLine& line : log.lines) {
        json::Object one{{"file", line.file}, {"outcome", line.loaded ? "loaded" : "failed"}};
        if (line.sha256) one["sha256"] = to_hex(*line.sha256);
        lines.push_back(std::move(one));
    }
    return json::Object{
        {"first", static_cast<std::int64_t>(log.first)},
        {"next", static_cast<std::int64_t>(log.next)},
        {"gap", log.gap},
        {"lines", std::move(lines)}
    };
}

FirmwareLog read_firmware_log(Fields& f) {
    FirmwareLog out;
    out.first = static_cast<std::uint64_t>(f.number("first", 0, json::max_integer));
    out.next = static_cast<std::uint64_t>(f.number("next", 0, json::max_integer));
    out.gap = f.boolean("gap");
    for (Fields& line : f.objects("lines", max_firmware_lines)) out.lines.push_back(read_line(line));
    std::ranges::sort(out.lines);
    const auto twice = std::ranges::adjacent_find(out.lines, {}, &FirmwareLine::file);
    if (twice != out.lines.end()) f.refuse(Errc::duplicate_key, "lines", "name a file twice");
    return out;
}

Result<FirmwareLog> replay_firmware_log(const Tree& tree) {
    const std::string path = "kernel/firmware_log.json";
    TRY(const json::Value value, read_answer(tree, path));
    Fields f(value, path);
    if (auto failure = failure_at(f, "log", path)) {
        CHECK_OK(f.finish());
        return fail(*std::move(failure));
    }
    Fields log = f.object("log");
    FirmwareLog out = read_firmware_log(log);
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay::agent
