#include "net/message_head.hpp"

#include "net/target.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <charconv>
#include <limits>
#include <optional>
#include <stdexcept>

namespace assay::net {
namespace {

namespace http = boost::beast::http;
using Text = boost::beast::string_view;
using Code = boost::beast::error_code;

// Fields that say one thing: twice is refused even where both say the same.
constexpr std::string_view single_fields[] = {
    "authorization", "content-encoding", "content-length", "content-type",
    "cookie",        "expect",           "host",           "transfer-encoding",
};

std::string_view view(Text text) {
    return {text.data(), text.size()};
}

bool same_word(std::string_view a, std::string_view b) {
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

// What Beast lets pass: folded lines. And what it refuses, but late or by another name.
bool has_strict_lines(std::string_view head) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        const auto c = static_cast<unsigned char>(head[i]);
        const char next = i + 1 < head.size() ? head[i + 1] : '\0';
        if (c == '\r') {
            if (next != '\n') return false;
            const char start = i + 2 < head.size() ? head[i + 2] : '\0';
            if (start == ' ' || start == '\t') return false;
            ++i;
        } else if ((c < 0x20 && c != '\t') || c >= 0x7f) {
            return false;
        }
    }
    return true;
}

// Both kinds of message: fields are kept, those that frame the message are counted.
template <bool is_request>
class HeadParser : public http::basic_parser<is_request> {
  public:
    explicit HeadParser(std::size_t max_fields) : max_fields_(max_fields) {
        this->header_limit(std::numeric_limits<std::uint32_t>::max());
        this->body_limit(boost::none);
        this->eager(false);
    }

    // The first reason found by this class; else `what` says what Beast's code says.
    bool parse(std::string_view head) {
        Code code;
        const std::size_t used = this->put({head.data(), head.size()}, code);
        if (!what.empty()) return false;
        if (code || used != head.size() || !this->is_header_done()) {
            what = code ? code.message() : "no whole head";
            return false;
        }
        return true;
    }

    bool has(std::string_view wanted) const { return headers.find(wanted) != nullptr; }

    Headers headers;
    std::string method;
    std::string target;
    unsigned status = 0;
    int version = 0;
    bool too_many_fields = false;
    std::string what;

  private:
    void refuse(Code& code, std::string reason) {
        if (what.empty()) what = std::move(reason);
        code = http::make_error_code(http::error::bad_field);
    }

    void on_request_impl(http::verb, Text method_text, Text target_text, int number, Code&) override {
        method = view(method_text);
        target = view(target_text);
        version = number;
    }
    void on_response_impl(int code, Text, int number, Code&) override {
        status = static_cast<unsigned>(code);
        version = number;
    }
    void on_field_impl(http::field, Text name, Text value, Code& code) override {
        if (++fields_ > max_fields_) {
            too_many_fields = true;
            return refuse(code, "more than " + std::to_string(max_fields_) + " header fields");
        }
        const std::size_t before = headers.size();
        headers.add(view(name), view(value));
        if (headers.size() > before) return;
        for (const std::string_view single : single_fields) {
            if (same_word(view(name), single))
                return refuse(code, "the field " + std::string(single) + " stands twice");
        }
    }
    void on_header_impl(Code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    std::size_t on_body_impl(Text, Code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, Code&) override { return 0; }
    void on_finish_impl(Code&) override {}

    std::size_t max_fields_;
    std::size_t fields_ = 0;
};

Response refusal(unsigned status, Errc code, std::string where, std::string what) {
    Response response = error_response(status, {code, std::move(where), std::move(what)});
    response.close_after = true;
    return response;
}

std::optional<std::size_t> length_of(const std::string& digits) {
    std::size_t length = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, length);
    if (error != std::errc{} || end != last) return std::nullopt;
    return length;
}

// RFC 9112 6.1 and 6.3: two ways to find the end of one message are one too many.
std::optional<Response> refuse_framing(const HeadParser<true>& parser) {
    if (const std::string* coding = parser.headers.find("transfer-encoding"); coding != nullptr) {
        if (parser.has("content-length")) {
            return refusal(400, Errc::bad_value, "transfer-encoding", "stands beside a content-length");
        }
        if (same_word(*coding, "chunked")) {
            return refusal(411, Errc::unsupported, "transfer-encoding", "send the body with a content-length");
        }
        return refusal(501, Errc::unsupported, "transfer-encoding", "no transfer coding is understood here");
    }
    if (const std::string* host = parser.headers.find("host"); host == nullptr || host->empty()) {
        return refusal(400, Errc::missing_field, "host", "must stand once in every request");
    }
    if (const std::string* expect = parser.headers.find("expect"); expect != nullptr) {
        if (!same_word(*expect, "100-continue")) {
            return refusal(417, Errc::unsupported, "expect", "nothing but 100-continue is understood here");
        }
    }
    return std::nullopt;
}

}  // namespace

std::size_t head_size(ByteView received, std::size_t looked_at) {
    constexpr std::string_view end = "\r\n\r\n";
    const std::size_t from = looked_at < end.size() ? 0 : looked_at - (end.size() - 1);
    const std::size_t found = as_text(received).find(end, from);
    return found == std::string_view::npos ? 0 : found + end.size();
}

std::expected<RequestHead, Response> parse_request_head(ByteView head, std::size_t max_fields) {
    const auto refuse = [](unsigned status, Errc code, std::string where, std::string what) {
        return std::unexpected(refusal(status, code, std::move(where), std::move(what)));
    };
    if (!has_strict_lines(as_text(head))) {
        return refuse(400, Errc::bad_encoding, "request", "a folded line, or a byte that no header may have");
    }
    HeadParser<true> parser(max_fields);
    if (!parser.parse(as_text(head))) {
        if (parser.too_many_fields) return refuse(431, Errc::limit_exceeded, "request", std::move(parser.what));
        return refuse(400, Errc::bad_value, "request", std::move(parser.what));
    }
    if (parser.version != 11) return refuse(505, Errc::unsupported, "request", "HTTP/1.1 is spoken here");
    if (auto refused = refuse_framing(parser)) return std::unexpected(*std::move(refused));
    const auto method = method_named(parser.method);
    if (!method) return refuse(501, Errc::unsupported, "method", "no method of this name is served here");
    auto target = decode_target(parser.target);
    if (!target) return refuse(400, target.error().code, target.error().where, target.error().what);

    RequestHead result;
    if (const std::string* digits = parser.headers.find("content-length"); digits != nullptr) {
        const auto length = length_of(*digits);
        if (!length) return refuse(400, Errc::bad_value, "content-length", "is no number of bytes");
        result.content_length = *length;
    }
    result.keep_alive = parser.keep_alive();
    result.expects_continue = parser.has("expect");
    result.request.method = *method;
    result.request.path = std::move(target->path);
    result.request.query = std::move(target->query);
    result.request.headers = std::move(parser.headers);
    return result;
}

Result<ResponseHead> parse_response_head(ByteView head, std::size_t max_fields) {
    const auto refuse = [](Errc code, std::string what) { return fail(code, "answer", std::move(what)); };
    if (!has_strict_lines(as_text(head))) {
        return refuse(Errc::bad_encoding, "a folded line, or a byte that no header may have");
    }
    HeadParser<false> parser(max_fields);
    if (!parser.parse(as_text(head))) {
        return refuse(parser.too_many_fields ? Errc::limit_exceeded : Errc::bad_value, std::move(parser.what));
    }
    if (parser.version != 11) return refuse(Errc::unsupported, "is not HTTP/1.1");
    if (parser.status < 200) return refuse(Errc::unsupported, "an interim answer that nobody asked for");
    if (parser.has("transfer-encoding")) return refuse(Errc::unsupported, "comes with a transfer coding");
    ResponseHead result;
    const std::string* digits = parser.headers.find("content-length");
    if (digits != nullptr) {
        const auto length = length_of(*digits);
        if (!length) return refuse(Errc::bad_value, "its content-length is no number of bytes");
        result.content_length = *length;
    } else if (parser.status != 204 && parser.status != 304) {
        return refuse(Errc::missing_field, "has no content-length");
    }
    if (parser.status == 204 || parser.status == 304) result.content_length = 0;
    Response& response = result.response;
    response.status = parser.status;
    const std::string* type = parser.headers.find("content-type");
    response.content_type = type == nullptr ? "" : *type;
    response.close_after = !parser.keep_alive();
    response.headers = std::move(parser.headers);
    return result;
}

}  // namespace assay::net
