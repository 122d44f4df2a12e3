#include "agent/tpm/algorithm_names.hpp"

#include "base/words.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

constexpr auto algorithms = words<std::uint16_t>({
    {0x0001, "rsa"},        {0x0003, "tdes"},
    {0x0004, "sha1"},       {0x0005, "hmac"},
    {0x0006, "aes"},        {0x0007, "mgf1"},
    {0x0008, "keyedhash"},  {0x000a, "xor"},
    {0x000b, "sha256"},     {0x000c, "sha384"},
    {0x000d, "sha512"},     {0x000e, "sha256_192"},
    {0x0010, "null"},       {0x0012, "sm3_256"},
    {0x0013, "sm4"},        {0x0014, "rsassa"},
    {0x0015, "rsaes"},      {0x0016, "rsapss"},
    {0x0017, "oaep"},       {0x0018, "ecdsa"},
    {0x0019, "ecdh"},       {0x001a, "ecdaa"},
    {0x001b, "sm2"},        {0x001c, "ecschnorr"},
    {0x001d, "ecmqv"},      {0x0020, "kdf1_sp800_56a"},
    {0x0021, "kdf2"},       {0x0022, "kdf1_sp800_108"},
    {0x0023, "ecc"},        {0x0025, "symcipher"},
    {0x0026, "camellia"},   {0x0027, "sha3_256"},
    {0x0028, "sha3_384"},   {0x0029, "sha3_512"},
    {0x002a, "shake128"},   {0x002b, "shake256"},
    {0x003f, "cmac"},       {0x0040, "ctr"},
    {0x0041, "ofb"},        {0x0042, "cbc"},
    {0x0043, "cfb"},        {0x0044, "ecb"},
    {0x0050, "ccm"},        {0x0051, "gcm"},
    {0x0052, "kw"},         {0x0053, "kwp"},
    {0x0054, "eax"},        {0x0060, "eddsa"},
    {0x0061, "hash_eddsa"}, {0x0070, "lms"},
    {0x0071, "xmss"},
});

constexpr auto curves = words<std::uint16_t>({
    {0x0001, "nist_p192"},
    {0x0002, "nist_p224"},
    {0x0003, "nist_p256"},
    {0x0004, "nist_p384"},
    {0x0005, "nist_p521"},
    {0x0010, "bn_p256"},
    {0x0011, "bn_p638"},
    {0x0020, "sm2_p256"},
    {0x0030, "bp_p256_r1"},
    {0x0031, "bp_p384_r1"},
    {0x0032, "bp_p512_r1"},
    {0x0040, "curve_25519"},
    {0x0041, "curve_448"},
});

template <class Table>
std::string name_or_number(const Table& table, std::uint16_t id) {
    const std::string_view name = table.of(id);
    return name.empty() ? fmt::format("0x{:04x}", id) : std::string(name);
}

}  // namespace

std::string algorithm_name(std::uint16_t id) {
    return name_or_number(algorithms, id);
}

std::string curve_name(std::uint16_t id) {
    return name_or_number(curves, id);
}

}  // namespace assay::agent
