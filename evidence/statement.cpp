#include "evidence/statement.hpp"

#include "base/fields.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/words.hpp"
#include "evidence/limits.hpp"
#include "evidence/message_fields.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr auto kinds = words<DocumentKind>({
    {DocumentKind::inventory, "inventory"},
    {DocumentKind::placement, "placement"},
    {DocumentKind::firmware_manifest, "firmware_manifest"},
    {DocumentKind::modules, "modules"},
    {DocumentKind::event_log, "event_log"},
    {DocumentKind::ima, "ima"},
});

constexpr std::int64_t most_entries = 1'000'000'000;  // of an IMA list: far beyond what a kernel keeps

}  // namespace

std::string_view name(DocumentKind kind) {
    return kinds.of(kind);
}

std::optional<DocumentKind> document_kind_named(std::string_view word) {
    return kinds.named(word);
}

ImaSpan read_ima_span(Fields& f) {
    ImaSpan out;
    out.boot = f.text("boot", 64);
    out.count = static_cast<std::uint64_t>(f.number("count", 0, most_entries));
    out.first = static_cast<std::uint64_t>(f.number("first", 0, most_entries));
    out.more = f.boolean_if("more").value_or(false);
    return out;
}

DocumentRef read_document_ref(Fields& f) {
    DocumentRef out;
    const std::string kind =
        f.one_of("kind", {"inventory", "placement", "firmware_manifest", "modules", "event_log", "ima"});
    out.kind = kinds.named(kind).value_or(out.kind);
    out.sha256 = f.hex32("sha256");
    out.size = static_cast<std::uint64_t>(f.number("size", 1, std::int64_t{limits::document_bytes}));
    return out;
}

std::string encode_statement(const Statement& statement) {
    json::Writer w(1024);
    w.object().key("agent").object();
    if (!statement.root.empty()) w.key("root").text(statement.root);
    w.key("version").text(statement.agent_version).end();
    w.key("device").text(statement.device.text());
    w.key("documents").array();
    for (const DocumentRef& document : statement.documents) {
        w.object().key("kind").text(name(document.kind)).key("sha256").text(to_hex(document.sha256));
        w.key("size").number(static_cast<std::int64_t>(document.size)).end();
    }
    w.end();
    w.key("format").text(statement_format).key("host").text(statement.host);
    if (statement.ima) {
        w.key("ima").object().key("boot").text(statement.ima->boot);
        w.key("count").number(static_cast<std::int64_t>(statement.ima->count));
        w.key("first").number(static_cast<std::int64_t>(statement.ima->first));
        if (statement.ima->more) w.key("more").boolean(true);
        w.end();
    }
    if (statement.previous) w.key("prev").text(to_hex(*statement.previous));
    w.key("sequence").number(static_cast<std::int64_t>(statement.sequence));
    w.key("time").number(statement.time.value);
    return w.end().take();
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
        out.documents.push_back(read_document_ref(document));
    if (auto ima = f.object_if("ima")) out.ima = read_ima_span(*ima);
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
    const bool segment = find_document(out, DocumentKind::ima) != nullptr;
    if (segment != (out.ima && out.ima->count > 0)) {
        return fail(Errc::bad_value, "statement.ima", "its count and the document of kind ima do not go together");
    }
    if (encode_statement(out) != text) return fail(Errc::bad_value, "statement", "is not in canonical form");
    return out;
}

const DocumentRef* find_document(const Statement& statement, DocumentKind kind) {
    const auto found = std::ranges::find(statement.documents, kind, &DocumentRef::kind);
    return found == statement.documents.end() ? nullptr : &*found;
}

}  // namespace assay
