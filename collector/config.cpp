#include "collector/config.hpp"

#include "base/fields.hpp"
#include "base/file.hpp"
#include "base/toml.hpp"

#include <algorithm>
#include <chrono>

namespace assay::collector {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t max_config_bytes = 1U << 20U;
constexpr std::size_t max_path_bytes = 4096;
constexpr std::size_t max_paths = 256;

ListenerConfig read_listener(Fields f, const std::string& file) {
    ListenerConfig out;
    out.address = f.text("address", 64);
    out.port = static_cast<std::uint16_t>(f.number("port", 1, 65'535));
    out.certificate = beside(file, f.text("certificate", max_path_bytes));
    out.key = beside(file, f.text("key", max_path_bytes));
    out.client_ca = beside(file, f.text_if("client_ca", max_path_bytes).value_or(""));
    return out;
}

constexpr std::uint32_t usual_pcrs = 0x7fff;  // 0 to 14: firmware, boot loader, IMA, systemd, shim's MOK

// The numbers of `reports.pcrs`, as Fields gives no lists of numbers.
std::uint32_t read_pcrs(Fields& f) {
    const json::Value* value = f.any("pcrs");
    if (value == nullptr) return usual_pcrs;
    std::uint32_t out = 0;
    if (value->is_array()) {
        for (const json::Value& item : value->get_array()) {
            const auto pcr = item.is_int64() && item.get_int64() >= 0
                                 ? PcrIndex::from(static_cast<std::uint64_t>(item.get_int64()))
                                 : std::nullopt;
            if (!pcr) f.refuse(Errc::out_of_range, "pcrs", "holds something else than PCR numbers from 0 to 23");
            if (pcr) out |= 1U << pcr->value();
        }
    }
    if (out == 0) f.refuse(Errc::bad_value, "pcrs", "is no list of PCR numbers, or an empty one");
    return out;
}

LogLevel level_named(const std::string& name) {
    if (name == "debug") return LogLevel::debug;
    if (name == "warning") return LogLevel::warning;
    if (name == "error") return LogLevel::error;
    return LogLevel::info;
}

std::vector<std::string> read_paths(Fields& f, std::string_view key, const std::string& file) {
    std::vector<std::string> out;
    for (const std::string& path : f.texts(key, max_paths, max_path_bytes)) out.push_back(beside(file, path));
    return out;
}

void read_reports(Fields f, Config& out) {
    const Config without;
    out.interval = seconds(f.number_if("interval_s", 1, 86'400).value_or(without.interval.count()));
    out.valid_intervals =
        static_cast<unsigned>(f.number_if("valid_intervals", 2, 100).value_or(without.valid_intervals));
    if (const auto given = f.number_if("silent_after_hours", 1, 8'760)) {
        out.silent_after = hours(*given);
        // Between two reports that are in time no device is silent.
        if (out.silent_after < out.valid_for()) {
            f.refuse(
                Errc::bad_value, "silent_after_hours",
                "is shorter than a report is valid: interval_s times valid_intervals"
            );
        }
    } else {
        out.silent_after = std::max(without.silent_after, std::chrono::ceil<hours>(out.valid_for()));
    }
    const std::string bank = f.has("bank") ? f.one_of("bank", {"sha256", "sha384"}) : "sha256";
    f.any("bank");
    out.selection = {{bank == "sha384" ? HashAlg::sha384 : HashAlg::sha256, read_pcrs(f)}};
    out.join_token_required = f.boolean_if("join_token_required").value_or(true);
}

void read_worklist(Fields f, Config& out) {
    worklist::Rules& rules = out.absence;
    const worklist::Rules without;
    rules.min_reports = static_cast<std::uint32_t>(f.number_if("min_reports", 1, 1'000).value_or(without.min_reports));
    if (const auto given = f.number_if("min_hours", 0, 8'760)) rules.min_time = hours(*given);
    rules.same_units_percent =
        static_cast<unsigned>(f.number_if("same_units_percent", 1, 100).value_or(without.same_units_percent));
}

void read_evidence(Fields f, const std::string& name, Config& out) {
    out.evidence_certificate = beside(name, f.text("certificate", max_path_bytes));
    out.evidence_key = beside(name, f.text("key", max_path_bytes));
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name) {
    TRY(const toml::Document document, toml::parse(text, name));
    Fields f(document.root, "");
    Config out;
    out.database = beside(name, f.text("database", max_path_bytes));
    out.packs = read_paths(f, "packs", name);
    if (f.has("registries")) out.registries = read_paths(f, "registries", name);
    out.trust_anchors = read_paths(f, "trust_anchors", name);
    out.threads = static_cast<unsigned>(f.number_if("threads", 0, 64).value_or(0));
    Fields devices = f.object("devices");
    out.ticket_key_lifetime =
        std::chrono::seconds(devices.number_if("ticket_key_lifetime_s", 0, 604'800).value_or(3600));
    out.connections = static_cast<std::size_t>(devices.number_if("connections", 1, 1'000'000).value_or(20'000));
    out.proxies = devices.texts("proxies", 64, 64);
    out.devices = read_listener(std::move(devices), name);
    out.operators = read_listener(f.object("operators"), name);
    if (auto reports = f.object_if("reports")) {
        read_reports(std::move(*reports), out);
    } else {
        out.selection = {{HashAlg::sha256, usual_pcrs}};
    }
    if (auto rules = f.object_if("worklist")) read_worklist(std::move(*rules), out);
    if (auto evidence = f.object_if("evidence")) read_evidence(std::move(*evidence), name, out);
    if (auto log = f.object_if("log")) {
        const std::string level =
            log->has("level") ? log->one_of("level", {"debug", "info", "warning", "error"}) : "info";
        log->any("level");
        out.log_level = level_named(level);
    }
    if (const auto done = f.finish(); !done) return fail(document.placed(done.error()));
    return out;
}

Result<Config> load_config(const std::string& path) {
    TRY(const std::string text, read_file(path, max_config_bytes));
    return parse_config(text, path);
}

}  // namespace assay::collector
