#pragma once
// Files below DIR/kernel of a captured tree: an answer of the kernel per member (docs/CAPTURE.md).

#include "agent/root/tree.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

Result<json::Value> read_answer(const Tree& tree, const std::string& path);

// {"unreadable": "denied", "why": "permission denied"} in place of an answer; `where` is what was asked about.
std::optional<Error> failure_at(Fields& f, std::string_view member, const std::string& where);

}  // namespace assay::agent
