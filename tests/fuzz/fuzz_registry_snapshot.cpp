// A snapshot is rows in order whose numbers find their holders, or an error with its place.

#include "base/bytes.hpp"
#include "base/text.hpp"
#include "policy/company_name.hpp"
#include "policy/registry_snapshot.hpp"
#include "tests/fuzz/require.hpp"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text({data, size});
    const auto read = policy::RegistrySnapshot::read(std::string(text), "fuzz.tsv");
    const auto names = policy::names_in(text);
    REQUIRE_ALWAYS(names.size() <= policy::names_in_a_text);
    for (const policy::CompanyName& name : names) REQUIRE_ALWAYS(policy::may_be_same(name, name) && !name.key.empty());
    if (!read) {
        REQUIRE_ALWAYS(read.error().where.starts_with("fuzz.tsv") && !read.error().what.empty());
        return 0;
    }
    REQUIRE_ALWAYS(text.ends_with('\n') && !read->source().empty() && !read->licence().empty());
    std::string_view before;
    for (const policy::RegistrySnapshot::Row& row : read->rows()) {
        REQUIRE_ALWAYS(before < row.number && read->find(row.number) == &row);
        REQUIRE_ALWAYS(!row.holder.empty() && printable(row.holder) == row.holder);
        for (const policy::CompanyName& name : policy::names_in(row.holder))
            REQUIRE_ALWAYS(!read->held_by(name.key).empty());
        before = row.number;
    }
    return 0;
}
