#pragma once
// The service behind the device listener (docs/PROTOCOL.md): enrolment, challenges, reports, documents. It joins net,
// verifier and store; what may follow what on a connection is collector/api/device_exchange.hpp's, what a report means
// the verifier's, what is written collector/api/device_record.hpp's. An answer that acknowledges is sent after the
// commit.

#include "base/crypto/random.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "collector/api/rules.hpp"
#include "collector/store/store.hpp"
#include "collector/worklist/absence.hpp"
#include "evidence/tpm/pcr.hpp"
#include "net/server.hpp"

#include <chrono>
#include <memory>

namespace assay::api {

struct DeviceServiceConfig {
    PcrSelection selection;  // what every quote has to cover
    std::chrono::seconds interval{300};
    std::chrono::milliseconds valid_for{900'000};  // of an appraisal, from its report on
    bool join_token_required = true;
    worklist::Rules absence;
    unsigned work_threads = 2;
    std::size_t work_waiting = 1'024;
    std::size_t boot_log_bytes = 128U << 20U;  // of decoded event logs that are kept in memory
    std::size_t upload_bytes = 512U << 20U;    // of all connections together
};

class DeviceService final : public net::Service {
  public:
    // All that is given outlives the service, and the service outlives the server.
    DeviceService(
        DeviceServiceConfig config, store::Store& store, const Rules& rules, Clock clock, RandomSource random,
        const Log& log
    );
    ~DeviceService() override;

    std::unique_ptr<net::Session> connected(const net::ConnectionInfo& info) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace assay::api
