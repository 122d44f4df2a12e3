#pragma once
// A collector's device listener inside the test: real TLS, a real store on disk, packs of one's own, and a clock that
// the test moves. Devices are in software (tests/support/soft_device.hpp).

#include "collector/api/device_service.hpp"
#include "tests/support/database_dump.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/soft_device.hpp"
#include "tests/support/test_ca.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace assay::test {

class ServedDevices {
  public:
    // `packs`: TOML texts. By default one that lists PCI vendor 19e5 for review. `selection`: what quotes have to
    // cover.
    explicit ServedDevices(
        std::vector<std::string> packs = {vendor_pack()}, bool join_token_required = true,
        PcrSelection selection = select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7})
    );
    ~ServedDevices();

    static std::string vendor_pack();

    net::Connection connect();
    net::Client client();  // another one: no tickets of earlier connections

    store::Store& store() { return *store_; }
    api::Rules& rules() { return *rules_; }
    net::Service& service() { return *service_; }
    const EkAuthority& authority() const { return authority_; }  // trusted
    const std::string& join_token() const { return join_token_; }
    UnixMillis now() const { return {now_->load()}; }
    void pass(std::chrono::milliseconds time) { *now_ += time.count(); }

    // A device of the trusted vendor that is enrolled.
    SoftDevice enrolled(const std::vector<std::string>& ek_templates = {"L-2"});

    DatabaseDump dump();
    // Waits until so many attempts are kept; the reason of the newest.
    std::string newest_attempt(std::size_t count);

  private:
    ScratchDirectory directory_;
    std::shared_ptr<std::atomic<std::int64_t>> now_;
    EkAuthority authority_;
    TestCa ca_;
    std::string join_token_ = "join";
    Log log_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<api::Rules> rules_;
    std::unique_ptr<api::DeviceService> service_;
    std::unique_ptr<net::Server> server_;
    std::unique_ptr<net::Client> client_;
};

}  // namespace assay::test
