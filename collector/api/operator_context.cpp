#include "collector/api/operator_context.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace assay::api {

net::Response answer(Result<json::Object> value) {
    if (!value) return net::error_response(value.error());
    net::Response out;
    out.body = json::compact(*value);
    return out;
}

Result<json::Value> body_of(const OperatorRequest& request, std::size_t max_bytes) {
    const json::Limits limits{.max_bytes = max_bytes, .max_depth = 16, .max_values = 3'000'000};
    return json::parse(as_text(request.http.body), limits, "body");
}

Result<void> check_words(std::string_view words, std::string_view where, std::size_t max_bytes) {
    if (words.empty()) return fail(Errc::missing_field, std::string(where), "says nothing");
    if (words.size() > max_bytes)
        return fail(Errc::limit_exceeded, std::string(where), fmt::format("is longer than {} bytes", max_bytes));
    if (clean_text(words, max_bytes) != words)
        return fail(Errc::bad_value, std::string(where), "has control characters, is not UTF-8, or ends with a space");
    return {};
}

Result<DeviceId> device_of(const OperatorRequest& request) {
    return DeviceId::parse(request.params.at("id"), "id");
}

std::unexpected<Error> no_device(const DeviceId& id) {
    return fail(Errc::not_found, "id", "no device has the id " + id.text());
}

json::Object page_of(UnixMillis as_of, json::Array items, const std::string& next) {
    json::Object out{{"as_of", to_rfc3339(as_of)}, {"items", std::move(items)}};
    if (!next.empty()) out["next"] = next;
    return out;
}

}  // namespace assay::api
