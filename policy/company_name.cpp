#include "policy/company_name.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace assay::policy {
namespace {

using Words = std::span<const std::string_view>;

constexpr auto legal_forms =
    std::to_array<std::string_view>({"a",        "ab",      "ag",         "aka",          "and",
                                     "as",       "asa",     "bv",         "bvba",         "co",
                                     "coltd",    "company", "corp",       "corporate",    "corporation",
                                     "cv",       "dba",     "de",         "doing",        "former",
                                     "formerly", "gmbh",    "inc",        "incorporated", "incorporation",
                                     "jsc",      "kft",     "kg",         "kk",           "la",
                                     "limited",  "llc",     "llp",        "lp",           "ltd",
                                     "ltda",     "mbh",     "nee",        "now",          "nv",
                                     "of",       "ohg",     "ood",        "ooo",          "oy",
                                     "oyj",      "plc",     "previously", "private",      "pte",
                                     "pty",      "pvt",     "s",          "sa",           "sarl",
                                     "sas",      "spa",     "srl",        "subsidiaries", "the",
                                     "to",       "was"});
constexpr auto industry_words = std::to_array<std::string_view>(
    {"audio",         "automation",       "available",   "base",          "be",
     "board",         "business",         "by",          "communication", "communications",
     "computer",      "computers",        "computing",   "controller",    "data",
     "default",       "design",           "device",      "devices",       "digital",
     "electric",      "electronic",       "electronics", "enterprise",    "enterprises",
     "ethernet",      "filled",           "general",     "generic",       "global",
     "group",         "holding",          "holdings",    "hub",           "industrial",
     "industries",    "industry",         "information", "international", "manufacturer",
     "memory",        "microelectronics", "network",     "networks",      "oem",
     "semiconductor", "semiconductors",   "software",    "solution",      "solutions",
     "specified",     "standard",         "storage",     "string",        "system",
     "systems",       "technologies",     "technology",  "usb",           "wireless"}
);
// Words that many names begin with and none is told by.
constexpr auto common_beginnings = std::to_array<std::string_view>(
    {"advanced", "american", "anhui",   "asia",   "beijing",    "changshu",   "chengdu",   "china",    "chongqing",
     "dongguan", "east",     "eastern", "first",  "fujian",     "guangdong",  "guangzhou", "hangzhou", "hefei",
     "hong",     "hongkong", "huizhou", "india",  "innovative", "integrated", "jiangsu",   "kong",     "nanjing",
     "national", "new",      "ningbo",  "north",  "pacific",    "shandong",   "shanghai",  "shenzhen", "sichuan",
     "south",    "suzhou",   "taiwan",  "united", "universal",  "wuhan",      "wuxi",      "xiamen",   "zhejiang"}
);
constexpr auto placeholders = std::to_array<std::string_view>(
    {"na", "none", "not", "notapplicable", "notavailable", "notspecified", "null", "ok", "private", "test", "undefined",
     "unknown", "unspecified", "vendor"}
);
// By the keys of their names; QEMU shows parts of others.
constexpr auto contract_makers = std::to_array<std::string_view>(
    {"accton",
     "alpha",
     "arcadyan",
     "askey",
     "azurewave",
     "calcomp",
     "cameo",
     "celestica",
     "chicony",
     "cloud",
     "compal",
     "delta",
     "elitegroup",
     "flex",
     "flextronics",
     "foxconn",
     "gemtek",
     "hon",
     "inventec",
     "jabil",
     "lcfc",
     "liteon",
     "mitac",
     "murata",
     "pegatron",
     "primax",
     "qemu",
     "quanta",
     "sanmina",
     "sercomm",
     "universalglobalscientific",
     "usi",
     "wingtech",
     "wistron"}
);

bool among(Words words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Runs of letters and digits; those of other scripts are taken as they are. Dots inside do not part: "O.E.M." is oem.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out(1);
    for (const char c : ascii_lower(text)) {
        if (letter_or_digit(c)) {
            out.back() += c;
        } else if (c != '.' && c != '\'' && !out.back().empty()) {
            out.emplace_back();
        }
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

CompanyName name_of(std::string_view text) {
    CompanyName out;
    for (std::string& word : words_of(text)) {
        if (among(legal_forms, word)) continue;
        if (!among(industry_words, word)) out.key += word;
        out.words.push_back(std::move(word));
    }
    const bool only_place = out.words.size() == 1 && among(common_beginnings, out.words.front());
    if (out.key.size() < 2 || only_place || among(placeholders, out.key)) out.key.clear();
    return out;
}

void add_name(std::string_view text, std::vector<CompanyName>& out) {
    CompanyName name = name_of(text);
    if (name.key.empty() || out.size() >= names_in_a_text || std::ranges::find(out, name) != out.end()) return;
    out.push_back(std::move(name));
}

// A slash parts names where words stand on both of its sides: "Broadcom / LSI", "AMD/ATI", not "Cocom A/S".
void add_parted(std::string_view text, std::vector<CompanyName>& out) {
    std::size_t begin = 0;
    for (std::size_t at = text.find('/'); at != std::string_view::npos; at = text.find('/', at + 1)) {
        const std::vector<std::string> before = words_of(text.substr(begin, at - begin));
        const std::vector<std::string> after = words_of(text.substr(at + 1));
        if (before.empty() || after.empty() || before.back().size() < 2 || after.front().size() < 2) continue;
        add_name(text.substr(begin, at - begin), out);
        begin = at + 1;
    }
    add_name(text.substr(begin), out);
}

// The first word that is neither a place nor an industry.
std::string_view telling_word(const CompanyName& name) {
    for (const std::string& word : name.words) {
        if (!among(common_beginnings, word) && !among(industry_words, word) && word.size() > 1) return word;
    }
    return {};
}

bool initials_of(const CompanyName& brief, const CompanyName& name) {
    constexpr std::size_t most = 5;
    if (brief.words.size() != 1) return false;
    const std::string& letters = brief.words.front();
    if (letters.size() < 2 || letters.size() > most || letters.size() > name.words.size()) return false;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (name.words[i].front() != letters[i]) return false;
    }
    return true;
}

bool begins(const std::string& whole, const std::string& beginning) {
    constexpr std::size_t least = 4;
    return beginning.size() >= least && whole.starts_with(beginning);
}

}  // namespace

std::vector<CompanyName> names_in(std::string_view text) {
    text = text.substr(0, name_bytes_read);
    std::string outer;
    std::vector<std::string> inner;
    std::size_t depth = 0;
    for (const char c : text) {
        if (c == '(' || c == '[') {
            if (depth++ == 0) inner.emplace_back();
            outer += ' ';
        } else if ((c == ')' || c == ']') && depth > 0) {
            --depth;
        } else {
            (depth == 0 ? outer : inner.back()) += c;
        }
    }
    std::vector<CompanyName> out;
    add_parted(outer, out);
    for (const std::string& one : inner) add_parted(one, out);
    return out;
}

bool may_be_same(const CompanyName& a, const CompanyName& b) {
    if (a.key == b.key || begins(a.key, b.key) || begins(b.key, a.key)) return true;
    if (initials_of(a, b) || initials_of(b, a)) return true;
    const std::string_view word = telling_word(a);
    return !word.empty() && word == telling_word(b);
}

bool may_be_same(std::string_view a, std::string_view b) {
    const std::vector<CompanyName> others = names_in(b);
    return std::ranges::any_of(names_in(a), [&others](const CompanyName& one) {
        return std::ranges::any_of(others, [&one](const CompanyName& other) { return may_be_same(one, other); });
    });
}

bool builds_for_others(std::string_view text) {
    return std::ranges::any_of(names_in(text), [](const CompanyName& name) {
        return among(contract_makers, name.key) || among(contract_makers, telling_word(name));
    });
}

}  // namespace assay::policy
