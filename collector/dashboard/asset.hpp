#pragma once
// The dashboard's files as the operators' listener serves them: which of the embedded ones answers a request, in which
// encoding. They hold nothing of the fleet, so no token is asked for; what they show comes from the API, which asks.
// Values in, values out. RFC 9110: 12.5.3 (Accept-Encoding), 8.8.3 and 13.1.2 (ETag, If-None-Match).

#include "net/http.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace assay::dashboard {

struct Asset {
    std::string_view path;  // "/index.html", or "/assets/NAME" with a hash of the content in the name
    std::string_view content_type;
    std::string_view etag;  // of the content, without quotes; the encoding is appended
    std::string_view identity;
    std::string_view br;    // RFC 7932
    std::string_view gzip;  // RFC 1952
};

// What this program was built with; empty when it was built with ASSAY_DASHBOARD=OFF.
std::span<const Asset> assets();

// Whether answer() has a file for it, or words, without a refusal of the method: a request without a body.
bool is_read_of_page(const net::Request& request);

// The whole answer to a path that is not the API's, nullopt for one that is ("/v1" and below). A path under /assets/
// has to be there; every other is a place within the pages and gets index.html. 405 for what neither reads nor asks of
// the head. Without any asset: 404 in words, for a person with a browser.
std::optional<net::Response> answer(std::span<const Asset> assets, const net::Request& request);

}  // namespace assay::dashboard
