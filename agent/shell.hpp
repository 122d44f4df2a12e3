#pragma once
// Does what the session decides: opens the TPM, connects, enrols, challenges, prepares and sends, one step at a time,
// and says what happened as an event. Blocking; each step has a deadline. It decides nothing and logs nothing; what it
// holds (TPM, connection, challenge, documents, report) lives between steps only.

#include "agent/config.hpp"
#include "agent/report.hpp"
#include "agent/scan_child.hpp"
#include "agent/session/session.hpp"
#include "agent/state_directory.hpp"
#include "net/client.hpp"

#include <functional>
#include <optional>

namespace assay::agent {

struct ShellParts {
    std::string program = "/proc/self/exe";                   // what scans (agent/scan_child.hpp)
    std::string root;                                         // a captured tree, or "" for this machine
    std::function<Result<View>()> view = View::measurements;  // of this machine, for what is read after the quote
    std::function<void()> alive;                              // called between the parts of a long step
    std::function<std::uint64_t()> hardware_events;           // how many the kernel has counted so far
    Clock clock = system_now;
};

class Shell {
  public:
    // `config` and `state` outlive it.
    Shell(const Config& config, const StateDirectory& state, ShellParts parts);

    // For every action but Wait, Finish and Continue.
    Event perform(const Action& action, const Session& session);
    void close_connection() { connection_.reset(); }

  private:
    Event on(const action::OpenTpm&, const Session&);
    Event on(const action::Scan&, const Session&);
    Event on(const action::Connect&, const Session&);
    Event on(const action::Enrol&, const Session&);
    Event on(const action::AskChallenge&, const Session&);
    Event on(const action::Prepare&, const Session&);
    Event on(const action::Send&, const Session&);
    Event on(const action::SendDocuments&, const Session&);
    template <class Other>
    Event on(const Other&, const Session&) {
        return event::Started{};
    }

    ScanOrder scan_order(const Session& session) const;
    Result<void> scan_again(const Session& session);
    Result<void> read_list_again(const Session& session);
    Result<bool> hardware_changed(const Session& session);
    Result<bool> add_ima_tail(PreparedReport& prepared) const;
    Event lost(Event event);

    const Config& config_;
    const StateDirectory& state_;
    ShellParts parts_;

    std::optional<Tpm> tpm_;
    std::optional<TpmFacts> facts_;
    std::optional<AttestationKey> key_;
    std::string ca_pem_;
    std::optional<net::Client> client_;
    std::optional<net::Connection> connection_;
    std::optional<Challenge> challenge_;
    std::optional<ScannedDocuments> scanned_;
    LeftBehind left_;  // scanning processes that hang
    std::uint64_t events_at_scan_ = 0;
    std::optional<PreparedReport> prepared_;
};

}  // namespace assay::agent
