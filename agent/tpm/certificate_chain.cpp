#include "agent/tpm/certificate_chain.hpp"

#include "base/reader.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

constexpr std::uint8_t sequence_tag = 0x30;

bool is_padding(std::uint8_t byte) {
    return byte == 0x00 || byte == 0xff;
}

// The size of the SEQUENCE at the start of `der`, tag and length included.
Result<std::size_t> sequence_size(ByteView der) {
    Reader reader(der);
    const std::uint8_t tag = reader.u8();
    std::size_t length = reader.u8();
    if (length == 0x81)
        length = reader.u8();
    else if (length == 0x82)
        length = reader.u16be();
    else if (length > 0x7f)
        reader.refuse(Errc::bad_encoding, "length", "is indefinite, or longer than any certificate here");
    CHECK_OK(reader.finish_prefix("certificate chain"));
    if (tag != sequence_tag)
        return fail(Errc::bad_encoding, "certificate chain", "holds something else than SEQUENCEs");
    return reader.offset() + length;
}

}  // namespace

Result<std::vector<Bytes>> split_certificates(ByteView content) {
    std::vector<Bytes> out;
    while (true) {
        while (!content.empty() && is_padding(content.front())) content = content.subspan(1);
        if (content.empty()) return out;
        TRY(const std::size_t size, sequence_size(content));
        if (size > limits::certificate_bytes || out.size() == limits::chain_certificates) {
            return fail(Errc::limit_exceeded, "certificate chain", "more or longer certificates than expected");
        }
        if (size > content.size()) return fail(Errc::truncated, "certificate chain", "ends within a certificate");
        out.push_back(to_bytes(content.first(size)));
        content = content.subspan(size);
    }
}

}  // namespace assay::agent
