#pragma once
// Measurement lists made by hand, as Linux' security/integrity/ima/ima_fs.c writes them.

#include "base/crypto/hash.hpp"
#include "evidence/runtime/ima_list.hpp"
#include "tests/support/joined.hpp"

#include <string>
#include <vector>

namespace assay::test {

inline Bytes ima_number(std::size_t value, std::endian order = std::endian::little) {
    Bytes out;
    for (unsigned i = 0; i < 4; ++i) {
        const unsigned shift = 8 * (order == std::endian::little ? i : 3 - i);
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return out;
}

// Template data of these fields, each behind its length.
inline Bytes ima_fields(const std::vector<Bytes>& fields, std::endian order = std::endian::little) {
    Bytes out;
    for (const Bytes& field : fields) {
        out = joined({out, ima_number(field.size(), order), field});
    }
    return out;
}

// "sha256:" NUL value
inline Bytes ima_digest(const std::string& prefix, ByteView value) {
    return joined({to_bytes(prefix + ":"), {0}, to_bytes(value)});
}
inline Bytes ima_digest_of(std::string_view content) {
    return ima_digest("sha256", hash(HashAlg::sha256, as_bytes(content)).bytes());
}
inline Bytes ima_name(const std::string& name) {
    return joined({to_bytes(name), {0}});
}

inline ImaEntry ima_entry(
    const std::string& template_name, Bytes data, std::uint32_t pcr = 10, std::endian order = std::endian::little
) {
    return {pcr, hash(HashAlg::sha1, data), template_name, data, order};
}
inline ImaEntry ima_file(const std::string& path, std::string_view content) {
    return ima_entry("ima-ng", ima_fields({ima_digest_of(content), ima_name(path)}));
}
inline ImaEntry ima_violation(const std::string& path) {
    Bytes data = ima_fields({ima_digest("sha256", Bytes(32)), ima_name(path)});
    return {10, Digest::zero(HashAlg::sha1), "ima-ng", std::move(data), std::endian::little};
}
inline ImaEntry ima_buffer(const std::string& name, const Bytes& buffer) {
    return ima_entry("ima-buf", ima_fields({ima_digest_of(as_text(buffer)), ima_name(name), buffer}));
}

// The entry as it stands in a list.
inline Bytes ima_bytes(const ImaEntry& entry, std::endian order = std::endian::little) {
    Bytes out = joined(
        {ima_number(entry.pcr(), order), to_bytes(entry.stored_digest().bytes()),
         ima_number(entry.template_name().size(), order), to_bytes(entry.template_name())}
    );
    if (entry.template_name() == legacy_ima_template) {
        const Bytes digest = to_bytes(entry.data().first(20));
        const ByteView name = entry.data().subspan(20);
        const std::size_t size = as_text(name).find('\0');
        return joined({out, digest, ima_number(size, order), to_bytes(name.first(size))});
    }
    return joined({out, ima_number(entry.data().size(), order), to_bytes(entry.data())});
}
inline Bytes ima_bytes(const std::vector<ImaEntry>& entries, std::endian order = std::endian::little) {
    Bytes out;
    for (const ImaEntry& one : entries) out = joined({out, ima_bytes(one, order)});
    return out;
}

}  // namespace assay::test
