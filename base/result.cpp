#include "base/result.hpp"

namespace assay {

std::string_view word(Errc code) {
    switch (code) {
        case Errc::truncated: return "truncated";
        case Errc::trailing_bytes: return "trailing_bytes";
        case Errc::limit_exceeded: return "limit_exceeded";
        case Errc::bad_value: return "bad_value";
        case Errc::wrong_type: return "wrong_type";
        case Errc::missing_field: return "missing_field";
        case Errc::unknown_field: return "unknown_field";
        case Errc::duplicate_key: return "duplicate_key";
        case Errc::out_of_range: return "out_of_range";
        case Errc::bad_encoding: return "bad_encoding";
        case Errc::unknown_algorithm: return "unknown_algorithm";
        case Errc::bad_magic: return "bad_magic";
        case Errc::bad_signature: return "bad_signature";
        case Errc::mismatch: return "mismatch";
        case Errc::not_found: return "not_found";
        case Errc::denied: return "denied";
        case Errc::conflict: return "conflict";
        case Errc::gone: return "gone";
        case Errc::timed_out: return "timed_out";
        case Errc::io_error: return "io_error";
        case Errc::unsupported: return "unsupported";
    }
    return "bad_value";
}

std::string Error::message() const {
    std::string text = where;
    if (!text.empty()) text += ": ";
    text += what;
    text += " (";
    text += word(code);
    text += ")";
    return text;
}

}  // namespace assay
