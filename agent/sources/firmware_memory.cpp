#include "agent/sources/firmware_memory.hpp"

#include "agent/kernel/firmware_log_json.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <map>

namespace assay::agent {
namespace {

constexpr json::Limits memory_limits{.max_bytes = firmware_memory_bytes, .max_depth = 6, .max_values = 40'000};
constexpr std::size_t boot_id_bytes = 64;

}  // namespace

bool whole(const FirmwareLog& log) {
    return log.first == 0 && !log.gap;
}

FirmwareMemory remembered(const FirmwareMemory& earlier, const FirmwareMemory& now) {
    if (earlier.boot != now.boot || now.boot.empty()) return now;
    std::map<std::string, FirmwareLine> lines;
    for (const FirmwareLine& line : earlier.log.lines) lines.emplace(line.file, line);
    for (const FirmwareLine& line : now.log.lines) {
        FirmwareLine& known = lines.emplace(line.file, line).first->second;
        known.loaded = known.loaded || line.loaded;
        if (line.sha256) known.sha256 = line.sha256;
    }
    FirmwareMemory out{now.boot, {}};
    out.log.first = earlier.log.first;
    out.log.next = std::max(earlier.log.next, now.log.next);
    out.log.gap = earlier.log.gap || now.log.gap || now.log.first > earlier.log.next;
    for (auto& [file, line] : lines) {
        if (out.log.lines.size() == max_firmware_lines) {
            out.log.gap = true;
            break;
        }
        out.log.lines.push_back(std::move(line));
    }
    return out;
}

std::string encode_firmware_memory(const FirmwareMemory& memory) {
    return json::canonical(json::Object{{"boot", memory.boot}, {"log", firmware_log_value(memory.log)}});
}

Result<FirmwareMemory> decode_firmware_memory(std::string_view text) {
    TRY(const json::Value value, json::parse(text, memory_limits, "firmware memory"));
    Fields f(value, "firmware memory");
    FirmwareMemory out;
    out.boot = f.text_or_empty("boot", boot_id_bytes);
    Fields log = f.object("log");
    out.log = read_firmware_log(log);
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay::agent
