#include "tests/support/soft_device.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace assay::test {
namespace {

constexpr std::chrono::milliseconds patience{20'000};

Result<Refusal> refused(const net::Response& response) {
    return decode_refusal(response.body);
}

std::unexpected<Error> refusal(const net::Response& response) {
    const auto said = refused(response);
    return fail(Errc::denied, std::to_string(response.status), said ? said->reason + ": " + said->what : response.body);
}

PcrValues made_up_values() {
    PcrValues out;
    for (const HashAlg bank : {HashAlg::sha256, HashAlg::sha384}) {
        for (unsigned i = 0; i < 24; ++i)
            out[bank].emplace(*PcrIndex::from(i), hash(bank, as_bytes("pcr " + std::to_string(i))));
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

}  // namespace

net::Response send(net::Connection& connection, net::Method method, const std::string& path, std::string_view body) {
    net::Request request;
    request.method = method;
    request.path = path;
    request.headers.add("content-type", "application/json");
    request.body = to_bytes(body);
    auto response = connection.exchange(request, patience);
    if (!response) throw std::runtime_error(path + ": " + response.error().message());
    return *std::move(response);
}

Result<OpenEnrolment> open_enrolment(net::Connection& connection, const EnrolmentRequest& request) {
    std::string body = encode_enrolment_request(request);
    const net::Response opened = post(connection, "/v1/enrolments", body);
    if (opened.status != 200) return refusal(opened);
    TRY(EnrolmentChallenge challenge, decode_enrolment_challenge(opened.body));
    return OpenEnrolment{std::move(body), std::move(challenge)};
}

net::Response prove(net::Connection& connection, const OpenEnrolment& open, const EnrolmentProof& proof) {
    return post(
        connection, "/v1/enrolments/" + to_hex(open.challenge.enrolment) + "/proof", encode_enrolment_proof(proof)
    );
}

Bytes opened_secret(const CredentialChallenge& challenge, const SoftEk& ek, const SoftAk& ak) {
    auto secret = ek.activate(challenge, tpm_name(ak.area()));
    if (!secret) throw std::runtime_error("the credential does not open");
    return *std::move(secret);
}

SoftDevice::SoftDevice(const EkAuthority* authority, const std::vector<std::string>& ek_templates, AkKind kind)
    : ak_(kind), pcr_values_(made_up_values()) {
    for (const std::string& name : ek_templates) {
        eks_.emplace_back(name);
        certificates_.push_back(authority == nullptr ? Bytes{} : authority->issue(eks_.back().spki()));
    }
    id_ = DeviceId::of_ek(eks_.front().spki());
    inventory_.sources = {{"pci", SourceState::ok, "", {"0000"}}};
    attest_.clock = {1'000'000, 1, 0, true};
    attest_.firmware_version = 0x2026;
}

EnrolmentRequest SoftDevice::enrolment_request(const std::optional<std::string>& join_token) const {
    EnrolmentRequest out;
    out.agent_version = "0.1.0";
    for (std::size_t i = 0; i < eks_.size(); ++i) {
        out.endorsement_keys.push_back(
            {eks_[i].public_area(), certificates_[i], certificates_[i].empty() ? 0 : 0x01c0000aU}
        );
    }
    out.ak_public = ak_.public_area();
    out.host = host_;
    out.join_token = join_token;
    return out;
}

EnrolmentProof SoftDevice::proof(
    std::string_view request_body, const EnrolmentChallenge& challenge, const TlsExporter& exporter
) const {
    std::vector<Bytes> secrets;
    for (std::size_t i = 0; i < challenge.challenges.size(); ++i) {
        secrets.push_back(opened_secret(challenge.challenges[i], eks_.at(i), ak_));
    }
    return proof({std::string(request_body), challenge}, exporter, secrets);
}

EnrolmentProof SoftDevice::proof(const OpenEnrolment& open, const TlsExporter& exporter, std::span<const Bytes> secrets)
    const {
    const EnrolmentChallenge& challenge = open.challenge;
    const Digest bound = enrolment_extra_data(
        {ak_.area().scheme_hash, secrets, challenge.enrolment, exporter, sha256(as_bytes(open.body))}
    );
    QuoteAttest attest = attest_;
    attest.extra_data = to_bytes(bound.bytes());
    attest.selection = challenge.selection;
    const SignedQuote quote = ak_.quote(attest, only(pcr_values_, challenge.selection));
    return {quote.quote, quote.signature};
}

Result<EnrolmentResult> SoftDevice::enrol(net::Connection& connection, const std::optional<std::string>& join_token) {
    TRY(const OpenEnrolment open, open_enrolment(connection, enrolment_request(join_token)));
    const net::Response proven = prove(connection, open, proof(open.body, open.challenge, connection.exporter()));
    if (proven.status != 200) return refusal(proven);
    TRY(EnrolmentResult result, decode_enrolment_result(proven.body));
    id_ = result.device;
    return result;
}

void SoftDevice::name_document(Statement& statement, DocumentKind kind, std::string document) {
    const Sha256 name = sha256(document);
    statement.documents.push_back({kind, name, document.size()});
    documents_[name] = std::move(document);
}

Statement SoftDevice::next_statement() {
    normalise(inventory_);
    Statement out;
    out.agent_version = "0.1.0";
    out.root = root_;
    out.host = host_.name;
    out.device = id_;
    documents_.clear();
    name_document(out, DocumentKind::inventory, encode_inventory(inventory_));
    if (!placement_.empty()) name_document(out, DocumentKind::placement, encode_placement(placement_));
    if (!firmware_.empty()) {
        const FirmwareManifest manifest{LogReach::absent, firmware_};
        name_document(out, DocumentKind::firmware_manifest, encode_firmware_manifest(manifest));
    }
    if (!modules_.modules.empty()) name_document(out, DocumentKind::modules, encode_module_list(modules_));
    if (!event_log_.empty()) name_document(out, DocumentKind::event_log, to_text(event_log_));
    out.ima = ima_;
    if (ima_ && ima_->count > 0) name_document(out, DocumentKind::ima, to_text(ima_segment_));
    out.previous = previous_;
    out.sequence = ++sequence_;
    out.time = UnixMillis{1'795'392'000'000};
    attest_.clock.clock_ms += 1'000;
    return out;
}

Report SoftDevice::report(const Challenge& challenge, const TlsExporter& exporter, const Statement& statement) const {
    return report_over(challenge, exporter, to_bytes(encode_statement(statement)));
}

Report SoftDevice::report_over(const Challenge& challenge, const TlsExporter& exporter, Bytes statement) const {
    Report out;
    out.statement = std::move(statement);
    const Digest bound = report_extra_data(
        {ak_.area().scheme_hash, challenge.nonce, id_, tpm_name(ak_.area()), encode_pcr_selection(challenge.selection),
         exporter, out.statement}
    );
    QuoteAttest attest = attest_;
    attest.extra_data = to_bytes(bound.bytes());
    attest.selection = challenge.selection;
    const PcrValues values = only(pcr_values_, challenge.selection);
    const SignedQuote quote = ak_.quote(attest, values);
    out.quote = quote.quote;
    out.signature = quote.signature;
    if (sends_pcr_values_) out.pcr_values = values;
    return out;
}

Result<Challenge> SoftDevice::challenge(net::Connection& connection) const {
    const net::Response response = post(connection, "/v1/challenge", encode_challenge_request(id_));
    if (response.status != 200) return refusal(response);
    return decode_challenge(response.body);
}

net::Response SoftDevice::deliver(net::Connection& connection, const Report& report) {
    Report sent = report;
    net::Response response = post(connection, "/v1/reports", encode_report(sent));
    for (int round = 0; response.status == 409 && round < 2; ++round) {
        const auto needs = decode_report_needs(response.body);
        if (!needs) return response;
        const auto statement = decode_statement(as_text(report.statement));
        const auto selection = decode_quote_attest(report.quote);
        if (needs->pcr_values && selection) sent.pcr_values = only(pcr_values_, selection->selection);
        for (const Sha256& name : needs->documents) {
            const auto document = documents_.find(name);
            if (document == documents_.end()) return response;
            const net::Response stored =
                send(connection, net::Method::put, "/v1/documents/" + to_hex(name), document->second);
            if (stored.status >= 300) return stored;
        }
        response = post(connection, "/v1/reports", encode_report(sent));
    }
    if (response.status == 200) previous_ = sha256(report.quote);
    return response;
}

Result<ReportResult> SoftDevice::report_once(net::Connection& connection) {
    TRY(const Challenge asked, challenge(connection));
    const net::Response response = deliver(connection, report(asked, connection.exporter(), next_statement()));
    if (response.status != 200) return refusal(response);
    return decode_report_result(response.body);
}

}  // namespace assay::test
