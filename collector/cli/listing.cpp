#include "collector/cli/listing.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <array>

namespace assay::cli {
namespace {

constexpr std::size_t short_id = 12;

}  // namespace

Listed member(std::string title, std::string field, std::string path, std::size_t least) {
    return {{.title = std::move(title), .field = std::move(field), .least = least}, [path](const json::Object& item) {
                return Cell(text_at(item, path));
            }};
}

Listed only_csv(std::string field, std::string path) {
    Listed out = member("", std::move(field), std::move(path));
    out.column.table = false;
    return out;
}

Listed time_member(std::string title, std::string field, std::string path) {
    return member(std::move(title), std::move(field), std::move(path), 16);
}

Listed id_member(std::string title, std::string field, std::string path) {
    return member(std::move(title), std::move(field), std::move(path), short_id);
}

Table table_of(const json::Array& items, const std::vector<Listed>& columns, Format format) {
    Table table;
    for (const Listed& one : columns) table.columns.push_back(one.column);
    for (const json::Value& item : items) {
        auto& row = table.rows.emplace_back();
        for (const Listed& one : columns) {
            row.push_back(one.cell(item.get_object()));
            if (format != Format::table) continue;
            if (one.column.field.ends_with("_at")) row.back().text = short_time(row.back().text);
            const bool id = one.column.field == "id" || one.column.field == "device" || one.column.field == "sha256";
            if (id && row.back().text.size() == 64) row.back().text.resize(short_id);
        }
    }
    return table;
}

Exit show_list(
    const Context& context, Call call, std::size_t limit, const std::vector<Listed>& columns, std::string_view empty
) {
    const auto answer = ask_all(context, std::move(call), limit);
    if (!answer) return complain(context, answer.error());
    const Table table = table_of(array_at(*answer, "items"), columns, context.format);
    show(context, table, [&answer] { return json::pretty(*answer); }, empty);
    if (answer->contains("more")) context.err(fmt::format("assay: only the first {} are shown: see --limit\n", limit));
    return Exit::done;
}

void add_filters(Query& query, const Filters& filters) {
    const std::array<std::pair<const char*, const std::string*>, 8> all{{
        {"vendor", &filters.vendor},
        {"entity", &filters.entity},
        {"authority", &filters.authority},
        {"site", &filters.site},
        {"kind", &filters.kind},
        {"state", &filters.state},
        {"changed_since", &filters.changed_since},
        {"sort", &filters.sort},
    }};
    for (const auto& [key, value] : all) {
        if (!value->empty()) query[key] = *value;
    }
}

Tone tone_of(std::string_view state) {
    static constexpr std::array good{"affirming", "active", "fresh",    "passed",
                                     "holds",     "closed", "approved", "automatic"};
    static constexpr std::array bad{"contraindicated", "failed", "contradicted", "altered", "reappeared", "rejected"};
    static constexpr std::array faint{"retired", "excepted", "false_positive", "none", "not_appraised"};
    for (const char* one : good) {
        if (state == one) return Tone::good;
    }
    for (const char* one : bad) {
        if (state == one) return Tone::bad;
    }
    for (const char* one : faint) {
        if (state == one) return Tone::faint;
    }
    return Tone::warn;
}

std::string short_time(std::string_view time) {
    if (time.size() != 20 || time[10] != 'T') return std::string(time);
    return std::string(time.substr(0, 10)) + ' ' + std::string(time.substr(11, 5));
}

std::string sentence(std::string_view label, std::string_view text) {
    if (text.empty()) return {};
    return fmt::format("  {}: {}\n", label, printable(text));
}

}  // namespace assay::cli
