#include "agent/sources/securityfs.hpp"

namespace assay::agent {
namespace {

constexpr const char* securityfs = "sys/kernel/security";

}  // namespace

Found nothing_there(const View& view, Account account, const std::string& path) {
    const auto names = view.list(securityfs);
    if (names && names->empty()) {
        account.failed(SourceState::error, std::string(securityfs) + ": securityfs is not mounted");
        return account.finish();
    }
    if (!names && names.error().code != Errc::not_found) {
        account.failed(names.error());
        return account.finish();
    }
    return account.absent("no " + path);
}

}  // namespace assay::agent
