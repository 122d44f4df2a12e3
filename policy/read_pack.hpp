#pragma once
// Reads one pack, strictly: an unknown field, a reversed period, a loop of links, a repeated or malformed number, a
// missing citation, and the whole file is refused with "file:line:column: field: what". References to entities and
// entries of other packs are checked when packs are put together (policy/pack_set.hpp).

#include "policy/pack.hpp"

namespace assay::policy {

// `text` is the file's bytes: their SHA-256 names the pack. `file` is for errors only. bad_encoding for what is no
// TOML, limit_exceeded over toml::max_document_bytes or policy::limits, else the Errc of the field.
Result<Pack> read_pack(std::string_view text, std::string file);

}  // namespace assay::policy
