#include "tests/bench/verify_rate.hpp"

#include "base/crypto/openssl.hpp"
#include "base/crypto/public_key.hpp"
#include "base/crypto/public_key_handle.hpp"
#include "evidence/tpm/signature.hpp"
#include "tests/support/soft_tpm.hpp"

#include <openssl/ecdsa.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <thread>

namespace assay::bench {
namespace {

using EcdsaSigPtr = std::unique_ptr<ECDSA_SIG, Releaser<&ECDSA_SIG_free>>;

constexpr unsigned verifications_per_look = 64;  // at the clock

Rate measure(unsigned processor, std::chrono::milliseconds length, const std::function<bool()>& verify) {
    Rate out;
    std::exception_ptr problem;
    std::thread thread([&out, &problem, processor, length, &verify] {
        try {
            run_on(processor);
            const auto start = std::chrono::steady_clock::now();
            const CpuTime cpu_start = cpu_time_of_thread();
            auto now = start;
            double done = 0;
            while (now - start < length) {
                for (unsigned i = 0; i < verifications_per_look; ++i) {
                    if (!verify()) throw std::runtime_error("a good signature was refused");
                }
                done += verifications_per_look;
                now = std::chrono::steady_clock::now();
            }
            out = {done / seconds(now - start), done / seconds(cpu_time_of_thread() - cpu_start)};
        } catch (...) {
            problem = std::current_exception();
        }
    });
    thread.join();
    if (problem) std::rethrow_exception(problem);
    return out;
}

Bytes der_of(const TpmSignature& signature) {
    const EcdsaSigPtr parts{ECDSA_SIG_new()};
    BIGNUM* r = BN_bin2bn(signature.r.data(), static_cast<int>(signature.r.size()), nullptr);
    BIGNUM* s = BN_bin2bn(signature.s.data(), static_cast<int>(signature.s.size()), nullptr);
    if (!parts || ECDSA_SIG_set0(parts.get(), r, s) != 1) throw std::runtime_error(openssl_error());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &der);
    if (size <= 0) throw std::runtime_error(openssl_error());
    const Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

}  // namespace

struct VerifyRate::Signed {
    test::SoftAk key{AkKind::ecc_p256_sha256};
    PublicKey public_key = public_key_of(key.area()).value();
    Digest digest = hash(HashAlg::sha256, as_bytes("a message of the bench"));
    TpmSignature signature = decode_tpm_signature(key.sign(as_bytes("a message of the bench"))).value();
    Bytes der = der_of(signature);
};

VerifyRate::VerifyRate() : signed_(std::make_unique<Signed>()) {}
VerifyRate::~VerifyRate() = default;

Rate VerifyRate::own(unsigned processor, std::chrono::milliseconds length) const {
    const Signed& given = *signed_;
    return measure(processor, length, [&given] {
        return given.public_key.verify_ecdsa(given.digest, given.signature.r, given.signature.s);
    });
}

Rate VerifyRate::openssl(unsigned processor, std::chrono::milliseconds length) const {
    const Signed& given = *signed_;
    const PkeyCtxPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, given.public_key.handle().key.get(), nullptr)};
    if (!context || EVP_PKEY_verify_init(context.get()) != 1) throw std::runtime_error(openssl_error());
    return measure(processor, length, [&given, &context] {
        const ByteView digest = given.digest.bytes();
        return EVP_PKEY_verify(context.get(), given.der.data(), given.der.size(), digest.data(), digest.size()) == 1;
    });
}

}  // namespace assay::bench
