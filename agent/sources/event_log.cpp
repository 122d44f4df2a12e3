#include "agent/sources/event_log.hpp"

#include "agent/sources/securityfs.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

constexpr const char* log = "sys/kernel/security/tpm0/binary_bios_measurements";

}  // namespace

Found read_event_log(const View& view) {
    Account account("event_log");
    auto bytes = view.read(log, limits::event_log_bytes);
    if (!bytes && bytes.error().code == Errc::not_found) return nothing_there(view, std::move(account), log);
    if (!bytes)
        account.failed(bytes.error());
    else if (bytes->empty())
        account.failed(SourceState::error, std::string(log) + ": is empty");
    else
        account.found.event_log = *std::move(bytes);
    return account.finish();
}

}  // namespace assay::agent
