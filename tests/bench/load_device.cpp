#include "tests/bench/load_device.hpp"

#include "base/encoding.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace assay::bench {
namespace {

constexpr std::size_t parts = 48;  // of a device: a small server

Component part(std::size_t device, std::size_t index) {
    Component out;
    out.key = fmt::format("pci/00.{:02x}.0", index);
    out.kind = ComponentKind::pci_function;
    out.identifiers = {
        {Registry::pci, fmt::format("1af4:{:04x}", 0x1000 + index)},
        {Registry::pci_subsystem, fmt::format("1af4:{:04x}", 0x1100 + index)}
    };
    out.names = {{"driver", Reading::of("example")}, {"class", Reading::of("020000")}};
    out.serial = Reading::of(fmt::format("B{:06}-{:02}", device, index));
    out.location.path = fmt::format("{:02x}.0", index);
    return out;
}

Inventory hardware(std::size_t device) {
    Inventory out;
    out.sources = {{"pci", SourceState::ok, "", {"0000"}}, {"usb", SourceState::ok, "", {"1", "2"}}};
    for (std::size_t i = 0; i < parts; ++i) out.components.push_back(part(device, i));
    normalise(out);
    return out;
}

Placement placement() {
    Placement out;
    for (std::size_t i = 0; i < parts; ++i) {
        out[fmt::format("pci/00.{:02x}.0", i)]["address"] = fmt::format("0000:00:{:02x}.0", i);
    }
    return out;
}

PcrValues only(const PcrValues& values, const PcrSelection& selection) {
    PcrValues out;
    for (const PcrBankSelection& bank : selection) {
        for (const PcrIndex pcr : pcrs_of(bank)) out[bank.bank].emplace(pcr, values.at(bank.bank).at(pcr));
    }
    return out;
}

template <class T>
T must(Result<T> given, const char* what) {
    if (!given) throw std::runtime_error(std::string(what) + ": " + given.error().message());
    return *std::move(given);
}

std::runtime_error refusal(const char* what, const net::Response& response) {
    return std::runtime_error(fmt::format("{}: {} {}", what, response.status, response.body));
}

}  // namespace

LoadDevice::LoadDevice(const test::EkAuthority& authority, std::size_t number) : device_(&authority) {
    documents_ = {
        {DocumentKind::inventory, encode_inventory(hardware(number))},
        {DocumentKind::placement, encode_placement(placement())},
        {DocumentKind::firmware_manifest, encode_firmware_manifest({LogReach::absent, {{"example", "example/a.bin"}}})}
    };
    ak_name_ = tpm_name(device_.ak().area());
    attest_ = device_.clock();
    attest_.qualified_signer = endorsement_qualified_name(device_.ak().area());
    statement_ = device_.next_statement();
    statement_.host = "bench-device";
    statement_.documents.clear();
    for (const auto& [kind, text] : documents_) statement_.documents.push_back({kind, sha256(text), text.size()});
    challenge_request_ = encode_challenge_request(device_.id());
}

void LoadDevice::enrol(net::Connection& connection, const std::optional<std::string>& join_token) {
    must(device_.enrol(connection, join_token), "enrol");
    statement_.device = device_.id();
    challenge_request_ = encode_challenge_request(device_.id());
}

const std::string& LoadDevice::document(const Sha256& name) const {
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (statement_.documents[i].sha256 == name) return documents_[i].second;
    }
    throw std::runtime_error("the collector asks for a document that nobody named");
}

void LoadDevice::introduce(net::Connection& connection) {
    const net::Response asked = test::post(connection, "/v1/challenge", challenge_request_);
    if (asked.status != 200) throw refusal("challenge", asked);
    const Challenge challenge = must(decode_challenge(asked.body), "challenge");
    Report report = make_report(challenge, connection.exporter());
    report.pcr_values = only(device_.pcr_values(), challenge.selection);
    const std::string body = encode_report(report);
    net::Response answer = test::post(connection, "/v1/reports", body);
    if (answer.status == 409) {
        const ReportNeeds needs = must(decode_report_needs(answer.body), "needs");
        for (const Sha256& name : needs.documents) {
            const net::Response stored =
                test::send(connection, net::Method::put, "/v1/documents/" + to_hex(name), document(name));
            if (stored.status >= 300) throw refusal("document", stored);
        }
        answer = test::post(connection, "/v1/reports", body);
    }
    if (answer.status != 200 || !take_answer(answer.body)) throw refusal("first report", answer);
}

std::string LoadDevice::report(std::string_view challenge, const TlsExporter& exporter) {
    return encode_report(make_report(must(decode_challenge(challenge), "challenge"), exporter));
}

Report LoadDevice::make_report(const Challenge& challenge, const TlsExporter& exporter) {
    const Bytes selection = encode_pcr_selection(challenge.selection);
    const HashAlg scheme_hash = device_.ak().area().scheme_hash;
    if (selection != selection_) {
        const PcrValues values = only(device_.pcr_values(), challenge.selection);
        attest_.pcr_digest = to_bytes(must(pcr_digest(scheme_hash, challenge.selection, values), "PCRs").bytes());
        attest_.selection = challenge.selection;
        selection_ = selection;
    }
    ++statement_.sequence;
    statement_.time.value += 1'000;
    attest_.clock.clock_ms += 1'000;
    Report out;
    out.statement = to_bytes(encode_statement(statement_));
    const Digest bound =
        report_extra_data({scheme_hash, challenge.nonce, device_.id(), ak_name_, selection, exporter, out.statement});
    attest_.extra_data = to_bytes(bound.bytes());
    test::SignedQuote quote = device_.ak().sign_attest(attest_);
    last_quote_ = sha256(quote.quote);
    out.quote = std::move(quote.quote);
    out.signature = std::move(quote.signature);
    return out;
}

bool LoadDevice::take_answer(std::string_view answer) {
    const std::string accepted = "\"accepted\":\"" + to_hex(last_quote_) + "\"";
    if (answer.find(accepted) == std::string_view::npos) return false;
    statement_.previous = last_quote_;
    return true;
}

}  // namespace assay::bench
