#pragma once
// The query of an operator's request, read strictly: an unknown parameter is refused with the nearest right one, each
// value has a type and a limit. Reads are sticky: after the first error every read yields nothing; ask finish() once.
// And the cursors of paged lists: opaque to clients, checked when they come back.

#include "base/result.hpp"
#include "base/time.hpp"
#include "collector/api/operator_context.hpp"
#include "collector/store/lists.hpp"
#include "evidence/component.hpp"
#include "evidence/device_id.hpp"
#include "net/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::api {

inline constexpr std::size_t default_page = 200;
inline constexpr std::size_t largest_page = 1'000;

class QueryReader {
  public:
    explicit QueryReader(const net::Query& query) : query_(query) {}  // must outlive it

    std::optional<std::string> text(std::string_view key);  // 1 to 256 bytes without control characters
    std::optional<std::string> site();                      // "site"; may be empty: of none
    std::optional<std::string> role();                      // "role", the same
    std::optional<DeviceId> device(std::string_view key);
    std::optional<ComponentKind> kind(std::string_view key);
    bool flag(std::string_view key);                       // "true" or "false"; absent: false
    std::optional<UnixMillis> time(std::string_view key);  // "2026-11-23" or "2026-11-23T08:15:00Z"
    std::size_t limit();                                   // "limit", 1 to largest_page; absent: default_page
    std::optional<std::vector<std::string>> cursor(std::size_t texts);  // "cursor", of as many texts
    // Where a list has several orders: the first text names the one that the cursor was given in.
    std::optional<std::vector<std::string>> cursor_in(std::string_view order, std::size_t texts);
    void refuse_cursor();  // of another list

    store::PartNumber vendor();  // "vendor": "19e5", "pci:19e5", "pci:19e5:1822"

    // A word of a closed list, by its own `named` function.
    template <class T>
    std::optional<T> word(std::string_view key, std::optional<T> (*named)(std::string_view)) {
        const std::optional<std::string> value = text(key);
        if (!value) return std::nullopt;
        const std::optional<T> found = named(*value);
        if (!found) refuse(Errc::bad_value, key, "is no word that is known here");
        return found;
    }

    void refuse(Errc code, std::string_view key, std::string what);
    Result<void> finish();

  private:
    const std::string* find(std::string_view key);
    std::optional<std::string> place(std::string_view key);
    const net::Query& query_;
    std::vector<std::string> asked_;
    std::optional<Error> error_;
};

// Routes without parameters refuse any.
Result<void> no_parameters(const net::Query& query);

std::string make_cursor(const std::vector<std::string>& texts);
// A page of rows, each as `show` makes it; `mark` says of the last one what the next page's cursor holds.
template <class Row, class Show, class Mark>
json::Object page_of_rows(UnixMillis as_of, const std::vector<Row>& rows, std::size_t limit, Show show, Mark mark) {
    json::Array items;
    for (const Row& row : rows) items.push_back(show(row));
    return page_of(as_of, std::move(items), rows.size() < limit ? std::string() : make_cursor(mark(rows.back())));
}
// A whole number without sign or leading zero, as in cursors and paths.
std::optional<std::uint64_t> number_of(std::string_view text);

}  // namespace assay::api
