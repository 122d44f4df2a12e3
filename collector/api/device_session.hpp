#pragma once
// One device connection. A connection has one request at a time, and whoever works on it, a loop, a work thread or the
// store's writer, holds its Responder: so the session is touched by one thread at a time and needs no lock. Whoever has
// let go of the Responder, by an answer or by dropping it, touches the session no more: it may be gone.
//
// The exchange rests on what is known of its device: while it is not idle, known_ is that device (forget_device).

#include "collector/api/attempt_log.hpp"
#include "collector/api/boot_logs.hpp"
#include "collector/api/device_exchange.hpp"
#include "collector/api/device_known.hpp"
#include "collector/api/device_record.hpp"
#include "collector/api/device_service.hpp"
#include "collector/api/work_queue.hpp"
#include "collector/verifier/enrolment.hpp"
#include "net/router.hpp"

#include <atomic>
#include <optional>

namespace assay::api {

// What all sessions of a service share.
struct DeviceShared {
    DeviceServiceConfig config;
    store::Store& store;
    const Rules& rules;
    Clock clock;
    RandomSource random;
    const Log& log;
    AttemptLog attempts;
    BootLogs boot_logs;
    net::RouteTable routes;
    std::atomic<std::size_t> upload_bytes{0};
    WorkQueue queue;  // last: its threads end first
};

class DeviceSession final : public net::Session {
  public:
    static net::RouteTable routes();

    DeviceSession(DeviceShared& shared, const net::ConnectionInfo& info);
    ~DeviceSession() override;

    std::expected<std::size_t, net::Response> admit(const net::Request& head) override;
    void handle(net::Request request, net::Responder responder) override;

  private:
    struct Judging;
    using JudgingPtr = std::unique_ptr<Judging>;

    // Challenges and reports (device_session_report.cpp)
    void challenge(const net::Request& request, net::Responder responder);
    void answer_challenge(net::Responder responder);
    void report(net::Request request, net::Responder responder);
    bool is_quick(const ActiveReferences& references) const;
    void judge(JudgingPtr judging);
    void judge_again(JudgingPtr judging);
    void commit_heartbeat(JudgingPtr judging, AcceptedReport accepted);
    void prepare(JudgingPtr judging, AcceptedReport accepted);
    void commit_failure(JudgingPtr judging, FailedJudgement failed);
    void accept(JudgingPtr judging, std::string answer_body);
    std::shared_ptr<const BootLog> boot_log(const Sha256& name, const Bytes* given);
    FirmwareModel firmware(const Sha256& inventory);
    std::optional<std::vector<ImaEntry>> ima_entries();
    std::string heartbeat_answer(const AcceptedReport& accepted);
    void document(net::Request request, const Sha256& name, net::Responder responder);

    // Enrolment (device_session_enrolment.cpp)
    void enrol(net::Request request, net::Responder responder);
    void open(const net::Request& request, net::Responder& responder);
    void prove(const net::Request& request, const std::string& id, net::Responder responder);
    void record(ProvenEnrolment proven, net::Responder responder);

    // Runs on a work thread; 503 when too much waits. `work` takes the Responder when nothing can throw any more before
    // the answer; until then an exception is answered here.
    void offload(net::Responder responder, std::move_only_function<void(net::Responder&)> work);
    void note(const RejectedAttempt& rejected, std::string_view step);
    void refuse(net::Responder responder, const RejectedAttempt& rejected, std::string_view step);
    void refuse_and_forget(net::Responder responder, const RejectedAttempt& rejected, std::string_view step);
    void broke(net::Responder responder, std::string_view step, const std::exception_ptr& error);
    // What this connection takes of the memory for uploads: what it holds, and a document of `coming` bytes.
    void account_uploads(std::size_t coming = 0);
    bool reserve_upload(std::size_t bytes);
    void load_known(const DeviceId& id);  // for a report under way: the exchange stays
    void forget_device();

    DeviceShared& shared_;
    std::string peer_;
    net::Exporter exporter_;
    ReportExchange exchange_;
    std::optional<KnownDevice> known_;
    std::string answer_;  // to the last heartbeat since known_ was loaded; the next differs in one hash
    std::size_t answer_hash_ = 0;
    std::unique_ptr<PendingEnrolment> enrolment_;
    unsigned proofs_ = 0;  // that were refused
    std::size_t uploads_ = 0;
};

}  // namespace assay::api
