#pragma once
// Certificates for tests, made on the spot with P-256 keys: an authority, and leaves under it with names and validity
// to choose. Nothing here is for use outside tests.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace assay::test {

struct LeafSpec {
    std::string common_name = "leaf";
    std::vector<std::string> dns_names;      // SAN
    std::vector<std::string> addresses;      // SAN, "127.0.0.1"
    std::chrono::seconds not_before{-3600};  // from now
    std::chrono::seconds not_after{86'400};
    bool for_client = false;  // extended key usage: clientAuth instead of serverAuth
};

struct Leaf {
    std::string certificate_pem;
    std::string key_pem;
};

class TestCa {
  public:
    explicit TestCa(const std::string& common_name = "Assay test CA");
    TestCa(const TestCa&) = delete;
    TestCa& operator=(const TestCa&) = delete;
    TestCa(TestCa&&) noexcept;
    TestCa& operator=(TestCa&&) noexcept;
    ~TestCa();
    const std::string& certificate_pem() const { return certificate_pem_; }
    Leaf issue(const LeafSpec& spec) const;
    // A server certificate for "localhost", 127.0.0.1 and ::1, valid now.
    Leaf localhost() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
    std::string certificate_pem_;
};

}  // namespace assay::test
