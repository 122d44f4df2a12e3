#pragma once
// Strict TOML: a document becomes a json::Value to be read with Fields, and remembers where each key stood, so that an
// error names line and column. Dates become text "2026-11-23"; floats, times and date-times are refused: nothing here
// uses them.

#include "base/json.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace assay::toml {

struct Position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct Document {
    std::string name;  // file name, for errors
    json::Value root;
    std::map<std::string, Position, std::less<>> positions;  // "list[2].key" -> where

    // The error of a Fields over `root` (opened with the path ""), placed: "agent.toml:3:1: key: what".
    Error placed(Error error) const;
};

inline constexpr std::size_t max_document_bytes = 8U << 20U;

Result<Document> parse(std::string_view text, std::string name);

}  // namespace assay::toml
