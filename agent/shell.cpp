#include "agent/shell.hpp"

#include "agent/enrolment.hpp"
#include "agent/exchange.hpp"
#include "agent/tpm_facts.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::agent {

Shell::Shell(const Config& config, const StateDirectory& state, ShellParts parts)
    : config_(config), state_(state), parts_(std::move(parts)) {}

Event Shell::perform(const Action& action, const Session& session) {
    parts_.alive();
    return std::visit([this, &session](const auto& one) { return on(one, session); }, action);
}

// A connection on which something went wrong is not used again.
Event Shell::lost(Event event) {
    if (std::holds_alternative<event::Lost>(event)) connection_.reset();
    if (std::holds_alternative<event::Broken>(event)) {
        key_.reset();
        tpm_.reset();
    }
    return event;
}

Event Shell::on(const action::OpenTpm&, const Session&) {
    scanned_.reset();
    prepared_.reset();
    if (!key_) {
        auto tpm = Tpm::open(config_.tcti, config_.endorsement_auth);
        if (!tpm) return event::Broken{tpm.error()};
        const auto properties = tpm->properties();
        if (!properties) return event::Broken{properties.error()};
        auto key = AttestationKey::create(*tpm, config_.ak);
        if (!key) return event::Broken{key.error()};
        facts_ = tpm_facts(*tpm, *properties);
        tpm_ = *std::move(tpm);
        key_ = *std::move(key);
    }
    return event::TpmOpened{sha256(key_->name())};
}

Event Shell::on(const action::Scan&, const Session&) {
    if (const auto scanned = scan_again(); !scanned) return event::Broken{scanned.error()};
    return event::Scanned{};
}

Event Shell::on(const action::Connect&, const Session&) {
    challenge_.reset();
    if (connection_ && connection_->usable()) return event::Connected{true};
    connection_.reset();
    auto ca = read_ca(config_);
    if (!ca) return event::Broken{ca.error()};
    if (!client_ || *ca != ca_pem_) {  // another CA ends the tickets that were given under the old one
        net::ClientConfig settings = client_settings(config_, *ca, parts_.clock);
        settings.max_body_bytes = limits::message_bytes;
        auto client = net::Client::create(std::move(settings));
        if (!client) return event::Broken{client.error()};
        client_ = *std::move(client);
        ca_pem_ = *std::move(ca);
    }
    auto connection = client_->connect();
    if (!connection) return event::Lost{connection.error()};
    connection_ = *std::move(connection);
    return event::Connected{false};
}

Event Shell::on(const action::Enrol&, const Session&) {
    if (!scanned_) {
        if (const auto scanned = scan_again(); !scanned) return event::Broken{scanned.error()};
    }
    return lost(enrol(*connection_, *tpm_, *key_, {scanned_->host, config_.join_token, parts_.alive}));
}

Event Shell::on(const action::AskChallenge&, const Session& session) {
    const std::string body = encode_challenge_request(*session.memory().device);
    const Exchanged exchanged = post_message(*connection_, "/v1/challenge", body);
    return lost(event_of(exchanged, decode_challenge, [this](Challenge challenge) -> Event {
        challenge_ = std::move(challenge);
        return event::Challenged{};
    }));
}

Result<void> Shell::scan_again() {
    const std::uint64_t events = parts_.hardware_events();
    const ScanOrder order{state_.path(), parts_.root, config_.source_deadline, facts_, {}, config_.choices};
    TRY(scanned_, scan_in_child(parts_.program, order, parts_.alive, left_));
    events_at_scan_ = events;
    return {};
}

// Since the scan. Events that changed nothing of what is reported are no change.
Result<bool> Shell::hardware_changed() {
    if (parts_.hardware_events() == events_at_scan_) return false;
    const ScannedDocuments before = *scanned_;
    CHECK_OK(scan_again());
    return scanned_ != before;
}

Event Shell::on(const action::Prepare& prepare, const Session& session) {
    if (prepare.scan || !scanned_) {
        if (const auto scanned = scan_again(); !scanned) return event::Broken{scanned.error()};
    }
    const Memory& memory = session.memory();
    const ReportOrder order{
        .device = *memory.device,
        .previous = memory.previous,
        .sequence = session.next_sequence(),
        .root = parts_.root,
        .scanned = *scanned_,
        .challenge = *challenge_,
        .exporter = connection_->exporter(),
        .time = parts_.clock()
    };
    auto prepared = prepare_report(*tpm_, *key_, order);
    if (!prepared) return lost(event::Broken{prepared.error()});
    const auto changed = hardware_changed();
    if (!changed) return event::Broken{changed.error()};
    if (!*prepared || *changed) return event::Changed{};
    prepared_ = **std::move(prepared);
    return event::Prepared{prepared_->pcrs};
}

Event Shell::on(const action::Send& send, const Session&) {
    const std::string& body = send.pcr_values ? prepared_->with_pcrs : prepared_->without_pcrs;
    last_report_bytes_ = body.size();
    const Exchanged exchanged = post_message(*connection_, "/v1/reports", body);
    if (const auto* answer = std::get_if<Answer>(&exchanged); answer != nullptr && answer->status == 409) {
        return event::Needed{decode_report_needs(answer->body).value()};
    }
    return lost(event_of(exchanged, decode_report_result, [this](ReportResult result) -> Event {
        if (result.accepted != prepared_->attest_sha256) {
            return event::Lost{{Errc::mismatch, "report result", "the collector accepted another report than was sent"}
            };
        }
        return event::Accepted{std::move(result)};
    }));
}

Event Shell::on(const action::SendDocuments& wanted, const Session&) {
    for (const Sha256& one : wanted.documents) {
        if (std::ranges::find(scanned_->documents, one, &DocumentRef::sha256) == scanned_->documents.end()) {
            return lost(event::Lost{{Errc::bad_value, "needs", "asks for a document that this report does not name"}});
        }
        const auto document = state_.document(one);
        if (!document) return event::Broken{document.error()};
        parts_.alive();
        const Exchanged exchanged = put_document(*connection_, one, to_bytes(*document));
        if (const auto* refused = std::get_if<event::Refused>(&exchanged)) return *refused;
        if (const auto* gone = std::get_if<event::Lost>(&exchanged)) return lost(*gone);
    }
    return event::DocumentsSent{};
}

}  // namespace assay::agent
