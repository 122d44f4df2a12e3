#include "tests/agent/small_collector.hpp"

#include "base/crypto/random.hpp"
#include "base/encoding.hpp"
#include "collector/verifier/enrolment.hpp"
#include "evidence/limits.hpp"

#include <doctest/doctest.h>

namespace assay::test {
namespace {

net::Response answer(std::string body) {
    net::Response out;
    out.body = std::move(body);
    return out;
}

net::Response refuse(unsigned status, const Refusal& refusal) {
    net::Response out;
    out.status = status;
    out.body = encode_refusal(refusal);
    return out;
}

net::Response refuse(const RejectedAttempt& attempt) {
    return refuse(attempt.reason == Reason::unknown_device ? 404 : 403, refusal_of(attempt));
}

}  // namespace

// One connection: what it was challenged with, what it is enrolling, what it was asked for.
struct SmallCollector::Connection : net::Session {
    SmallCollector& owner;
    TlsExporter exporter;
    std::optional<DeviceId> device;
    std::optional<IssuedChallenge> challenge;
    std::optional<PendingEnrolment> pending;
    AskedDocuments asked;

    Connection(SmallCollector& collector, const TlsExporter& of_connection)
        : owner(collector), exporter(of_connection) {}

    std::expected<std::size_t, net::Response> admit(const net::Request&) override { return limits::document_bytes; }

    void handle(net::Request request, net::Responder responder) override {
        const std::scoped_lock lock(owner.mutex_);
        owner.requests_.push_back(std::string(name(request.method)) + " " + request.path);
        if (!owner.interjections_.empty() && request.path.starts_with(owner.interjections_.front().first)) {
            net::Response instead = std::move(owner.interjections_.front().second);
            owner.interjections_.pop_front();
            responder(std::move(instead));
            return;
        }
        responder(route(request));
    }

    net::Response route(const net::Request& request) {
        const std::string body = to_text(request.body);
        if (request.path == "/v1/enrolments") return open(body);
        if (request.path.starts_with("/v1/enrolments/")) return prove(body);
        if (request.path == "/v1/challenge") return give_challenge(body);
        if (request.path == "/v1/reports") return judge(body);
        return put(request);
    }

    net::Response open(const std::string& body) {
        auto checked = check_enrolment(body, owner.anchors_, system_now());
        if (!checked) return refuse(checked.error());
        owner.last_enrolment_ = checked->request();
        pending.emplace(open_enrolment(*std::move(checked), owner.selection_, system_random, system_now()));
        return answer(encode_enrolment_challenge(pending->challenge()));
    }

    net::Response prove(const std::string& body) {
        const auto proof = decode_enrolment_proof(body);
        if (!pending || !proof) return refuse(400, {"bad_value", "enrolment_unknown", "", "no such enrolment"});
        const auto proven = check_proof(*pending, exporter, *proof, system_now());
        if (!proven) return refuse(proven.error());
        const DeviceId id = pending->checked().new_device_id();
        SmallDevice& stored = owner.devices_[id];
        const Bytes& ak_public = pending->checked().ak().public_area();
        if (!stored.ak_public.empty() && stored.ak_public != ak_public) ++stored.generation;
        stored.ak_public = ak_public;
        const LifecycleState lifecycle = proven->initial_lifecycle(system_now());
        return answer(encode_enrolment_result(
            {id, stored.generation, std::string(name(lifecycle.state)), std::string(word(lifecycle.reason)),
             lifecycle.detail}
        ));
    }

    net::Response give_challenge(const std::string& body) {
        const auto wanted = decode_challenge_request(body);
        if (!wanted || !owner.devices_.contains(*wanted)) {
            return refuse({Reason::unknown_device, Errc::not_found, "device", "no such device"});
        }
        device = *wanted;
        challenge = IssuedChallenge{make_nonce(random_array<32>(system_random), {}), owner.selection_, system_now()};
        if (owner.on_challenge_) owner.on_challenge_();
        return answer(encode_challenge({challenge->nonce, challenge->selection}));
    }

    net::Response judge(const std::string& body) {
        if (!challenge) return refuse({Reason::no_challenge, Errc::bad_value, "nonce", "no challenge"});
        SmallDevice& stored = owner.devices_.at(*device);
        auto report = decode_signed_report(body);
        if (!report) return refuse(report.error());
        const auto key = AttestationKey::of(stored.ak_public);
        auto authentic = authenticate(*std::move(report), *key, *device, *challenge, exporter, system_now());
        if (!authentic) return refuse(authentic.error());
        std::shared_ptr<const PcrValues> known;
        for (const auto& [digest, values] : stored.pcrs) {
            if (digest == authentic->attest().pcr_digest) known = std::make_shared<const PcrValues>(values);
        }
        auto verified = verify_quote(*std::move(authentic), known);
        if (std::holds_alternative<PcrValuesNeeded>(verified)) return need({true, {}});
        if (const auto* failed = std::get_if<DeviceFailure>(&verified)) {
            return refuse(422, {"mismatch", std::string(word(failed->reason)), "", failed->detail});
        }
        return accept(std::get<VerifiedQuote>(std::move(verified)), stored, body);
    }

    net::Response accept(VerifiedQuote verified, SmallDevice& stored, const std::string& body) {
        const std::vector<DocumentRef> lacking = documents_lacking(verified.statement(), stored.known);
        if (!lacking.empty() && !asked.complete()) return ask(lacking);
        if (!lacking.empty() && asked.given().empty()) return ask(lacking);
        const auto facts = establish_facts(
            replay_log(std::move(verified), nullptr), stored.history, stored.known, asked, system_now()
        );
        if (!facts) return refuse(422, {"mismatch", std::string(word(facts.error().reason)), "", facts.error().detail});
        const BootAppraisal boot = appraise_boot(*facts, {}, {}, Date::of(system_now()));
        const Appraisal appraisal =
            appraise(*facts, boot, appraise_runtime(*facts, match_ima_list(*facts, std::nullopt, 1, {}), boot, {}, {}));
        stored.known.insert(stored.known.end(), facts->new_documents().begin(), facts->new_documents().end());
        for (const auto& [sha256, bytes] : asked.given()) stored.documents[sha256] = bytes;
        stored.pcrs.emplace_back(facts->quote().attest().pcr_digest, facts->quote().pcr_values());
        stored.history.last_attest = facts->attest_sha256();
        stored.history.last_previous = facts->statement().previous;
        stored.history.last_sequence = facts->statement().sequence;
        stored.history.last = LastClock{facts->quote().attest().clock, system_now()};
        stored.statements.push_back(facts->statement());
        stored.appraisals.push_back(appraisal);
        stored.report_bytes.push_back(body.size());
        stored.ima_tails.push_back(decode_report(body)->ima_tail);
        asked = AskedDocuments{};
        challenge.reset();
        const Standing standing = new_standing({Lifecycle::active, Reason::approved, "", {}}, system_now());
        const Standing after = advance(standing, appraisal, system_now(), std::chrono::hours(1));
        return answer(encode_report_result(
            report_result(after, appraisal, facts->attest_sha256(), std::chrono::seconds(owner.next_report_s_))
        ));
    }

    net::Response ask(const std::vector<DocumentRef>& lacking) {
        asked = AskedDocuments(lacking);
        ReportNeeds needs;
        for (const DocumentRef& document : lacking) needs.documents.push_back(document.sha256);
        return need(needs);
    }

    net::Response need(const ReportNeeds& needs) {
        net::Response out = answer(encode_report_needs(needs));
        out.status = 409;
        return out;
    }

    net::Response put(const net::Request& request) {
        const auto sha256 = from_hex_array<32>(request.path.substr(std::string("/v1/documents/").size()));
        if (!sha256) return refuse({Reason::document_not_asked, Errc::denied, "document", "not asked for"});
        const auto taken = asked.put(*sha256, request.body);
        if (!taken) {
            net::Response out = refuse(taken.error());
            out.close_after = true;
            return out;
        }
        net::Response out = answer("");
        out.status = 204;
        out.content_type = "";
        return out;
    }
};

SmallCollector::SmallCollector(std::uint64_t next_report_s)
    : leaf_(ca_.localhost()),
      log_(system_now, [](std::string_view) {}),
      next_report_s_(next_report_s),
      selection_(select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14})) {
    start();
}

SmallCollector::~SmallCollector() {
    stop();
}

void SmallCollector::start() {
    net::ServerConfig config;
    config.port = port_;
    config.certificate.text = leaf_.certificate_pem;
    config.key.text = leaf_.key_pem;
    config.ticket_key_lifetime = std::chrono::seconds(3600);
    auto server = net::Server::start(std::move(config), *this, log_);
    REQUIRE(server);
    server_.emplace(*std::move(server));
    port_ = server_->port();
}

void SmallCollector::stop() {
    server_.reset();
}

std::string SmallCollector::url() const {
    return "https://localhost:" + std::to_string(port_);
}

void SmallCollector::interject(const std::string& path, net::Response response) {
    const std::scoped_lock lock(mutex_);
    interjections_.emplace_back(path, std::move(response));
}

void SmallCollector::refuse_next(const std::string& path, unsigned status, const std::string& reason) {
    interject(path, refuse(status, {"denied", reason, "", "the test says so"}));
}

void SmallCollector::on_challenge(std::function<void()> happening) {
    const std::scoped_lock lock(mutex_);
    on_challenge_ = std::move(happening);
}

void SmallCollector::set_selection(const PcrSelection& selection) {
    const std::scoped_lock lock(mutex_);
    selection_ = selection;
}

void SmallCollector::forget_devices() {
    const std::scoped_lock lock(mutex_);
    devices_.clear();
}

std::map<DeviceId, SmallDevice> SmallCollector::devices() const {
    const std::scoped_lock lock(mutex_);
    return devices_;
}

std::vector<std::string> SmallCollector::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

EnrolmentRequest SmallCollector::last_enrolment() const {
    const std::scoped_lock lock(mutex_);
    return last_enrolment_.value();
}

std::uint64_t SmallCollector::connections() const {
    const std::scoped_lock lock(mutex_);
    return connections_;
}

std::uint64_t SmallCollector::resumed() const {
    const std::scoped_lock lock(mutex_);
    return resumed_;
}

std::unique_ptr<net::Session> SmallCollector::connected(const net::ConnectionInfo& info) {
    const std::scoped_lock lock(mutex_);
    ++connections_;
    resumed_ += info.resumed ? 1 : 0;
    return std::make_unique<Connection>(*this, info.exporter);
}

}  // namespace assay::test
