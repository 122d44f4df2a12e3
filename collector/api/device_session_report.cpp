// Challenges, reports and documents of a device connection.

#include "collector/api/device_answer.hpp"
#include "collector/api/device_session.hpp"
#include "collector/api/ima_entries.hpp"

namespace assay::api {
namespace {

constexpr unsigned most_tries = 4;  // of a report whose device changes under it

std::string needs_body(const std::vector<DocumentRef>& lacking) {
    ReportNeeds needs;
    for (const DocumentRef& ref : lacking) needs.documents.push_back(ref.sha256);
    return encode_report_needs(needs);
}

std::string result_body(const AcceptedReport& accepted, std::chrono::seconds interval) {
    return encode_report_result(
        report_result(accepted.standing, accepted.appraisal, accepted.facts.attest_sha256(), interval)
    );
}

RejectedAttempt retired() {
    return {Reason::device_retired, Errc::denied, "device", "the operator retired it"};
}

}  // namespace

// A report between its arrival and its answer.
struct DeviceSession::Judging {
    Bytes body;
    ReportExchange::Turn turn;
    net::Responder responder;
    UnixMillis now;
    std::shared_ptr<const ActivePacks> packs;
    std::shared_ptr<const ActiveReferences> references;
    unsigned tries = 0;
};

void DeviceSession::challenge(const net::Request& request, net::Responder responder) {
    const auto id = decode_challenge_request(as_text(request.body));
    if (!id) {
        const Error& error = id.error();
        return refuse(
            std::move(responder), {Reason::malformed_message, error.code, error.where, error.what}, "challenge"
        );
    }
    if (known_ && known_->device.id == *id) return answer_challenge(std::move(responder));
    forget_device();  // and the challenge of another device that may be open
    offload(std::move(responder), [this, id = *id](net::Responder& then) {
        load_known(id);
        if (known_) return answer_challenge(std::move(then));
        const RejectedAttempt unknown{Reason::unknown_device, Errc::not_found, "device", "is not enrolled here"};
        shared_.attempts.add(attempt_of(unknown, "challenge", peer_, id, shared_.clock()));
        then(refusal(unknown));
    });
}

void DeviceSession::answer_challenge(net::Responder responder) {
    if (known_->device.standing.lifecycle.state == Lifecycle::retired) {
        return refuse_and_forget(std::move(responder), retired(), "challenge");
    }
    Challenge out;
    out.nonce = make_nonce(random_array<32>(shared_.random), {});
    out.selection = shared_.config.selection;
    exchange_.issue(known_->device.id, {out.nonce, out.selection, shared_.clock()});
    account_uploads();
    responder(answer(200, encode_challenge(out)));
}

void DeviceSession::report(net::Request request, net::Responder responder) {
    const UnixMillis now = shared_.clock();
    auto turn = exchange_.receive(request.body, now);
    if (!turn) {
        account_uploads();
        return refuse(std::move(responder), turn.error(), "report");
    }
    auto judging = std::make_unique<Judging>(Judging{
        std::move(request.body), *turn, std::move(responder), now, shared_.rules.packs(), shared_.rules.references(), 0
    });
    if (turn->may_ask_documents && is_quick(*judging->references)) return judge(std::move(judging));
    net::Responder then = std::move(judging->responder);
    offload(std::move(then), [this, judging = std::move(judging)](net::Responder& back) mutable {
        judging->responder = std::move(back);
        judge(std::move(judging));
    });
}

// As far as what is known tells: a report without documents whose event log is decoded and whose IMA list was judged by
// a policy that is in force. Else a database or a megabyte to decode would hold up every connection of this loop.
bool DeviceSession::is_quick(const ActiveReferences& references) const {
    const DocumentRef* log = last_document(*known_, DocumentKind::event_log);
    if (log != nullptr && shared_.boot_logs.find(log->sha256) == nullptr) return false;
    if (references.runtime.empty() || !known_->runtime) return true;
    const auto& progress = known_->runtime->progress;
    return progress && references.runtime.contains(progress->policy);
}

void DeviceSession::judge(JudgingPtr judging) {
    const auto look_up_entries = [this] { return ima_entries(); };
    const auto look_up_firmware = [this](const Sha256& inventory) { return firmware(inventory); };
    const auto look_up_log = [this](const Sha256& name, const Bytes* given) { return boot_log(name, given); };
    const auto look_up = [this](const std::string& selection, ByteView digest) {
        return shared_.store.read([this, &selection, digest](store::Database& db) {
            return store::known_pcr_values(db, known_->device.id, selection, digest);
        });
    };
    ReportJudgement judgement = judge_report(
        as_text(judging->body),
        {*known_, judging->turn, exchange_.uploads(), exporter_, shared_.config.valid_for, judging->now, look_up,
         look_up_log, look_up_firmware, look_up_entries, *judging->references}
    );
    if (auto* accepted = std::get_if<AcceptedReport>(&judgement)) {
        if (is_heartbeat(*known_, *accepted, {*judging->packs, shared_.config.absence, judging->now})) {
            return commit_heartbeat(std::move(judging), std::move(*accepted));
        }
        return prepare(std::move(judging), std::move(*accepted));
    }
    if (auto* failed = std::get_if<FailedJudgement>(&judgement)) {
        return commit_failure(std::move(judging), std::move(*failed));
    }
    if (std::holds_alternative<PcrValuesNeeded>(judgement)) {
        exchange_.asked_values();
        return judging->responder(answer(409, encode_report_needs({.pcr_values = true, .documents = {}})));
    }
    if (const auto* needed = std::get_if<ImaFirstNeeded>(&judgement)) {
        exchange_.finish();
        account_uploads();
        return judging->responder(answer(409, encode_report_needs({.ima_first = needed->first})));
    }
    if (auto* needed = std::get_if<DocumentsNeeded>(&judgement)) {
        std::string body = needs_body(needed->lacking);
        exchange_.asked_documents(judging->body, std::move(needed->lacking), judging->now);
        return judging->responder(answer(409, std::move(body)));
    }
    if (std::holds_alternative<SupersededReport>(judgement)) {
        exchange_.finish();
        account_uploads();
        const RejectedAttempt late{
            Reason::superseded, Errc::conflict, "quote", "a later report was accepted meanwhile"
        };
        return judging->responder(refusal(late));
    }
    // What was known may have been too old.
    refuse_and_forget(std::move(judging->responder), std::get<RejectedAttempt>(judgement), "report");
}

// Decoded once for all devices that gave the same, now or before.
std::shared_ptr<const BootLog> DeviceSession::boot_log(const Sha256& name, const Bytes* given) {
    if (auto kept = shared_.boot_logs.find(name)) return kept;
    std::optional<Bytes> bytes;
    if (given != nullptr) {
        bytes = *given;
    } else {
        bytes = shared_.store.read([this, &name](store::Database& db) {
            return store::document_of(db, known_->device.id, name);
        });
    }
    if (!bytes) throw store::DatabaseBroken("an event log that the device gave is gone");
    auto log = read_boot_log(*std::move(bytes));
    shared_.boot_logs.keep(name, log);
    return log;
}

// An inventory that this device gave before the last one.
FirmwareModel DeviceSession::firmware(const Sha256& inventory) {
    const auto bytes = shared_.store.read([this, &inventory](store::Database& db) {
        return store::document_of(db, known_->device.id, inventory);
    });
    if (!bytes) throw store::DatabaseBroken("an inventory that the device gave is gone");
    const auto decoded = decode_inventory(as_text(*bytes));
    if (!decoded) throw store::DatabaseBroken("a stored inventory cannot be read: " + decoded.error().message());
    return firmware_model(*decoded);
}

// The entries of this boot's list that are known, as they were sent; nullopt where not all are kept.
std::optional<std::vector<ImaEntry>> DeviceSession::ima_entries() {
    if (!known_->runtime) return std::vector<ImaEntry>();
    const KnownImaList& list = known_->runtime->list;
    const auto segments = shared_.store.read([this, &list](store::Database& db) {
        return store::ima_segments(db, known_->device.id, list);
    });
    return kept_ima_entries(segments, list);
}

// The device changed between the judgement and the commit: the same report against what is known now.
void DeviceSession::judge_again(JudgingPtr judging) {
    if (++judging->tries >= most_tries) {
        forget_device();
        return judging->responder(busy());
    }
    net::Responder then = std::move(judging->responder);
    offload(std::move(then), [this, judging = std::move(judging)](net::Responder& back) mutable {
        const DeviceId id = judging->turn.device;
        load_known(id);
        if (!known_ || known_->device.standing.lifecycle.state == Lifecycle::retired) {
            return refuse_and_forget(std::move(back), retired(), "report");
        }
        judging->responder = std::move(back);
        judge(std::move(judging));
    });
}

void DeviceSession::commit_heartbeat(JudgingPtr judging, AcceptedReport accepted) {
    struct Commit {
        JudgingPtr judging;
        AcceptedReport accepted;
        bool written = false;
    };
    auto commit = std::make_shared<Commit>(Commit{std::move(judging), std::move(accepted)});
    shared_.store.submit(
        [this, commit](store::Database& db) {
            const VerifiedQuote& quote = commit->accepted.facts.quote();
            commit->written = store::record_heartbeat(
                db,
                {known_->device.id, known_->device.epoch, known_->last->interval, quote.statement_bytes(),
                 quote.quote_bytes(), quote.signature_bytes(), binding_of(commit->judging->turn.challenge, exporter_),
                 quote.ima_tail(), commit->judging->now, commit->accepted.standing.valid_until}
            );
        },
        [this, commit](const std::exception_ptr& error) {
            if (error) return broke(std::move(commit->judging->responder), "report", error);
            if (!commit->written) return judge_again(std::move(commit->judging));
            advance_known(*known_, commit->accepted);
            accept(std::move(commit->judging), heartbeat_answer(commit->accepted));
        }
    );
}

void DeviceSession::prepare(JudgingPtr judging, AcceptedReport accepted) {
    struct Commit {
        JudgingPtr judging;
        AcceptedReport accepted;
        std::optional<ReportRecord> record;
        bool written = false;
    };
    auto commit = std::make_shared<Commit>(Commit{std::move(judging), std::move(accepted), std::nullopt});
    net::Responder then = std::move(commit->judging->responder);
    offload(std::move(then), [this, commit](net::Responder& back) {
        const PolicyContext context{*commit->judging->packs, shared_.config.absence, commit->judging->now};
        commit->record = shared_.store.read([this, &commit, &context](store::Database& db) {
            return prepare_record(
                db, *known_, commit->accepted,
                {exchange_.uploads(), binding_of(commit->judging->turn.challenge, exporter_)}, context
            );
        });
        commit->judging->responder = std::move(back);
        if (!commit->record) return judge_again(std::move(commit->judging));
        shared_.store.submit(
            [commit](store::Database& db) { commit->written = write_record(db, *commit->record); },
            [this, commit](const std::exception_ptr& error) {
                if (is_conflict(error) || (!error && !commit->written)) return judge_again(std::move(commit->judging));
                if (error) return broke(std::move(commit->judging->responder), "report", error);
                forget_device();
                accept(std::move(commit->judging), result_body(commit->accepted, shared_.config.interval));
            }
        );
    });
}

void DeviceSession::commit_failure(JudgingPtr judging, FailedJudgement failed) {
    struct Commit {
        JudgingPtr judging;
        FailedJudgement failed;
        bool written = false;
    };
    auto commit = std::make_shared<Commit>(Commit{std::move(judging), std::move(failed)});
    shared_.store.submit(
        [this, commit](store::Database& db) {
            commit->written = write_failure(db, *known_, commit->failed, commit->judging->now);
        },
        [this, commit](const std::exception_ptr& error) {
            if (error) return broke(std::move(commit->judging->responder), "report", error);
            if (!commit->written) return judge_again(std::move(commit->judging));
            shared_.log.warning(
                "report_failed", {{"device", known_->device.id.text()},
                                  {"reason", std::string(word(commit->failed.failure.reason))},
                                  {"detail", commit->failed.failure.detail}}
            );
            forget_device();
            commit->judging->responder(refusal(commit->failed.failure));
        }
    );
}

std::string DeviceSession::heartbeat_answer(const AcceptedReport& accepted) {
    const std::string hash = to_hex(accepted.facts.attest_sha256());
    if (answer_.empty()) {
        answer_ = result_body(accepted, shared_.config.interval);
        answer_hash_ = answer_.find(hash);
    } else {
        answer_.replace(answer_hash_, hash.size(), hash);
    }
    return answer_;
}

// After the commit: the report is durable.
void DeviceSession::accept(JudgingPtr judging, std::string answer_body) {
    exchange_.finish();
    account_uploads();
    judging->responder(answer(200, std::move(answer_body)));
}

void DeviceSession::document(net::Request request, const Sha256& name, net::Responder responder) {
    const auto kept = exchange_.put(name, std::move(request.body));
    account_uploads();
    if (!kept) return refuse(std::move(responder), kept.error(), "document");
    responder(answer(204, ""));
}

}  // namespace assay::api
