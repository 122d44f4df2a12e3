#pragma once
// What the lists' queries share: the owner of a row, conditions that several filters ask for, counts by value.

#include "collector/store/lists.hpp"
#include "collector/store/select.hpp"

namespace assay::store {

inline constexpr Sql owner_columns("d.device_id, d.host_name, d.site, d.origin");
inline constexpr int owner_column_count = 4;
Owner read_owner(const Cursor& row, int at);

// `opening` ends where a condition on the findings f goes in and is closed by a parenthesis.
struct FoundFilter {
    const std::optional<std::string>& entity;
    const std::optional<std::string>& authority;
    const std::optional<std::string>& action;
};
void where_found(Select& query, Sql opening, const FoundFilter& filter);
// `opening` as above, for a condition on the components c.
void where_numbered(Select& query, Sql opening, const PartNumber& number);

// Ends a query that selects a text and how often it is there.
Facet read_facet(Database& db, Select& query);

}  // namespace assay::store
