// Lists in any form: a text's entries make, written in binary, a list with the same entries.

#include "evidence/runtime/ima_ascii.hpp"
#include "evidence/runtime/ima_file.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/ima_bytes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const ByteView bytes(data, size);
    const auto file = decode_ima_file(bytes);
    const ImaList text = decode_ima_ascii(as_text(bytes));
    if (!file) {
        REQUIRE_ALWAYS(text.entries.empty());
        return 0;
    }
    REQUIRE_ALWAYS(!file->list.entries.empty());
    REQUIRE_ALWAYS(file->ascii == !text.entries.empty());
    if (!file->ascii) return 0;
    for (const ImaEntry& one : text.entries) {
        const ImaListFormat format{one.stored_digest().alg(), std::endian::little};
        const ImaList again = decode_ima_list(test::ima_bytes(one), format);
        REQUIRE_ALWAYS(!again.broken && again.entries.size() == 1);
        const ImaEntry& same = again.entries.front();
        REQUIRE_ALWAYS(same.pcr() == one.pcr() && same.template_name() == one.template_name());
        REQUIRE_ALWAYS(same_bytes(same.data(), one.data()) && same.stored_digest() == one.stored_digest());
        REQUIRE_ALWAYS(same.fault() == one.fault());
    }
    return 0;
}
