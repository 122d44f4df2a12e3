#pragma once
// Reads and writes a runtime policy's document, strictly: an unknown field, a name or number twice, a malformed digest,
// and the whole file is refused with "file:line:column: field: what". Its form:
//
//     [runtime_policy]
//     id = "edge-routers"
//     version = 3
//     title = "Edge routers, Debian 12.11"
//     agents = ["/usr/sbin/assay-agent"]
//     excludes = ["/var/log/*"]
//     [files]
//     "/usr/bin/busybox" = ["sha256:3d9f.."]
//     [buffers]
//     "kernel_version" = ["sha256:.."]
//     [[signers]]
//     name = "Vendor 2026"
//     key_id = "a1b2c3d4"
//     key = "MFkwEwYH.."
//     [[ima_policies]]
//     name = "all that runs"
//     digests = ["sha256:.."]
//     exempts = []

#include "collector/verifier/runtime/runtime_policy.hpp"

namespace assay {

// Errors: bad_encoding for what is no TOML, limit_exceeded, else the Errc of the field.
Result<RuntimePolicyDocument> parse_runtime_policy(std::string_view text, std::string file);
Result<RuntimePolicy> read_runtime_policy(std::string_view text, std::string file);

// The document's text: the same for the same content. REQUIRES: what the reader accepts.
std::string encode_runtime_policy(const RuntimePolicyDocument& document);

}  // namespace assay
