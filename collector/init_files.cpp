#include "collector/init_files.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

namespace assay::collector {
namespace {

// TOML's basic strings and JSON's have the same escapes for what stands here.
std::string quoted(const std::string& text) {
    return json::compact(json::Value(text));
}

std::string quoted_list(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + quoted(text);
    return "[" + out + "]";
}

std::string in_url(const std::string& name) {
    return name.find(':') == std::string::npos ? name : "[" + name + "]";
}

constexpr const char* evidence_table =
    R"(# By which report bundles are signed (`assay bundle`, docs/BUNDLE.md). Without the table they are not signed.
[evidence]
certificate = "evidence.pem"
key = "evidence.key"

)";

}  // namespace

std::string collector_toml(const InitOptions& options) {
    return fmt::format(
        R"(# collector.toml: the configuration of assay-collector. `assay-collector --check-config --config FILE` reads it and says what
# is wrong. Relative paths are taken from the directory of this file. Keys that are commented out show what holds without them.

# The database (SQLite). It and its -wal file hold everything that the collector knows.
database = "collector.db"

# The policy packs in force: TOML files, or directories whose *.toml files are taken. Read again on SIGHUP.
packs = {packs}
# To whom numbers are registered: *.tsv files, or directories of them. Without the key `registries` beside the first of `packs`.
#registries = ["/usr/share/assay/registries"]
# PEM files with CAs of TPM vendors, besides those that `assay trust add` added.
#trust_anchors = []

# Event loops of each listener; 0: one for each core.
#threads = 0

# Where agents connect. TLS ends here and nowhere before: a quote is bound to its TLS connection.
[devices]
address = "::"
port = {device_port}
certificate = "server.pem"
key = "server.key"
# Ask for client certificates of these CAs, besides the quotes. Empty: none.
#client_ca = ""
# Session tickets are renewed after so many seconds; 0: no resumption.
#ticket_key_lifetime_s = 3600
# Connections at once; one more is closed.
#connections = 20000
# Addresses of load balancers that must, and alone may, speak PROXY protocol v2.
#proxies = []

# Where the operators' API is.
[operators]
address = "::"
port = {operator_port}
certificate = "server.pem"
key = "server.key"
#client_ca = ""

{evidence}[reports]
# Seconds between two reports of a device, unless something changes: 1 to 86400.
#interval_s = 300
# A report is valid for so many intervals, 2 to 100; without a next one by then the device is overdue and not trusted.
#valid_intervals = 3
# Hours without a report until a device's open items are `unreachable`: 1 to 8760, and no shorter than a report is valid.
# Without the key 24, or as long as a report is valid where that is longer.
#silent_after_hours = 24
# The bank that is quoted, "sha256" or "sha384", and its PCRs.
#bank = "sha256"
#pcrs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
# Enrol only devices that show a join token. It admits; it never raises a tier.
#join_token_required = true

# What has to hold, besides a cold boot and the rest in docs/API.md, before a removed part counts as absent.
[worklist]
# Reports without the part, 1 to 1000.
#min_reports = 3
# Hours that they lie apart, by the TPM's clock and by the collector's: 0 to 8760. 0: they may come in one moment.
#min_hours = 24
# Of the device's other parts with serial numbers, how many in a hundred still have to be there: 1 to 100.
#same_units_percent = 80

[log]
# "debug", "info", "warning" or "error"
#level = "info"
)",
        fmt::arg("packs", quoted_list(options.packs)), fmt::arg("device_port", options.device_port),
        fmt::arg("operator_port", options.operator_port), fmt::arg("evidence", evidence_table)
    );
}

std::string agent_toml(const InitOptions& options, const std::string& ca_pem, const std::string& join_token) {
    return fmt::format(
        R"(# agent.toml: the configuration of assay-agent, the same for every device: put it at /etc/assay/agent.toml, mode 0600. It holds
# a join token. Keys that are commented out show what holds without them; agent.toml.example documents every key.

#state_dir = "/var/lib/assay-agent"

[collector]
url = {url}
ca = """
{ca}"""
join_token = {token}

[tpm]
#tcti = "device:/dev/tpmrm0"
#ak = "ecc_p256_sha256"

[scan]
#source_deadline_s = 10
#hotplug = true

[log]
#level = "info"
)",
        fmt::arg("url", quoted(fmt::format("https://{}:{}", in_url(options.names.front()), options.device_port))),
        fmt::arg("ca", ca_pem), fmt::arg("token", quoted(join_token))
    );
}

std::string assay_toml(const InitOptions& options) {
    return fmt::format(
        R"(# assay.toml: where the `assay` command finds the collector: `assay --config FILE`, or ASSAY_CONFIG=FILE.
server = {url}
ca = "ca.pem"
token_file = "operator.token"
)",
        fmt::arg("url", quoted(fmt::format("https://{}:{}", in_url(options.names.front()), options.operator_port)))
    );
}

}  // namespace assay::collector
