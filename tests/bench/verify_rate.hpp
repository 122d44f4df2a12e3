#pragma once
// The yardstick: ECDSA P-256 signatures verified one after the other on one processor, nothing else around them.

#include "tests/bench/processor.hpp"

#include <chrono>
#include <memory>

namespace assay::bench {

struct Rate {
    double per_s = 0;      // by the clock on the wall
    double per_cpu_s = 0;  // by processor time: what others take of the processor is left out
};

class VerifyRate {
  public:
    VerifyRate();
    ~VerifyRate();

    // As the collector verifies a quote's signature: PublicKey::verify_ecdsa over r and s. On `processor`, in a thread
    // of its own.
    Rate own(unsigned processor, std::chrono::milliseconds length) const;
    // OpenSSL alone, with everything prepared that can be: one context, the signature in DER, as `openssl speed` does.
    Rate openssl(unsigned processor, std::chrono::milliseconds length) const;

  private:
    struct Signed;
    std::unique_ptr<Signed> signed_;
};

}  // namespace assay::bench
