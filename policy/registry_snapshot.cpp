#include "policy/registry_snapshot.hpp"

#include "base/text.hpp"
#include "policy/company_name.hpp"
#include "policy/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::policy {
namespace {

constexpr std::size_t head_value_bytes = 512;
constexpr std::array<std::string_view, 6> head_keys{"assay-registry", "registry", "date", "source", "licence", "rows"};

// Takes the next line off `rest`. nullopt: no newline ends it.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

bool fit_to_be_shown(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most && text.front() != ' ' && clean_text(text, most) == text;
}

// The part of a registry's number that is its holder's.
bool names_a_holder(Registry registry, std::string_view number) {
    constexpr std::size_t acpi_vendor = 4;
    switch (registry) {
        case Registry::pci:
        case Registry::usb: return number.find(':') == std::string_view::npos;
        case Registry::acpi: return number.size() == acpi_vendor;
        case Registry::pci_subsystem:          // numbers of the PCI registry
        case Registry::sff_oui: return false;  // numbers of the IEEE
        default: return true;
    }
}

}  // namespace

std::unexpected<Error> RegistrySnapshot::refuse(std::size_t line, Errc code, std::string_view field, std::string what)
    const {
    return fail(code, fmt::format("{}:{}: {}", file_, line, field), std::move(what));
}

Result<void> RegistrySnapshot::read_head(std::string_view& rest, std::size_t& line, std::size_t& rows) {
    std::array<std::string_view, head_keys.size()> values;
    for (std::size_t i = 0; i < head_keys.size(); ++i) {
        ++line;
        const auto text = next_line(rest);
        if (!text) return refuse(line, Errc::truncated, head_keys[i], "the file ends before this line does");
        if (!text->starts_with(head_keys[i]) || text->substr(head_keys[i].size()).substr(0, 1) != "\t")
            return refuse(line, Errc::missing_field, head_keys[i], "is not what this line says");
        values[i] = text->substr(head_keys[i].size() + 1);
        if (!fit_to_be_shown(values[i], head_value_bytes))
            return refuse(line, Errc::bad_value, head_keys[i], "is empty, too long, or has characters that act");
    }
    if (values[0] != "1") return refuse(1, Errc::unsupported, head_keys[0], "is of a form that is not known here");
    if (values[1] == "oui") {
        registry_ = Registry::mac;
    } else {
        const auto named = registry_named(values[1], head_keys[1]);
        if (!named || *named == Registry::mac || *named == Registry::pci_subsystem || *named == Registry::sff_oui)
            return refuse(2, Errc::bad_value, head_keys[1], "is no registry that numbers are registered in");
        registry_ = *named;
    }
    const auto date = Date::parse(values[2], head_keys[2]);
    if (!date) return refuse(3, date.error().code, head_keys[2], date.error().what);
    date_ = *date;
    source_ = values[3];
    licence_ = values[4];
    const std::string_view count = values[5];
    const auto [end, problem] = std::from_chars(count.data(), count.data() + count.size(), rows);
    if (problem != std::errc() || end != count.data() + count.size() || count.front() == '0' ||
        rows > limits::snapshot_rows)
        return refuse(6, Errc::out_of_range, head_keys[5], fmt::format("is none of 1 to {}", limits::snapshot_rows));
    return {};
}

Result<void> RegistrySnapshot::read_row(std::string_view line) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return fail(Errc::bad_value, "row", "has no tab after its number");
    const Row row{line.substr(0, tab), line.substr(tab + 1)};
    const std::string_view registry = registry_ == Registry::mac ? "oui" : name(registry_);
    CHECK_OK(make_pattern(registry, row.number, "number"));
    if (!names_a_holder(registry_, row.number)) return fail(Errc::bad_value, "number", "is more than a holder's part");
    if (!rows_.empty() && row.number <= rows_.back().number)
        return fail(Errc::bad_value, "number", "does not come after the one before it");
    if (!fit_to_be_shown(row.holder, limits::holder_bytes))
        return fail(Errc::bad_value, "holder", "is empty, too long, or has characters that act");
    rows_.push_back(row);
    return {};
}

void RegistrySnapshot::index() {
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        for (const CompanyName& name : names_in(rows_[i].holder)) {
            std::vector<std::uint32_t>& held = by_key_[name.key];
            if (held.empty() || held.back() != i) held.push_back(i);
        }
    }
}

Result<RegistrySnapshot> RegistrySnapshot::read(std::string text, std::string file) {
    RegistrySnapshot out;
    out.file_ = std::move(file);
    if (text.size() > limits::snapshot_bytes) return fail(Errc::limit_exceeded, out.file_, "is larger than 8 MiB");
    out.sha256_ = assay::sha256(text);
    out.text_ = std::make_unique<const std::string>(std::move(text));
    std::string_view rest(*out.text_);
    std::size_t line = 0;
    std::size_t rows = 0;
    CHECK_OK(out.read_head(rest, line, rows));
    // Rows that the file cannot hold take no memory.
    out.rows_.reserve(std::min(rows, rest.size() / 4));
    while (!rest.empty()) {
        ++line;
        const auto one = next_line(rest);
        if (!one) return out.refuse(line, Errc::truncated, "row", "the file ends before this line does");
        if (out.rows_.empty() && one->starts_with('#')) continue;
        if (out.rows_.size() == rows)
            return out.refuse(line, Errc::trailing_bytes, "row", "is one more than `rows` says");
        if (const auto good = out.read_row(*one); !good)
            return out.refuse(line, good.error().code, good.error().where, good.error().what);
    }
    if (out.rows_.size() != rows)
        return out.refuse(line, Errc::truncated, "rows", fmt::format("says {}, there are {}", rows, out.rows_.size()));
    out.index();
    return out;
}

const RegistrySnapshot::Row* RegistrySnapshot::find(std::string_view number) const {
    const auto found = std::ranges::lower_bound(rows_, number, {}, &Row::number);
    return found == rows_.end() || found->number != number ? nullptr : &*found;
}

std::span<const std::uint32_t> RegistrySnapshot::held_by(const std::string& key) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return {};
    return found->second;
}

}  // namespace assay::policy
