#pragma once
// assay-collector itself, set up by its own `init` in a directory of the test and run as an operator would: its own
// process, its own files, ports of the loopback interface. It trusts one TPM vendor of the test. Its clocks are the
// machine's until the test moves them (tests/support/moved_clock.cpp). Gone with the object.

#include "tests/support/database_dump.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/soft_device.hpp"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::test {

class CollectorProcess {
  public:
    // `pack`: the text of the one policy pack. Throws where the program does not come up.
    explicit CollectorProcess(const std::string& pack = listed_maker());
    CollectorProcess(const CollectorProcess&) = delete;
    CollectorProcess& operator=(const CollectorProcess&) = delete;
    ~CollectorProcess();

    // Lists PCI vendor 19e5 for review.
    static std::string listed_maker();

    // Changes a line of its collector.toml; it holds from the next start on.
    void configure(const std::string& line, const std::string& by) const;
    // Another process of the program beside it, on the same configuration; its output. Throws where it fails.
    std::string command(const std::string& arguments) const;

    void start();     // and waits until it serves
    void kill();      // SIGKILL
    int terminate();  // SIGTERM; its exit status
    bool running();
    void pass(std::chrono::milliseconds time);  // at once, on all clocks of the program

    net::Client device_client() const;
    net::Client operator_client() const;
    net::Connection connect();  // not resumed

    std::uint16_t device_port() const { return device_port_; }
    std::uint16_t operator_port() const { return operator_port_; }
    const std::string& ca_pem() const { return ca_pem_; }
    std::string path(const std::string& name) const { return directory_ / name; }
    std::string log() const;
    const std::string& join_token() const { return join_token_; }
    const std::string& operator_token() const { return operator_token_; }
    const EkAuthority& authority() const { return authority_; }
    // An operator's token, as if an administrator of the database had made it.
    void add_operator_token(const std::string& token, std::optional<UnixMillis> expires_at, bool revoked) const;
    DatabaseDump dump() const { return dump_database(path("c/collector.db")); }

    // Waits until an attempt with this reason stands in the database, newer than the `after`th; its number.
    std::uint64_t attempt_with(const std::string& reason, std::uint64_t after = 0) const;

    SoftDevice enrolled(const std::vector<std::string>& ek_templates = {"L-2"}) const;

  private:
    ScratchDirectory directory_;
    std::atomic<std::int64_t>* ahead_ms_ = nullptr;  // in the file that the program's clocks look at
    EkAuthority authority_;
    std::uint16_t device_port_ = 0;
    std::uint16_t operator_port_ = 0;
    std::string ca_pem_;
    std::string join_token_;
    std::string operator_token_;
    std::unique_ptr<net::Client> client_;
    pid_t process_ = -1;
};

}  // namespace assay::test
