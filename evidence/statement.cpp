#include "evidence/statement.hpp"

#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr std::array kinds{DocumentKind::inventory, DocumentKind::placement, DocumentKind::firmware_manifest};

DocumentRef read_document(Fields& f) {
    DocumentRef out;
    const std::string kind = f.one_of("kind", {"inventory", "placement", "firmware_manifest"});
    for (const DocumentKind candidate : kinds) {
        if (name(candidate) == kind) out.kind = candidate;
    }
    out.sha256 = f.hex32("sha256");
    out.size = static_cast<std::uint64_t>(f.number("size", 1, std::int64_t{limits::document_bytes}));
    return out;
}

}  // namespace

std::string_view name(DocumentKind kind) {
    switch (kind) {
        case DocumentKind::inventory: return "inventory";
        case DocumentKind::placement: return "placement";
        case DocumentKind::firmware_manifest: return "firmware_manifest";
    }
    return "";
}

std::string encode_statement(const Statement& statement) {
    json::Array documents;
    for (const DocumentRef& document : statement.documents) {
        documents.push_back(json::Object{
            {"kind", name(document.kind)},
            {"sha256", to_hex(document.sha256)},
            {"size", static_cast<std::int64_t>(document.size)}
        });
    }
    json::Object agent{{"version", statement.agent_version}};
    if (!statement.root.empty()) agent["root"] = statement.root;
    json::Object out{
        {"agent", std::move(agent)},
        {"device", statement.device.text()},
        {"documents", std::move(documents)},
        {"format", statement_format},
        {"host", statement.host},
        {"sequence", static_cast<std::int64_t>(statement.sequence)},
        {"time", statement.time.value}
    };
    if (statement.previous) out["prev"] = to_hex(*statement.previous);
    return json::canonical(out);
}

Result<Statement> decode_statement(std::string_view text) {
    const json::Limits bounds{.max_bytes = limits::message_bytes, .max_depth = limits::json_depth, .max_values = 1000};
    TRY(const json::Value value, json::parse(text, bounds, "statement"));
    Fields f(value, "statement");
    if (f.text("format", limits::text_bytes) != statement_format) {
        f.refuse(Errc::bad_value, "format", "is not \"" + std::string(statement_format) + "\"");
    }
    Statement out;
    Fields agent = f.object("agent");
    out.agent_version = agent.text("version", 64);
    out.root = agent.text_if("root", limits::text_bytes).value_or("");
    out.host = f.text_or_empty("host", limits::text_bytes);
    out.device = DeviceId{f.hex32("device")};
    for (Fields& document : f.objects("documents", limits::documents_per_report))
        out.documents.push_back(read_document(document));
    out.previous = f.hex32_if("prev");
    out.sequence = static_cast<std::uint64_t>(f.number("sequence", 1, json::max_integer));
    out.time = UnixMillis{f.number("time", 0, json::max_integer)};
    CHECK_OK(f.finish());
    if (std::ranges::adjacent_find(out.documents, std::ranges::greater_equal{}, &DocumentRef::kind) !=
        out.documents.end()) {
        return fail(Errc::bad_value, "statement.documents", "a kind stands twice or out of order");
    }
    if (find_document(out, DocumentKind::inventory) == nullptr) {
        return fail(Errc::missing_field, "statement.documents", "names no inventory");
    }
    if (encode_statement(out) != text) return fail(Errc::bad_value, "statement", "is not in canonical form");
    return out;
}

const DocumentRef* find_document(const Statement& statement, DocumentKind kind) {
    const auto found = std::ranges::find(statement.documents, kind, &DocumentRef::kind);
    return found == statement.documents.end() ? nullptr : &*found;
}

}  // namespace assay
