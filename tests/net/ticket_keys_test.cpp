#include "net/ticket_keys.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::net;
using namespace std::chrono_literals;

TEST_SUITE("ticket_keys") {
    TEST_CASE("ticket keys are replaced by time, and one that was replaced opens for one more lifetime") {
        TicketKeys keys(100s, system_random);
        const TicketKeys::Time start{};
        const TicketKey first = keys.newest(start);
        CHECK(keys.newest(start + 99s).name == first.name);
        const TicketKey second = keys.newest(start + 100s);
        CHECK(second.name != first.name);
        CHECK(second.cipher != first.cipher);
        CHECK(second.mac != first.mac);
        REQUIRE(keys.find(first.name, start + 199s));
        CHECK(keys.find(first.name, start + 199s)->mac == first.mac);
        CHECK(!keys.find(first.name, start + 200s));
        CHECK(!keys.find(Bytes(16, 0), start + 199s));
    }

    TEST_CASE("a ticket key that nobody replaced for long does not open for longer") {
        TicketKeys keys(100s, system_random);
        const TicketKeys::Time start{};
        const TicketKey first = keys.newest(start);
        CHECK(!keys.find(first.name, start + 250s));
    }
}
