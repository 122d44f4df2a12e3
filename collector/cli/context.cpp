#include "collector/cli/context.hpp"

#include "base/text.hpp"

namespace assay::cli {

Exit complain(const Context& context, const Error& error, Exit status) {
    const std::string where = error.where.empty() ? std::string() : error.where + ": ";
    context.err("assay: " + printable(where + error.what) + "\n");
    return status;
}

void show(
    const Context& context, const Table& table, const std::function<std::string()>& json, std::string_view empty
) {
    switch (context.format) {
        case Format::json: context.out(json()); return;
        case Format::csv: context.out(csv(table)); return;
        case Format::table: context.out(render(table, context.width, context.colour, empty)); return;
    }
}

}  // namespace assay::cli
