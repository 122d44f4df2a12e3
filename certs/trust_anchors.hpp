#pragma once
// The CAs of TPM vendors and the single keys that an operator trusts, as read from files that the caller opened. What
// is pinned here is pinned: no system store is asked, nothing is fetched.

#include "base/bytes.hpp"
#include "base/crypto/hash.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace assay {

// The CAs and keys that an operator trusts. Read-only while used: any number of threads may check against one.
class TrustAnchors {
  public:
    TrustAnchors();
    TrustAnchors(const TrustAnchors&) = delete;
    TrustAnchors& operator=(const TrustAnchors&) = delete;
    TrustAnchors(TrustAnchors&&) noexcept;
    TrustAnchors& operator=(TrustAnchors&&) noexcept;
    ~TrustAnchors();

    // PEM (any number of certificates; text between them is ignored) or one DER certificate. Returns how many were new.
    // bad_encoding for anything else, bad_value for a certificate that is no CA (basicConstraints): nothing is added.
    // A root is an anchor whether or not it signed itself; an intermediate only helps to reach one.
    Result<std::size_t> add_roots(ByteView pem_or_der);
    Result<std::size_t> add_intermediates(ByteView pem_or_der);
    void allow_ek(const Sha256& ek_fingerprint);  // evidence/device_id.hpp
    bool allows(const Sha256& ek_fingerprint) const;
    std::size_t roots() const;
    std::size_t intermediates() const;

    struct Store;
    const Store& store() const { return *store_; }  // for files behind the OpenSSL seam

  private:
    std::unique_ptr<Store> store_;
};

// The CA certificates of a file that an operator gives, one by one. Errors as add_roots; nothing is verified: to trust
// them is what the operator decides.
struct CaCertificate {
    Bytes der;
    Sha256 sha256{};      // of the DER
    std::string subject;  // cleaned
};
Result<std::vector<CaCertificate>> read_ca_certificates(ByteView pem_or_der);

}  // namespace assay
