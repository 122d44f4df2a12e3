#include "agent/sources/source.hpp"

#include "agent/sources/boot_numbers.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

constexpr std::size_t page_bytes = 4096;

int rank(SourceState state) {
    switch (state) {
        case SourceState::error: return 3;
        case SourceState::timed_out: return 2;
        case SourceState::denied: return 1;
        case SourceState::ok:
        case SourceState::absent: return 0;
    }
    return 0;
}

}  // namespace

SourceState state_of(Errc code) {
    if (code == Errc::denied) return SourceState::denied;
    if (code == Errc::timed_out) return SourceState::timed_out;
    return SourceState::error;
}

void Account::failed(const Error& error) {
    failed(state_of(error.code), error.where.empty() ? error.what : error.where + ": " + error.what);
}

void Account::failed(SourceState state, std::string detail) {
    ++failures_;
    detail = without_boot_numbers(detail);
    if (rank(state) < rank(worst_) || (rank(state) == rank(worst_) && detail >= detail_ && failures_ > 1)) return;
    worst_ = state;
    detail_ = std::move(detail);
}

void Account::covered(std::string_view place) {
    std::string text = clean_text(place, limits::key_bytes);
    if (!text.empty()) found.report.covered.push_back(std::move(text));
}

Found Account::absent(std::string_view detail) {
    found.report.state = SourceState::absent;
    found.report.detail = clean_text(detail, limits::text_bytes);
    return std::move(found);
}

Found Account::finish() {
    found.report.state = worst_;
    if (failures_ > 1) detail_ += " (and " + std::to_string(failures_ - 1) + " more)";
    found.report.detail = clean_text(detail_, limits::text_bytes);
    return std::move(found);
}

Reading read_text(const View& view, const std::string& path) {
    const Result<std::string> raw = view.read(path, page_bytes);
    if (raw) return Reading::of(clean_text(*raw, limits::text_bytes));
    if (raw.error().code == Errc::not_found || raw.error().code == Errc::gone) return {};
    return Reading::unreadable(std::string(word(raw.error().code)));
}

std::string text_or_empty(const View& view, const std::string& path) {
    return read_text(view, path).text();
}

Result<std::string> read_hex16(const View& view, const std::string& path) {
    TRY(std::string text, view.read(path, page_bytes));
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (text.starts_with("0x")) text.erase(0, 2);
    if (text.size() != 4 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return fail(Errc::bad_value, path, "is not a number of four hex digits");
    }
    return text;
}

void add_identifier(Component& component, Registry registry, const std::string& value) {
    if (auto identifier = make_identifier(registry, value)) component.identifiers.push_back(*std::move(identifier));
}

void add_name(Component& component, const std::string& name, Reading reading) {
    if (!reading.absent()) component.names[name] = std::move(reading);
}

}  // namespace assay::agent
