#pragma once
// What a fuzz target asserts: a property that must hold for every input, in release builds too.

#include <cstdio>
#include <cstdlib>

#define REQUIRE_ALWAYS(property)                                                \
    do {                                                                        \
        if (!(property)) {                                                      \
            std::fprintf(stderr, "%s:%d: " #property "\n", __FILE__, __LINE__); \
            std::abort();                                                       \
        }                                                                       \
    } while (false)
