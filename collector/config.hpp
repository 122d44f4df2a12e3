#pragma once
// The collector's configuration, collector.toml: every key with its type and limits. `assay-collector init` writes one
// in which each key is documented. An unknown or ill-typed key is refused with line, column and the nearest right key.

#include "base/log.hpp"
#include "base/result.hpp"
#include "collector/worklist/absence.hpp"
#include "evidence/tpm/pcr.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::collector {

struct ListenerConfig {
    std::string address;
    std::uint16_t port = 0;
    std::string certificate;  // path of a PEM chain, leaf first
    std::string key;          // path of its PEM key
    std::string client_ca;    // path of PEM CAs: clients need a certificate of theirs; empty: none is asked for
};

struct Config {
    std::string database;
    std::vector<std::string> packs;  // TOML files, or directories of them
    // *.tsv files, or directories of them; absent: `registries` beside the first pack, if it is there
    std::optional<std::vector<std::string>> registries;
    std::vector<std::string> trust_anchors;  // PEM files of TPM vendors' CAs, besides those added by `assay trust add`
    unsigned threads = 0;                    // of each listener; 0: one for each core
    // [devices]
    ListenerConfig devices;
    std::chrono::seconds ticket_key_lifetime{3600};
    std::size_t connections = 20'000;
    std::vector<std::string> proxies;
    // [operators]
    ListenerConfig operators;
    // [reports]
    std::chrono::seconds interval{300};
    PcrSelection selection;
    unsigned valid_intervals = 3;         // of them, for which a report's appraisal is valid
    std::chrono::hours silent_after{24};  // since the last report, before open items become unreachable
    bool join_token_required = true;
    // [worklist]
    worklist::Rules absence;

    std::chrono::seconds valid_for() const { return valid_intervals * interval; }
    // [evidence]: by which bundles are signed; both empty: they are not
    std::string evidence_certificate;  // path of a PEM chain, leaf first
    std::string evidence_key;          // path of its PEM key
    // [log]
    LogLevel log_level = LogLevel::info;
};

// `name` is the file's name for errors; relative paths are taken from its directory.
Result<Config> parse_config(std::string_view text, const std::string& name);
// not_found, denied, io_error, and what parse_config refuses.
Result<Config> load_config(const std::string& path);

}  // namespace assay::collector
