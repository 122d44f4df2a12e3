#pragma once
// Whether this machine's resolver tells of a name that nobody can have (RFC 6761, 6.4) that there is none. Where DNS is
// dropped it does not answer for long, and one with a wildcard answers with a page of its own.

#include <doctest/doctest.h>
#include <netdb.h>

#include <chrono>
#include <cstdlib>

namespace assay::test {

inline constexpr const char* no_such_host = "no-such-host.invalid";

inline bool absent_names_are_told() {
    ::setenv("RES_OPTIONS", "attempts:1 timeout:1", 1);  // for the look-ups that follow, too
    const auto started = std::chrono::steady_clock::now();
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(no_such_host, nullptr, nullptr, &found);
    if (code == 0) ::freeaddrinfo(found);
    const bool told = code != 0 && std::chrono::steady_clock::now() - started < std::chrono::seconds(4);
    if (!told) MESSAGE("skipped: the resolver here does not tell that a name is none");
    return told;
}

}  // namespace assay::test
