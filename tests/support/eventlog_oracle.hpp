#pragma once
// What tpm2_eventlog (tpm2-tools 5.4) prints for a log: the events with their digests, and the PCRs as it replays them.
// Only the lines that the tests compare are read.

#include <charconv>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay::test {

struct OracleEvent {
    std::uint32_t pcr = 0;
    std::string type;
    std::size_t size = 0;
    std::map<std::string, std::string> digests;  // by bank; the header's digest under ""
};

struct EventLogOracle {
    std::vector<OracleEvent> events;
    std::map<std::string, std::map<unsigned, std::string>> pcrs;  // by bank and PCR, hex
};

inline unsigned oracle_number(std::string_view text) {
    unsigned out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc()) throw std::runtime_error("no number: " + std::string(text));
    return out;
}

inline EventLogOracle read_oracle(std::string_view yaml) {
    EventLogOracle out;
    bool in_pcrs = false;
    std::string bank;
    while (!yaml.empty()) {
        std::string_view line = yaml.substr(0, yaml.find('\n'));
        yaml.remove_prefix(std::min(yaml.size(), line.size() + 1));
        if (line == "pcrs:") in_pcrs = true;
        const std::size_t indent = line.find_first_not_of(" -");
        if (indent == std::string_view::npos) continue;
        const std::string_view body = line.substr(indent);
        const std::size_t colon = body.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view key = body.substr(0, colon);
        std::string_view value = body.substr(colon + 1);
        value.remove_prefix(std::min(value.size(), value.find_first_not_of(' ')));
        if (value.starts_with('"') && value.ends_with('"') && value.size() > 1)
            value = value.substr(1, value.size() - 2);
        if (in_pcrs) {
            if (indent == 2) bank = std::string(key);
            if (indent == 4) out.pcrs[bank][oracle_number(key)] = std::string(value.substr(2));
        } else if (key == "PCRIndex" && indent == 2) {
            out.events.push_back({oracle_number(value), {}, 0, {}});
            bank.clear();
        } else if (key == "EventType" && indent == 2) {
            out.events.back().type = std::string(value);
        } else if (key == "EventSize" && indent == 2) {
            out.events.back().size = oracle_number(value);
        } else if (key == "AlgorithmId" && indent <= 4) {
            bank = std::string(value);
        } else if (key == "Digest" && indent <= 4) {
            out.events.back().digests[bank] = std::string(value);
        }
    }
    return out;
}

}  // namespace assay::test
