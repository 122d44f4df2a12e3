#include "certs/pem.hpp"

#include <openssl/pem.h>

#include <stdexcept>

namespace assay {
namespace {

int no_password(char*, int, int, void*) {
    return -1;  // never ask a terminal
}

}  // namespace

BioPtr reading(ByteView bytes) {
    const void* begin = bytes.empty() ? "" : static_cast<const void*>(bytes.data());  // OpenSSL takes no null pointer
    BioPtr out{BIO_new_mem_buf(begin, static_cast<int>(bytes.size()))};
    if (!out) throw std::runtime_error("out of memory while reading: " + openssl_error());
    return out;
}

Result<PkeyPtr> private_key_from(std::string_view pem, std::string where) {
    PkeyPtr out{PEM_read_bio_PrivateKey(reading(as_bytes(pem)).get(), nullptr, &no_password, nullptr)};
    if (!out) return fail(Errc::bad_encoding, std::move(where), "is no unencrypted PEM key: " + openssl_error());
    return out;
}

}  // namespace assay
