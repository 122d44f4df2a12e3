#pragma once
// Small packs for tests, and what reading them gives.

#include "policy/pack_set.hpp"
#include "policy/read_pack.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace assay::policy {

// A header in line 1: what follows starts in line 2.
inline std::string with_header(const std::string& rest, const std::string& id = "own", const std::string& uses = "") {
    return "pack = { id = \"" + id + "\", version = 1, date = 2026-11-22, title = \"Own\", source = \"own\", uses = [" +
           uses + "] }\n" + rest;
}

inline Pack good_pack(const std::string& text, const std::string& file = "own.toml") {
    auto pack = read_pack(text, file);
    if (!pack) FAIL(pack.error().message());
    return *std::move(pack);
}

inline PackSet good_set(std::vector<Pack> packs) {
    auto set = PackSet::compose(std::move(packs));
    if (!set) FAIL(set.error().message());
    return *std::move(set);
}

// The message of the error, or "" when the pack is taken.
inline std::string refusal(const std::string& text) {
    const auto pack = read_pack(text, "p.toml");
    return pack ? "" : pack.error().message();
}

inline Date day(std::string_view text) {
    return Date::parse(text).value();
}

}  // namespace assay::policy
