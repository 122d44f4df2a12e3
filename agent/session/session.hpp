#pragma once
// The agent's course as decisions without I/O: on_event(event, moment) says what to do next. The shell
// (agent/shell.hpp) does it and comes back with what happened. Attempt: open the TPM -> connect -> enrol where that is
// needed -> challenge -> prepare (scan, statement, quote, look again) -> send -> what the collector lacks -> accepted,
// then wait for the interval or a hardware event. Any failure ends the attempt and waits, longer each time; state is
// kept. What is to be logged comes as notices, once for each change of state.

#include "agent/session/memory.hpp"
#include "base/log.hpp"
#include "evidence/messages.hpp"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace assay::agent {

// Milliseconds of a clock that never goes back, and a random number for whatever this step decides by chance.
struct Moment {
    std::chrono::milliseconds now{0};
    std::uint32_t random = 0;
};

// --- What happened
namespace event {
struct Started {};
struct Due {};    // the time of the last Wait has come
struct Woken {};  // hardware was plugged in or pulled out; at any time
struct TpmOpened {
    Sha256 ak;  // SHA-256 of the attestation key's Name
};
struct Scanned {};
struct Connected {
    bool kept = false;  // the connection of an earlier report, which the collector may have closed meanwhile
};
struct Enrolled {
    EnrolmentResult result;
};
struct Challenged {};
struct Prepared {
    Sha256 pcrs;                      // pcr_fingerprint of the quote
    std::optional<ImaReading> ima{};  // what the statement says of the IMA list; none: there is none
};
struct Changed {};   // hardware or PCRs changed while the report was prepared
struct Outgrown {};  // the IMA list grew by more than a report holds beside its statement
struct Needed {      // 409
    ReportNeeds needs;
};
struct DocumentsSent {};
struct Accepted {
    ReportResult result;
};
struct Refused {  // any other answer of 400 and above
    unsigned status = 0;
    Refusal refusal;
    std::chrono::seconds retry_after{0};  // what the answer's Retry-After says, or 0
};
struct Lost {  // no connection, or it broke
    Error error;
};
struct Broken {  // something of this machine: the TPM, the scan, the state directory
    Error error;
};
}  // namespace event
using Event = std::variant<
    event::Started, event::Due, event::Woken, event::TpmOpened, event::Scanned, event::Connected, event::Enrolled,
    event::Challenged, event::Prepared, event::Changed, event::Outgrown, event::Needed, event::DocumentsSent,
    event::Accepted, event::Refused, event::Lost, event::Broken>;

// --- What to do
namespace action {
struct OpenTpm {};  // or find it still open
struct Scan {};     // the hardware, before a connection that would wait for it
struct Connect {};  // or find the connection still usable
struct Enrol {};
struct AskChallenge {};
struct Prepare {
    // False: the hardware is that of the last Prepare; only the IMA list is read and the quote made again.
    bool scan = true;
};
struct Send {
    bool pcr_values = true;
};
struct SendDocuments {
    std::vector<Sha256> documents;
};
struct Wait {
    std::chrono::milliseconds until{0};
    bool close_connection = true;
};
struct Finish {  // with Options::once or enrol_only
    bool succeeded = false;
    std::string detail;
};
struct Continue {};  // nothing new: go on with what is under way
}  // namespace action
using Action = std::variant<
    action::OpenTpm, action::Scan, action::Connect, action::Enrol, action::AskChallenge, action::Prepare, action::Send,
    action::SendDocuments, action::Wait, action::Finish, action::Continue>;

struct Notice {
    LogLevel level = LogLevel::info;
    std::string event;
    std::string detail;
};

struct Step {
    Action action = action::Continue{};
    std::vector<Notice> notices;
    bool remember = false;  // memory() changed: keep it before anything else
};

struct SessionOptions {
    bool once = false;        // finish after one report, or the first failure
    bool enrol_only = false;  // finish after enrolment, which is done even where the device is enrolled
};

class Session {
  public:
    Session(Memory memory, SessionOptions options) : memory_(std::move(memory)), options_(options) {}

    Step on_event(const Event& event, const Moment& moment);

    const Memory& memory() const { return memory_; }
    std::uint64_t next_sequence() const { return memory_.sequence + 1; }
    // One sentence on what is under way, for `systemctl status`.
    const std::string& status() const { return status_; }

  private:
    Step on(const event::Started&, const Moment&);
    Step on(const event::Due&, const Moment&);
    Step on(const event::Woken&, const Moment&);
    Step on(const event::TpmOpened&, const Moment&);
    Step on(const event::Scanned&, const Moment&);
    Step on(const event::Connected&, const Moment&);
    Step on(const event::Enrolled&, const Moment&);
    Step on(const event::Challenged&, const Moment&);
    Step on(const event::Prepared&, const Moment&);
    Step on(const event::Changed&, const Moment&);
    Step on(const event::Outgrown&, const Moment&);
    Step on(const event::Needed&, const Moment&);
    Step on(const event::DocumentsSent&, const Moment&);
    Step on(const event::Accepted&, const Moment&);
    Step on(const event::Refused&, const Moment&);
    Step on(const event::Lost&, const Moment&);
    Step on(const event::Broken&, const Moment&);

    Step begin_attempt();
    bool must_enrol() const;
    Step other_segment(std::uint64_t first, const Moment& moment);
    Step challenge_again(const Notice& why, const Moment& moment);
    Step wait_after_failure(const Notice& why, const Moment& moment, std::chrono::milliseconds at_least);
    Step forget_device(const event::Refused& refused, const Moment& moment);
    void say_once(Step& step, const Notice& notice);
    void say_standing(Step& step, const ReportResult& result);

    Memory memory_;
    SessionOptions options_;
    std::string status_ = "starting";

    // Of this attempt
    Sha256 ak_{};
    Sha256 prepared_pcrs_{};
    std::optional<ImaReading> prepared_ima_;
    bool kept_connection_ = false;  // stood idle for a while, so that the collector may have closed it
    bool enrolled_now_ = false;
    bool has_documents_ = false;  // this attempt has scanned
    unsigned challenges_ = 0;
    std::chrono::milliseconds challenged_at_{0};
    unsigned changes_ = 0;
    bool pcr_values_asked_ = false;
    bool documents_asked_ = false;

    // Between attempts
    bool waiting_ = false;
    bool in_backoff_ = false;
    std::chrono::milliseconds wait_until_{0};
    bool woken_ = false;  // hardware changed while an attempt was under way
    std::chrono::milliseconds last_report_{0};
    unsigned failures_ = 0;
    std::string said_;      // the last failure that was said; empty when all is well
    std::string standing_;  // the last standing that was said
};

}  // namespace assay::agent
