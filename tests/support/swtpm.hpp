#pragma once
// A software TPM for a test: a process of its own on a Unix socket in a directory of its own, gone with the object (and
// with the test, however that ends). Manufacturing takes a second, so it is done once for each build directory, by
// scripts/make-tpm, and each Swtpm runs on a copy. Throws std::runtime_error where swtpm cannot be had.

#include <sys/types.h>

#include <string>

namespace assay::test {

class Swtpm {
  public:
    // TPMs with the same number have the same seeds, so the same keys; with another number, others. EK certificates:
    // RSA-2048 at 0x01c00002, P-256 at 0x01c0000a, P-384 at 0x01c00016. Banks: SHA-1, SHA-256, SHA-384.
    explicit Swtpm(unsigned number = 0);
    Swtpm(const Swtpm&) = delete;
    Swtpm& operator=(const Swtpm&) = delete;
    ~Swtpm();

    std::string tcti() const;  // "swtpm:path=..."
    const std::string& directory() const { return directory_; }

    // TPM Reset: power off and on again. Connections to it are lost, transient objects too.
    void power_cycle();
    void power_off();
    void power_on();

    // The CA of the EK certificates, PEM: the root, and the intermediate that issued them.
    static std::string root_ca_pem();
    static std::string issuing_ca_pem();

  private:
    std::string directory_;
    pid_t process_ = -1;
};

}  // namespace assay::test
