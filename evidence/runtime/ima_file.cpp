#include "evidence/runtime/ima_file.hpp"

#include "base/reader.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_ascii.hpp"

namespace assay {

Result<ImaFile> decode_ima_file(ByteView bytes) {
    ImaFile best;
    // A PCR is a small number, so the order shows; of the digest's size only one makes sense of what follows.
    const bool little = Reader(bytes).u32le() < limits::pcr_count;
    for (const HashAlg digest : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
        const ImaListFormat format{digest, little ? std::endian::little : std::endian::big};
        ImaList list = decode_ima_list(bytes, format);
        if (list.entries.size() > best.list.entries.size()) best = {false, format, std::move(list)};
    }
    if (best.list.entries.empty()) {
        best = {true, {}, decode_ima_ascii(as_text(bytes))};
        if (!best.list.entries.empty()) best.format.digest = best.list.entries.front().stored_digest().alg();
    }
    if (best.list.entries.empty()) {
        return fail(Errc::bad_magic, "ima list", "does not begin with an entry, neither in binary nor in text");
    }
    return best;
}

}  // namespace assay
