#include "policy/read_pack.hpp"

#include "base/fields.hpp"
#include "policy/link_loops.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace assay::policy {
namespace {

template <class E, std::size_t N>
E choose(Fields& f, std::string_view key, const std::array<E, N>& choices) {
    const std::string word = f.text(key, limits::id_bytes);
    const auto found = std::ranges::find_if(choices, [&word](E one) { return name(one) == word; });
    if (found != choices.end()) return *found;
    std::string list;
    for (const E one : choices) list += (list.empty() ? "" : ", ") + std::string(name(one));
    f.refuse(Errc::bad_value, key, "is none of: " + list);
    return choices.front();
}

std::string text_or(Fields& f, std::string_view key, std::size_t max_bytes = limits::text_bytes) {
    return f.text_if(key, max_bytes).value_or("");
}

// Ids are made to be typed and to stand in URLs.
void check_id(Fields& f, std::string_view key, const std::string& id) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    if (!std::ranges::all_of(id, fits)) f.refuse(Errc::bad_value, key, "not an id: lower-case letters, digits, - _ .");
}

std::string read_id(Fields& f, std::string_view key) {
    std::string id = f.text(key, limits::id_bytes);
    check_id(f, key, id);
    return id;
}

std::optional<SourceDate> read_date(Fields& f, std::string_view key) {
    const std::optional<std::string> written = f.text_if(key, limits::id_bytes);
    if (!written) return std::nullopt;
    auto date = SourceDate::parse(*written, key);
    if (date) return *date;
    f.refuse(date.error().code, key, date.error().what);
    return std::nullopt;
}

Period read_period(Fields& f) {
    const Period period{read_date(f, "from"), read_date(f, "until")};
    if (period.reversed()) f.refuse(Errc::bad_value, "until", "lies before from");
    return period;
}

class PackReader {
  public:
    PackReader(const toml::Document& document, Fields& root) : document_(document), root_(root) {}

    Pack read() {
        Pack out;
        read_header(out);
        for (Fields& f : root_.objects_if("entities", limits::entities)) out.entities.push_back(read_entity(f));
        for (Fields& f : root_.objects_if("links", limits::links)) out.links.push_back(read_link(f));
        for (Fields& f : root_.objects_if("identifiers", limits::identifier_rows))
            out.identifiers.push_back(read_row(f));
        for (Fields& f : root_.objects_if("entries", limits::entries)) out.entries.push_back(read_entry(f, out));
        for (Fields& f : root_.objects_if("exceptions", limits::exceptions))
            out.exceptions.push_back(read_exception(f));
        return out;
    }

  private:
    toml::Position at(const Fields& f) const {
        const auto found = document_.positions.find(f.path());
        return found == document_.positions.end() ? toml::Position{} : found->second;
    }

    std::string unique_id(Fields& f, std::string_view table) {
        std::string id = read_id(f, "id");
        if (!seen_.emplace(table, id).second) f.refuse(Errc::duplicate_key, "id", "stands twice in this pack");
        return id;
    }

    void read_header(Pack& out) {
        Fields f = root_.object("pack");
        out.id = read_id(f, "id");
        out.version = f.number("version", 1, json::max_integer);
        if (!f.has("date")) f.refuse(Errc::missing_field, "date", "missing");
        out.date = f.date_if("date").value_or(Date{});
        out.title = f.text("title", limits::text_bytes);
        out.source = f.text("source", limits::text_bytes);
        out.uses = f.texts("uses", limits::uses, limits::id_bytes);
        for (const std::string& used : out.uses) {
            check_id(f, "uses", used);
            if (used == out.id) f.refuse(Errc::bad_value, "uses", "a pack does not use itself");
        }
    }

    Entity read_entity(Fields& f) {
        Entity out{unique_id(f, "entities"), f.text("name", limits::text_bytes), text_or(f, "country", 2), at(f)};
        const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (!out.country.empty() && (out.country.size() != 2 || !std::ranges::all_of(out.country, letter)))
            f.refuse(Errc::bad_value, "country", "not two upper-case letters (ISO 3166-1)");
        return out;
    }

    Link read_link(Fields& f) {
        Link out;
        out.at = at(f);
        out.entity = read_id(f, "entity");
        out.of = read_id(f, "of");
        out.kind = choose(f, "kind", std::array{LinkKind::subsidiary, LinkKind::affiliate});
        out.period = read_period(f);
        out.citation = f.text("citation", limits::text_bytes);
        return out;
    }

    IdentifierRow read_row(Fields& f) {
        IdentifierRow out;
        out.at = at(f);
        out.entity = read_id(f, "entity");
        out.confidence = choose(f, "confidence", std::array{Confidence::registered, Confidence::observed});
        out.source = f.text("source", limits::text_bytes);
        out.registered_to = text_or(f, "registered_to");
        out.period = read_period(f);
        const std::string registry = f.text("registry", limits::id_bytes);
        if (registry != "oui" && !f.failed()) {
            if (const auto known = registry_named(registry, "registry"); !known)
                f.refuse(known.error().code, "registry", known.error().what);
        }
        const std::vector<std::string> values = f.texts("values", limits::values_per_row, limits::id_bytes);
        if (values.empty()) f.refuse(Errc::missing_field, "values", "names no number");
        for (std::size_t i = 0; i < values.size() && !f.failed(); ++i) {
            const std::string key = "values[" + std::to_string(i) + "]";
            auto pattern = make_pattern(registry, values[i]);
            if (!pattern) {
                f.refuse(pattern.error().code, key, pattern.error().what);
                break;
            }
            refuse_repeated(f, key, *pattern, out);
            out.patterns.push_back(*std::move(pattern));
        }
        return out;
    }

    // A number may pass from one holder to another, but has one at a time.
    void refuse_repeated(Fields& f, const std::string& key, const Pattern& pattern, const IdentifierRow& row) {
        std::vector<Period>& held = held_[pattern];
        if (!std::ranges::all_of(held, [&row](const Period& other) { return row.period.apart_from(other); }))
            f.refuse(Errc::duplicate_key, key, "stands twice in this pack for the same days");
        held.push_back(row.period);
    }

    Scope read_scope(Fields& f) {
        Scope out;
        out.service_only = f.boolean_if("service_only").value_or(false);
        out.purpose = text_or(f, "purpose");
        out.roles = f.texts("roles", limits::scope_words, limits::id_bytes);
        out.site_tags = f.texts("site_tags", limits::scope_words, limits::id_bytes);
        const std::vector<std::string> kinds = f.texts("kinds", limits::scope_words, limits::id_bytes);
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            const auto kind = component_kind_named(kinds[i], "kinds");
            if (kind) {
                out.kinds.push_back(*kind);
            } else {
                f.refuse(kind.error().code, "kinds[" + std::to_string(i) + "]", kind.error().what);
            }
        }
        return out;
    }

    ListEntry read_entry(Fields& f, const Pack& pack) {
        ListEntry out;
        out.at = at(f);
        out.id = unique_id(f, "entries");
        out.entity = read_id(f, "entity");
        out.authority = f.text("authority", limits::text_bytes);
        out.list = f.has("list") ? f.text("list", limits::text_bytes) : pack.title;
        out.citation = f.text("citation", limits::text_bytes);
        out.demands = text_or(f, "demands");
        out.period = read_period(f);
        if (!out.period.from) f.refuse(Errc::missing_field, "from", "missing: since when is the entry in force");
        if (f.has("inherits")) {
            out.inherits = choose(
                f, "inherits",
                std::array{Inheritance::none, Inheritance::subsidiaries, Inheritance::subsidiaries_and_affiliates}
            );
        }
        if (auto scope = f.object_if("scope")) out.scope = read_scope(*scope);
        out.action =
            choose(f, "action", std::array{Action::inform, Action::no_new_purchase, Action::review, Action::remove_by});
        out.deadline = f.date_if("deadline");
        if (out.deadline.has_value() != (out.action == Action::remove_by))
            f.refuse(Errc::bad_value, "deadline", "stands with action remove_by, and only there");
        if (!out.scope.purpose.empty() && out.action != Action::review)
            f.refuse(Errc::bad_value, "action", "an entry limited to a purpose asks for review");
        return out;
    }

    Exception read_exception(Fields& f) {
        Exception out;
        out.at = at(f);
        out.id = unique_id(f, "exceptions");
        out.entry = read_id(f, "entry");
        out.approver = f.text("approver", limits::text_bytes);
        out.document = f.text("document", limits::text_bytes);
        out.period = read_period(f);
        if (!out.period.until) f.refuse(Errc::missing_field, "until", "missing: an exception expires");
        out.entity = text_or(f, "entity", limits::id_bytes);
        check_id(f, "entity", out.entity);
        out.site = text_or(f, "site");
        out.device = text_or(f, "device");
        out.component = text_or(f, "component");
        return out;
    }

    const toml::Document& document_;
    Fields& root_;
    std::set<std::pair<std::string, std::string>> seen_;  // table and id
    std::map<Pattern, std::vector<Period>> held_;
};

}  // namespace

Result<Pack> read_pack(std::string_view text, std::string file) {
    TRY(const toml::Document document, toml::parse(text, file));
    Fields root(document.root, "");
    Pack out = PackReader(document, root).read();
    if (const auto read = root.finish(); !read) return fail(document.placed(read.error()));
    out.sha256 = assay::sha256(text);
    out.file = std::move(file);
    std::vector<PlacedLink> links;
    for (const Link& link : out.links) links.push_back(PlacedLink{&link, &out});
    CHECK_OK(refuse_loops(links));
    return out;
}

}  // namespace assay::policy
