#pragma once
// What every statement about a part shares: how the part is shown, and ids that stay the same over reports.

#include "base/json.hpp"
#include "evidence/component.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace assay {

using ReadNames = std::map<std::string, std::string>;

ReadNames readable_names(const Component& component);
json::Object part_value(const std::string& key, ComponentKind kind, const ReadNames& names, const Location& location);
// The part with the names that the device gave it, for people; not yet printable.
std::string called(const std::string& key, const ReadNames& names);

// 32 hex digits: the first 16 bytes of SHA-256 over the texts, each framed by its length.
std::string id_of(std::initializer_list<std::string_view> texts);

}  // namespace assay
