#include "base/text.hpp"
#include "collector/cli/listing.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

std::string chart(const json::Object& overview, std::string_view title, std::string_view key, const Context& context) {
    std::vector<Bar> all;
    for (const json::Value& value : array_at(overview, key)) {
        if (!value.is_object()) continue;
        const json::Object& one = value.get_object();
        const json::Value* count = one.if_contains("count");
        if (count == nullptr || !count->is_int64() || count->get_int64() < 0) continue;
        const std::string label = text_at(one, "label");
        all.push_back({label.empty() ? "(none)" : label, static_cast<std::size_t>(count->get_int64()), tone_of(label)});
    }
    if (all.empty()) return fmt::format("{}: none\n\n", title);
    return fmt::format("{}\n{}\n", title, bars(all, context.width, context.colour));
}

}  // namespace

Exit run(const Overview&, const Context& context) {
    const auto overview = ask(context, {.path = "/v1/overview", .query = {}, .body = {}});
    if (!overview) return complain(context, overview.error());
    if (context.format == Format::json) {
        context.out(json::pretty(*overview));
        return Exit::done;
    }
    std::string out = "as of " + printable(short_time(text_at(*overview, "as_of"))) + " UTC\n\n";
    out += chart(*overview, "devices by state", "devices_by_state", context);
    out += chart(*overview, "devices by source", "devices_by_origin", context);
    out += chart(*overview, "findings by authority", "findings_by_authority", context);
    out += chart(*overview, "findings by site", "findings_by_site", context);
    out += chart(*overview, "worklist by state", "items_by_state", context);
    out += chart(*overview, "open items by site", "items_by_site", context);
    context.out(out);
    return Exit::done;
}

}  // namespace assay::cli
