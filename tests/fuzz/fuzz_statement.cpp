// The statement: it is hashed as bytes, so one value has one text; an inventory is always named.

#include "base/bytes.hpp"
#include "evidence/statement.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = assay::as_text({data, size});
    const auto statement = assay::decode_statement(text);
    if (!statement) return 0;
    REQUIRE_ALWAYS(assay::encode_statement(*statement) == text);
    REQUIRE_ALWAYS(assay::find_document(*statement, assay::DocumentKind::inventory) != nullptr);
    return 0;
}
