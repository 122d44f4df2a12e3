#include "collector/cli/collector.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/messages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {
namespace {

constexpr json::Limits answer_limits{.max_bytes = 16U << 20U, .max_depth = 32, .max_values = 2'000'000};

std::unexpected<Trouble> trouble(Exit status, Errc code, std::string where, std::string what) {
    return std::unexpected(Trouble{{code, std::move(where), std::move(what)}, status});
}

Asked<json::Object> read_answer(const net::Response& response, const std::string& path) {
    if (response.body.empty()) return json::Object{};
    auto value = json::parse(response.body, answer_limits, path);
    if (!value) return trouble(Exit::failed, value.error().code, value.error().where, value.error().what);
    if (!value->is_object()) return trouble(Exit::failed, Errc::wrong_type, path, "answered with no JSON object");
    return std::move(value->as_object());
}

// The answer, when it is no refusal.
Asked<net::Response> answer_over(Collector& collector, const Call& call) {
    auto response = collector.exchange(call);
    if (!response) {
        return trouble(Exit::unreachable, response.error().code, response.error().where, response.error().what);
    }
    if (response->status < 400) return *std::move(response);
    const auto refusal = decode_refusal(response->body);
    if (!refusal) {
        return trouble(Exit::refused, Errc::denied, call.path, fmt::format("refused with status {}", response->status));
    }
    std::string what = refusal->what;
    if (response->status == 401) what += " (is the token right, and not expired?)";
    if (!refusal->reason.empty()) what += " [" + refusal->reason + ": see assay explain " + refusal->reason + "]";
    return trouble(Exit::refused, Errc::denied, refusal->where, what);
}

Asked<json::Object> ask_over(Collector& collector, const Call& call) {
    const auto response = answer_over(collector, call);
    if (!response) return std::unexpected(response.error());
    return read_answer(*response, call.path);
}

Asked<std::shared_ptr<Collector>> connected(const Context& context) {
    auto collector = context.connect();
    if (collector) return *std::move(collector);
    const Error& error = collector.error();
    const bool settings = error.code == Errc::bad_value || error.code == Errc::missing_field ||
                          error.code == Errc::not_found || error.code == Errc::unknown_field ||
                          error.code == Errc::wrong_type || error.code == Errc::bad_encoding;
    return std::unexpected(Trouble{error, settings ? Exit::usage : Exit::unreachable});
}

}  // namespace

Asked<json::Object> ask(const Context& context, const Call& call) {
    auto collector = connected(context);
    if (!collector) return std::unexpected(std::move(collector.error()));
    return ask_over(**collector, call);
}

Asked<std::string> ask_bytes(const Context& context, const Call& call) {
    auto collector = connected(context);
    if (!collector) return std::unexpected(std::move(collector.error()));
    auto response = answer_over(**collector, call);
    if (!response) return std::unexpected(std::move(response.error()));
    return std::move(response->body);
}

Asked<json::Object> ask_all(const Context& context, Call call, std::size_t most) {
    auto collector = connected(context);
    if (!collector) return std::unexpected(std::move(collector.error()));
    json::Object out;
    json::Array items;
    std::string before;
    while (true) {
        auto page = ask_over(**collector, call);
        if (!page) return page;
        if (out.empty()) out["as_of"] = text_at(*page, "as_of");
        for (const json::Value& item : array_at(*page, "items")) {
            if (!item.is_object()) return trouble(Exit::failed, Errc::wrong_type, call.path, "an item is no object");
            if (items.size() == most) {
                out["more"] = true;
                break;
            }
            items.push_back(item);
        }
        const std::string next = text_at(*page, "next");
        if (next.empty() || out.contains("more")) break;
        if (next == before) return trouble(Exit::failed, Errc::bad_value, call.path, "the same page came twice");
        before = next;
        call.query["cursor"] = next;
    }
    out["items"] = std::move(items);
    return out;
}

Exit complain(const Context& context, const Trouble& trouble) {
    return complain(context, trouble.error, trouble.status);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

Asked<std::string> device_id(const Context& context, const std::string& prefix) {
    if (DeviceId::parse(prefix)) return prefix;
    auto found =
        ask_all(context, {.path = "/v1/devices", .query = {{"match", prefix}, {"limit", "10"}}, .body = {}}, 10);
    if (!found) return std::unexpected(std::move(found.error()));
    const json::Array& items = array_at(*found, "items");
    if (items.size() == 1) return text_at(items.front().as_object(), "id");
    if (items.empty())
        return trouble(Exit::failed, Errc::not_found, prefix, "is no device's id, its beginning or its name");
    std::string some;
    for (const json::Value& item : items) some += " " + text_at(item.as_object(), "id").substr(0, 16);
    return trouble(Exit::failed, Errc::conflict, prefix, "fits several devices:" + some);
}

const json::Array& array_at(const json::Object& object, std::string_view key) {
    static const json::Array none;
    const auto found = object.find(key);
    return found != object.end() && found->value().is_array() ? found->value().get_array() : none;
}

const json::Object& object_at(const json::Object& object, std::string_view key) {
    static const json::Object none;
    const auto found = object.find(key);
    return found != object.end() && found->value().is_object() ? found->value().get_object() : none;
}

std::string text_at(const json::Object& object, std::string_view path) {
    const std::size_t dot = path.find('.');
    if (dot != std::string_view::npos) return text_at(object_at(object, path.substr(0, dot)), path.substr(dot + 1));
    const auto found = object.find(path);
    if (found == object.end()) return {};
    const json::Value& value = found->value();
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    return {};
}

}  // namespace assay::cli
