// A hostile cell in the operator's tables: no control character reaches the terminal, lines fit its width, and a CSV
// row has its two fields and starts no formula.

#include "base/text.hpp"
#include "collector/cli/table.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay::cli;
    const std::string text(assay::to_text({data, size}));
    const Table table{
        .columns = {{.title = "a", .field = "a", .least = 1}, {.title = "b", .field = "b", .least = 1}},
        .rows = {{text, "end"}}
    };
    constexpr std::size_t width = 24;
    const std::string shown = render(table, width, false, "");
    REQUIRE_ALWAYS(std::ranges::count(shown, '\n') == 2);
    for (std::size_t at = 0; at < shown.size();) {
        const std::size_t end = shown.find('\n', at);
        const std::string_view line = std::string_view(shown).substr(at, end - at);
        REQUIRE_ALWAYS(assay::display_width(line) <= width);
        REQUIRE_ALWAYS(assay::printable(line) == line);
        at = end + 1;
    }
    const std::string row = csv(table).substr(5);  // after "a,b\r\n"
    const char first = row.starts_with('"') ? row[1] : row[0];
    REQUIRE_ALWAYS(std::string_view("=+-@\t\r").find(first) == std::string_view::npos || text.empty());
    REQUIRE_ALWAYS(row.ends_with("end\r\n"));
    return 0;
}
