#pragma once
// Names of companies, as far as two spellings of one can be told from two companies. Only for saying that two registers
// seem to disagree (collector/findings/conflict.hpp): no rule of a pack ever looks at a name. Every doubt counts as the
// same company, because a false alarm costs more than a missed remark. Takes hostile text of any length.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay::policy {

// One company as a text names it.
struct CompanyName {
    std::vector<std::string> words;  // lower case, without legal forms
    // The words without those of an industry ("systems", "semiconductor"), joined: "Super Micro Computer Inc" and
    // "Supermicro" are "supermicro". Empty: the text names nobody ("Generic", "To be filled by O.E.M.", "USB Device").
    std::string key;
    friend bool operator==(const CompanyName&, const CompanyName&) = default;
};

inline constexpr std::size_t name_bytes_read = 256;  // of a text; more says no more
inline constexpr std::size_t names_in_a_text = 6;

// What the text names, the whole first, then what it gives as other names: "Broadcom / LSI", "AMD [ATI]",
// "Adaptec (formerly DPT)". Only those with a key.
std::vector<CompanyName> names_in(std::string_view text);

// True when they may be one company: the same key, one key the beginning of the other (of four letters or more), the
// same first word that says something (no place: "Shenzhen"), or the one the initials of the other ("HP", "AMD").
bool may_be_same(const CompanyName& a, const CompanyName& b);
bool may_be_same(std::string_view a, std::string_view b);  // any name in the one and any in the other

// Companies that build boards, modules and cards that carry the names and numbers of others, and emulators, which show
// parts of others: what they registered, or their name, says nothing against another.
bool builds_for_others(std::string_view text);

}  // namespace assay::policy
