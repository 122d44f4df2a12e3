#pragma once
// OpenSSL's handles with their way to be freed, for the files that stand behind the OpenSSL seam (base/crypto, certs,
// net). No other file includes this.

#include "base/crypto/hash.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace assay {

template <auto Free>
struct Releaser {
    template <class T>
    void operator()(T* p) const noexcept {
        Free(p);
    }
};

using PkeyPtr = std::unique_ptr<EVP_PKEY, Releaser<&EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Releaser<&EVP_PKEY_CTX_free>>;
using MdPtr = std::unique_ptr<EVP_MD, Releaser<&EVP_MD_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Releaser<&EVP_MD_CTX_free>>;
using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, Releaser<&EVP_CIPHER_CTX_free>>;
using BioPtr = std::unique_ptr<BIO, Releaser<&BIO_free_all>>;
using BnPtr = std::unique_ptr<BIGNUM, Releaser<&BN_clear_free>>;
using X509Ptr = std::unique_ptr<X509, Releaser<&X509_free>>;

// Fetched once per process.
const EVP_MD* fetched_md(HashAlg alg);

// The newest OpenSSL error as one line, for `Error::what`; empties the thread's queue.
std::string openssl_error();

}  // namespace assay
