#include "collector/cli/table.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <numeric>

namespace assay::cli {
namespace {

constexpr std::size_t gap = 2;

std::string_view escape_of(Tone tone) {
    switch (tone) {
        case Tone::plain: return "";
        case Tone::good: return "\x1b[32m";
        case Tone::warn: return "\x1b[33m";
        case Tone::bad: return "\x1b[31m";
        case Tone::faint: return "\x1b[2m";
    }
    return "";
}

// Takes from the widest column that may still shrink, one column of the terminal at a time.
void shrink(std::vector<std::size_t>& widths, const std::vector<std::size_t>& least, std::size_t budget) {
    std::size_t total = std::accumulate(widths.begin(), widths.end(), std::size_t{0});
    while (total > budget) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] > least[i] && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
        }
        if (widest == widths.size()) return;  // nothing left to take: the terminal wraps
        --widths[widest];
        --total;
    }
}

std::string padded(const std::string& text, std::size_t width, bool right, bool last) {
    const std::size_t shown = display_width(text);
    const std::string spaces(width > shown ? width - shown : 0, ' ');
    if (right) return spaces + text;
    return last ? text : text + spaces;
}

std::size_t code_point_bytes(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xf0) return 4;
    return lead >= 0xe0 ? 3 : 2;
}

}  // namespace

std::string cut(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    const std::string_view dots = width >= 4 ? ".." : "";
    std::string out;
    std::size_t used = dots.size();
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view one = text.substr(i, code_point_bytes(static_cast<unsigned char>(text[i])));
        used += display_width(one);
        if (used > width) break;
        out += one;
        i += one.size();
    }
    return out.append(dots);
}

std::string toned(std::string_view text, Tone tone, bool colour) {
    if (!colour || tone == Tone::plain || text.empty()) return std::string(text);
    return std::string(escape_of(tone)) + std::string(text) + "\x1b[0m";
}

std::string render(const Table& table, std::size_t width, bool colour, std::string_view empty) {
    if (table.rows.empty()) return std::string(empty) + "\n";
    std::vector<std::size_t> shown;  // the columns of the table
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].table) shown.push_back(i);
    }
    std::vector<std::vector<std::string>> cells;
    std::vector<std::size_t> widths;
    std::vector<std::size_t> least;
    for (const std::size_t i : shown) {
        widths.push_back(display_width(table.columns[i].title));
        least.push_back(std::max(table.columns[i].least, widths.back()));
    }
    for (const auto& row : table.rows) {
        auto& line = cells.emplace_back();
        for (std::size_t c = 0; c < shown.size(); ++c) {
            line.push_back(printable(row[shown[c]].text));
            widths[c] = std::max(widths[c], display_width(line.back()));
        }
    }
    const std::size_t gaps = gap * (shown.size() - 1);
    if (width > gaps) shrink(widths, least, width - gaps);

    std::string out;
    const auto end_line = [&out] {
        while (out.ends_with(' ')) out.pop_back();
        out += '\n';
    };
    for (std::size_t c = 0; c < shown.size(); ++c) {
        const Column& column = table.columns[shown[c]];
        if (c > 0) out.append(gap, ' ');
        out += toned(padded(column.title, widths[c], column.number, c + 1 == shown.size()), Tone::faint, colour);
    }
    end_line();
    for (std::size_t r = 0; r < cells.size(); ++r) {
        for (std::size_t c = 0; c < shown.size(); ++c) {
            if (c > 0) out.append(gap, ' ');
            const std::string text = cut(cells[r][c], widths[c]);
            out += toned(
                padded(text, widths[c], table.columns[shown[c]].number, c + 1 == shown.size()),
                table.rows[r][shown[c]].tone, colour
            );
        }
        end_line();
    }
    return out;
}

std::string csv(const Table& table) {
    std::string out;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (i > 0) out += ',';
        out += table.columns[i].field;
    }
    out += "\r\n";
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ',';
            out += csv_field(printable(row[i].text));
        }
        out += "\r\n";
    }
    return out;
}

std::string bars(const std::vector<Bar>& all, std::size_t width, bool colour) {
    std::size_t label = 0;
    std::size_t most = 1;
    for (const Bar& bar : all) {
        label = std::max(label, display_width(printable(bar.label)));
        most = std::max(most, bar.count);
    }
    const std::size_t digits = std::to_string(most).size();
    const std::size_t line = std::clamp<std::size_t>(width == 0 ? 80 : width, 40, 100);
    label = std::min(label, line / 2);
    const std::size_t room = line - label - digits - 2 * gap;
    std::string out;
    for (const Bar& bar : all) {
        // What is there is never drawn as nothing.
        const std::size_t length = bar.count == 0 ? 0 : std::max<std::size_t>(1, bar.count * room / most);
        const std::string count = std::to_string(bar.count);
        out += padded(cut(printable(bar.label), label), label, false, false);
        out += std::string(gap + digits - count.size(), ' ') + count;
        if (length > 0) out += std::string(gap, ' ') + toned(std::string(length, '#'), bar.tone, colour);
        out += '\n';
    }
    return out;
}

}  // namespace assay::cli
