#include "net/url.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace assay::net {
namespace {

constexpr std::size_t max_url_bytes = 512;
constexpr std::size_t max_name_bytes = 253;
constexpr std::size_t max_label_bytes = 63;
constexpr std::string_view scheme = "https://";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// One spelling for each address; a zone index is refused. Empty: not an address of this family.
std::string canonical_address(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (inet_pton(family, text.c_str(), address.data()) != 1) return "";
    inet_ntop(family, address.data(), out.data(), out.size());
    return out.data();
}

bool valid_name(std::string_view name) {
    if (name.empty() || name.size() > max_name_bytes) return false;
    while (true) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        const std::string_view label = name.substr(0, dot);
        if (label.empty() || label.size() > max_label_bytes || label.front() == '-' || label.back() == '-')
            return false;
        for (const char c : label) {
            if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') return false;
        }
        if (dot == name.size()) return true;
        name.remove_prefix(dot + 1);
    }
}

// Labels of digits only, as in 127.1 or 0x7f.1: resolvers read these as addresses.
bool looks_like_an_address(std::string_view name) {
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return is_digit(last.front());
}

Result<void> read_host(std::string_view host, bool bracketed, std::string_view where, Url& url) {
    if (bracketed) {
        url.host = canonical_address(AF_INET6, std::string(host));
        url.is_address = true;
        if (url.host.empty()) return fail(Errc::bad_value, std::string(where), "no IPv6 address between the brackets");
        return {};
    }
    url.host = canonical_address(AF_INET, std::string(host));
    url.is_address = !url.host.empty();
    if (url.is_address) return {};
    if (!valid_name(host) || looks_like_an_address(host)) {
        return fail(Errc::bad_value, std::string(where), "the host is neither a name nor an address");
    }
    for (const char c : host) url.host += is_letter(c) ? static_cast<char>(c | 0x20) : c;
    return {};
}

Result<void> read_port(std::string_view digits, std::string_view where, Url& url) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65'535 ||
        digits.front() == '0') {
        return fail(Errc::bad_value, std::string(where), "the port is not a number from 1 to 65535");
    }
    url.port = static_cast<std::uint16_t>(port);
    return {};
}

Result<void> read_prefix(std::string_view path, std::string_view where, Url& url) {
    if (path.ends_with('/')) path.remove_suffix(1);
    url.prefix = path;
    while (!path.empty()) {
        path.remove_prefix(1);  // '/'
        const std::string_view segment = path.substr(0, path.find('/'));
        if (segment.empty() || segment == "." || segment == "..") {
            return fail(Errc::bad_value, std::string(where), "the path has an empty or a dot segment");
        }
        for (const char c : segment) {
            if (!is_letter(c) && !is_digit(c) && std::string_view("-._~").find(c) == std::string_view::npos) {
                return fail(Errc::bad_value, std::string(where), "the path may have letters, digits, - . _ and ~ only");
            }
        }
        path.remove_prefix(segment.size());
    }
    return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text, std::string_view where) {
    if (text.size() > max_url_bytes) return fail(Errc::limit_exceeded, std::string(where), "longer than 512 bytes");
    if (!text.starts_with(scheme)) return fail(Errc::bad_value, std::string(where), "does not start with https://");
    text.remove_prefix(scheme.size());
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string_view authority = text.substr(0, slash);
    Url url;
    const bool bracketed = authority.starts_with('[');
    std::string_view host;
    if (bracketed) {
        const std::size_t closing = authority.find(']');
        if (closing == std::string_view::npos) return fail(Errc::bad_value, std::string(where), "no ] after the [");
        host = authority.substr(1, closing - 1);
        authority.remove_prefix(closing + 1);
    } else {
        host = authority.substr(0, authority.find(':'));
        authority.remove_prefix(host.size());
    }
    CHECK_OK(read_host(host, bracketed, where, url));
    if (!authority.empty()) {
        if (authority.front() != ':' || authority.size() < 2) {
            return fail(Errc::bad_value, std::string(where), "what follows the host is not :port");
        }
        CHECK_OK(read_port(authority.substr(1), where, url));
    }
    CHECK_OK(read_prefix(text.substr(slash), where, url));
    return url;
}

std::string Url::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != 443) out += ":" + std::to_string(port);
    return out;
}

std::string Url::text() const {
    return std::string(scheme) + authority() + prefix;
}

}  // namespace assay::net
