#pragma once
// From one certificate to a pinned CA: OpenSSL's verification with what EK certificates need, and what it came upon.
// Behind the OpenSSL seam, for certs/ek_chain.cpp.

#include "base/crypto/openssl.hpp"
#include "base/time.hpp"
#include "certs/trust_anchors_store.hpp"

#include <span>
#include <string>

namespace assay {

// What the verification came upon, each as a sentence for a person; the first of each kind stands.
struct ChainFindings {
    std::string missing_issuer;
    std::string out_of_date;  // the chain goes on
    std::string weak;         // the chain goes on
    std::string invalid;
};

struct VendorChain {
    bool reached = false;  // a pinned root, with no finding but out_of_date and weak
    std::string anchor;    // that root, when reached
    ChainFindings findings;
};

// `given`: certificates from the TPM's NV, hostile; those that are none are left out. They help to reach a root and
// are never one. No purpose is checked: that `leaf` is for an EK is the caller's to see.
VendorChain build_vendor_chain(
    const TrustAnchors::Store& store, X509* leaf, std::span<const Bytes> given, UnixMillis now
);

}  // namespace assay
