#pragma once
// A pack: one file of rules or of the numbers that rules need. Who an entity is, what it is known by, who lists it
// since when, and which exceptions were granted. docs/PACKS.md describes every field; policy/read_pack.hpp reads one,
// policy/pack_set.hpp puts several together. Every row keeps its place in the file, so that an error and a finding can
// point at it. Nothing here has an opinion: a list entry says which authority made it and where that is written.

#include "base/crypto/hash.hpp"
#include "base/toml.hpp"
#include "evidence/component.hpp"
#include "policy/pattern.hpp"
#include "policy/period.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::policy {

struct Entity {
    std::string id;  // unique over all active packs
    std::string name;
    std::string country;  // ISO 3166-1 alpha-2, or "" where the pack does not say
    toml::Position at;
};

enum class LinkKind { subsidiary, affiliate };
std::string_view name(LinkKind kind);

// `entity` is a subsidiary or affiliate of `of` in the period. No chain of links comes back to where it began.
struct Link {
    std::string entity;
    std::string of;
    LinkKind kind = LinkKind::affiliate;
    Period period;
    std::string citation;
    toml::Position at;
};

// How the pack knows that the number is the entity's.
enum class Confidence {
    registered,  // the registry assigns it to the entity
    observed,    // seen on the entity's products; the registry does not say so
};
std::string_view name(Confidence confidence);

struct IdentifierRow {
    std::string entity;
    std::vector<Pattern> patterns;
    Confidence confidence = Confidence::observed;
    std::string source;         // registry and its date, or where it was seen
    std::string registered_to;  // the holder as the registry spells it; never compared with anything; may be empty
    Period period;              // in which the numbers are the entity's
    toml::Position at;
};

enum class Inheritance { none, subsidiaries, subsidiaries_and_affiliates };
std::string_view name(Inheritance inheritance);

// What a finding asks of the operator.
enum class Action { inform, no_new_purchase, review, remove_by };
std::string_view name(Action action);

// To what an entry applies. An empty list is no restriction.
struct Scope {
    std::vector<ComponentKind> kinds;
    bool service_only = false;           // the entry is about services: no hardware is ever matched
    std::string purpose;                 // the entry holds for some purposes only: a person has to decide (review)
    std::vector<std::string> roles;      // of the device: "core", "access", ...
    std::vector<std::string> site_tags;  // one of them is enough
};

struct ListEntry {
    std::string id;  // unique over all active packs
    std::string entity;
    std::string authority;
    std::string list;
    std::string citation;
    std::string demands;  // what the authority asks, and of whom; may be empty
    Period period;        // in which the entry is in force
    Inheritance inherits = Inheritance::none;
    Scope scope;
    Action action = Action::inform;
    std::optional<Date> deadline;  // with remove_by, and only there
    toml::Position at;
};

// A waiver: what it covers stays a finding and is shown as excepted until it expires.
struct Exception {
    std::string id;     // unique over all active packs
    std::string entry;  // the list entry it is from
    std::string approver;
    std::string document;
    Period period;          // until = expiry, always present
    std::string entity;     // only for parts of this entity; "" = any
    std::string site;       // only at this site; "" = any
    std::string device;     // only on this device; "" = any
    std::string component;  // only this component key; "" = any
    toml::Position at;
};

struct Pack {
    std::string id;
    std::int64_t version = 0;
    Date date;  // of the facts in it
    std::string title;
    std::string source;
    std::vector<std::string> uses;  // ids of packs whose entities and entries it refers to
    std::vector<Entity> entities;
    std::vector<Link> links;
    std::vector<IdentifierRow> identifiers;
    std::vector<ListEntry> entries;
    std::vector<Exception> exceptions;
    Sha256 sha256{};   // of the file's bytes
    std::string file;  // its name, for errors
};

namespace limits {
inline constexpr std::size_t id_bytes = 64;
inline constexpr std::size_t text_bytes = 2'048;
inline constexpr std::size_t uses = 64;
inline constexpr std::size_t entities = 8'192;
inline constexpr std::size_t links = 16'384;
inline constexpr std::size_t identifier_rows = 32'768;
inline constexpr std::size_t values_per_row = 65'536;
inline constexpr std::size_t entries = 32'768;
inline constexpr std::size_t exceptions = 32'768;
inline constexpr std::size_t scope_words = 64;
inline constexpr std::size_t packs = 256;
}  // namespace limits

// An error at a row: "file:line:column: field: what".
Error placed_error(const Pack& pack, toml::Position at, Errc code, std::string_view field, std::string what);

}  // namespace assay::policy
