#include "agent/shell.hpp"

#include "agent/enrolment.hpp"
#include "agent/exchange.hpp"
#include "agent/sources/ima.hpp"
#include "agent/tpm_facts.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

ScannedDocuments hardware_of(ScannedDocuments scanned) {
    std::erase_if(scanned.documents, [](const DocumentRef& one) { return one.kind == DocumentKind::ima; });
    scanned.ima.reset();
    return scanned;
}

}  // namespace

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

Event Shell::on(const action::Scan&, const Session& session) {
    if (const auto scanned = scan_again(session); !scanned) return event::Broken{scanned.error()};
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

Event Shell::on(const action::Enrol&, const Session& session) {
    if (!scanned_) {
        if (const auto scanned = scan_again(session); !scanned) return event::Broken{scanned.error()};
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

ScanOrder Shell::scan_order(const Session& session) const {
    ScanOrder order{state_.path(), parts_.root, config_.source_deadline, facts_, {}, config_.choices};
    order.ima_from = session.memory().ima;
    return order;
}

Result<void> Shell::scan_again(const Session& session) {
    const std::uint64_t events = parts_.hardware_events();
    TRY(scanned_, scan_in_child(parts_.program, scan_order(session), parts_.alive, left_));
    events_at_scan_ = events;
    return {};
}

// The IMA list has grown since it was scanned, by more than a tail holds maybe, or another part of it is wanted.
Result<void> Shell::read_list_again(const Session& session) {
    if (!scanned_->ima) return {};
    ScanOrder order = scan_order(session);
    order.hardware = false;
    std::erase_if(scanned_->documents, [](const DocumentRef& one) { return one.kind == DocumentKind::ima; });
    for (const DocumentRef& one : scanned_->documents) order.keep.push_back(one.sha256);
    TRY(const ScannedDocuments list, scan_in_child(parts_.program, order, parts_.alive, left_));
    scanned_->documents.insert(scanned_->documents.end(), list.documents.begin(), list.documents.end());
    scanned_->ima = list.ima;
    return {};
}

// Since the scan. Events that changed nothing of what is reported are no change; nor is what the IMA list grew by.
Result<bool> Shell::hardware_changed(const Session& session) {
    if (parts_.hardware_events() == events_at_scan_) return false;
    const std::uint64_t events = parts_.hardware_events();
    ScanOrder order = scan_order(session);
    for (const DocumentRef& one : scanned_->documents) order.keep.push_back(one.sha256);
    order.keep_ima = false;  // it is read all the same: how that went is a part of the inventory
    TRY(const ScannedDocuments now, scan_in_child(parts_.program, order, parts_.alive, left_));
    events_at_scan_ = events;
    return hardware_of(now) != hardware_of(*scanned_);
}

// What the kernel measured between the scan and the quote. False: more than there is room for.
Result<bool> Shell::add_ima_tail(PreparedReport& prepared) const {
    const std::optional<ImaReading>& ima = scanned_->ima;
    if (!ima || ima->span.more || !covers_ima(challenge_->selection)) return true;
    TRY(const View view, parts_.view());
    TRY(auto tail, read_ima_tail(view, ima->behind()));
    if (!tail) return false;
    prepared.report.ima_tail = *std::move(tail);
    return true;
}

Event Shell::on(const action::Prepare& prepare, const Session& session) {
    const auto read = prepare.scan || !scanned_ ? scan_again(session) : read_list_again(session);
    if (!read) return event::Broken{read.error()};
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
    auto prepared = prepare_report(*tpm_, *key_, order, parts_.alive);
    if (!prepared) return lost(event::Broken{prepared.error()});
    if (!*prepared) return event::Changed{};
    const auto all_of_it = add_ima_tail(**prepared);
    if (!all_of_it) return event::Broken{all_of_it.error()};
    const auto changed = hardware_changed(session);
    if (!changed) return event::Broken{changed.error()};
    if (*changed) return event::Changed{};
    if (!*all_of_it) return event::Outgrown{};
    prepared_ = **std::move(prepared);
    return event::Prepared{prepared_->pcrs, scanned_->ima};
}

Event Shell::on(const action::Send& send, const Session&) {
    const std::string body = message_of(*prepared_, send.pcr_values);
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
        auto document = state_.document(one);
        if (!document) return event::Broken{document.error()};
        parts_.alive();
        Bytes bytes = to_bytes(*document);
        std::string().swap(*document);  // it can be large, and the connection has its own copy
        const Exchanged exchanged = put_document(*connection_, one, std::move(bytes));
        if (const auto* refused = std::get_if<event::Refused>(&exchanged)) return *refused;
        if (const auto* gone = std::get_if<event::Lost>(&exchanged)) return lost(*gone);
    }
    return event::DocumentsSent{};
}

}  // namespace assay::agent
