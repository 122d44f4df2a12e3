#include "collector/dashboard/asset.hpp"

#include <algorithm>
#include <string>

namespace assay::dashboard {
namespace {

constexpr std::string_view folder = "/assets/";
constexpr std::string_view index = "/index.html";

bool is_of_api(std::string_view path) {
    return path == "/v1" || path.starts_with("/v1/");
}

// The next element of a comma-separated list, without space around it; `list` loses it.
std::string_view next_element(std::string_view& list) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view out = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!out.empty() && (out.front() == ' ' || out.front() == '\t')) out.remove_prefix(1);
    while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.remove_suffix(1);
    return out;
}

// "q=0" in all its spellings refuses; every other weight accepts. Between what is accepted the server chooses.
bool has_no_weight(std::string_view parameters) {
    const std::size_t at = parameters.find("q=");
    if (at == std::string_view::npos) return false;
    return std::ranges::all_of(parameters.substr(at + 2), [](char c) { return c == '0' || c == '.' || c == ' '; });
}

bool takes(const net::Request& request, std::string_view coding) {
    const std::string* header = request.headers.find("accept-encoding");
    if (header == nullptr) return false;
    bool any = false;
    std::string_view rest = *header;
    while (!rest.empty()) {
        const std::string_view element = next_element(rest);
        const std::size_t end = std::min(element.find(';'), element.size());
        std::string_view name = element.substr(0, end);
        while (name.ends_with(' ')) name.remove_suffix(1);
        const bool accepted = !has_no_weight(element.substr(end));
        if (name == coding) return accepted;
        if (name == "*") any = accepted;
    }
    return any;
}

bool has_already(const net::Request& request, std::string_view etag) {
    const std::string* header = request.headers.find("if-none-match");
    if (header == nullptr) return false;
    std::string_view rest = *header;
    while (!rest.empty()) {
        std::string_view element = next_element(rest);
        if (element == "*") return true;
        if (element.starts_with("W/")) element.remove_prefix(2);
        if (element == etag) return true;
    }
    return false;
}

net::Response words(unsigned status, std::string text) {
    net::Response out;
    out.status = status;
    out.content_type = "text/plain; charset=utf-8";
    out.body = std::move(text);
    out.headers.add("cache-control", "no-store");
    return out;
}

net::Response serve(const Asset& asset, const net::Request& request) {
    std::string_view body = asset.identity;
    std::string_view coding;
    if (!asset.br.empty() && takes(request, "br")) {
        body = asset.br;
        coding = "br";
    } else if (!asset.gzip.empty() && takes(request, "gzip")) {
        body = asset.gzip;
        coding = "gzip";
    }
    std::string etag = "\"";
    etag += asset.etag;
    if (!coding.empty()) etag.append("-").append(coding);
    etag += '"';
    net::Response out;
    out.headers.add("vary", "accept-encoding");
    out.headers.add("etag", etag);
    // A name with the content's hash in it never means anything else.
    out.headers.add("cache-control", asset.path == index ? "no-cache" : "public, max-age=31536000, immutable");
    if (has_already(request, etag)) {
        out.status = 304;
        out.content_type.clear();
        return out;
    }
    out.content_type = asset.content_type;
    if (!coding.empty()) out.headers.add("content-encoding", coding);
    out.body = body;
    return out;
}

}  // namespace

bool is_read_of_page(const net::Request& request) {
    return !is_of_api(request.path) && (request.method == net::Method::get || request.method == net::Method::head);
}

std::optional<net::Response> answer(std::span<const Asset> assets, const net::Request& request) {
    if (is_of_api(request.path)) return std::nullopt;
    if (!is_read_of_page(request)) {
        net::Response out = words(405, "Pages are read with GET; what changes something is under /v1/.\n");
        out.headers.add("allow", "GET, HEAD");
        return out;
    }
    if (assets.empty()) {
        return words(
            404,
            "This collector was built without its dashboard. The API is under /v1/, and the command `assay` has all of "
            "it.\n"
        );
    }
    const std::string_view wanted = request.path.starts_with(folder) ? std::string_view(request.path) : index;
    const auto* const found = std::ranges::find(assets, wanted, &Asset::path).base();
    if (found == assets.end().base()) return words(404, "There is no such file.\n");
    return serve(*found, request);
}

}  // namespace assay::dashboard
