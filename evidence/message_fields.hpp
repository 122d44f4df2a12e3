#pragma once
// What the message decoders share.

#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/limits.hpp"
#include "evidence/statement.hpp"
#include "evidence/tpm/pcr.hpp"

#include <string_view>

namespace assay {

inline Result<json::Value> parse_message(std::string_view text, std::string_view where) {
    return json::parse(
        text,
        {.max_bytes = limits::message_bytes, .max_depth = limits::json_depth, .max_values = limits::message_values},
        where
    );
}

inline PcrSelection read_selection(Fields& f, std::string_view key) {
    const Bytes bytes = f.base64url(key, 64);
    if (f.failed()) return {};
    auto selection = decode_pcr_selection(bytes);
    if (!selection) {
        f.refuse(selection.error().code, key, selection.error().what);
        return {};
    }
    return *std::move(selection);
}

// {"kind", "sha256", "size"} of a document, as statements name them.
DocumentRef read_document_ref(Fields& f);
// {"boot", "count", "first", "more"}: which part of the IMA list, as statements say it.
ImaSpan read_ima_span(Fields& f);

}  // namespace assay
