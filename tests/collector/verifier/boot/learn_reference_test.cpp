#include "collector/verifier/boot/learn_reference.hpp"

#include "evidence/limits.hpp"
#include "tests/collector/verifier/boot/boot_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

TEST_SUITE("learn_reference") {
    TEST_CASE("what a device booted is accepted, but for what differs between devices") {
        BootScene scene;
        scene.put(10, {measured("boot_aggregate")});
        const BootReference learned = scene.reference();
        CHECK(scene.judge({learned}).verdict == Verdict::affirming);
        for (const unsigned index : {1U, 5U, 10U}) {
            CAPTURE(index);
            CHECK_FALSE(learned.accepted.contains(pcr(index)));
            CHECK_FALSE(learned.left_out.at(pcr(index)).empty());
            scene.put(index, {measured("another disk, another order")});
        }
        CHECK(scene.judge({learned}).verdict == Verdict::affirming);
        CHECK(learned.accepted.at(pcr(4)).values.at(0).events == *scene.boot.events.at(pcr(4)));
        CHECK(learned.accepted.at(pcr(12)).values.at(0).events.empty());
        CHECK_FALSE(learned.accepted.contains(pcr(3)));  // was not quoted
    }

    TEST_CASE("merging keeps what is known, adds what is new, and ends what was replaced") {
        const BootScene old_boot;
        BootScene new_boot;
        new_boot.put(4, {measured("new loader")});
        const Date end = Date::parse("2027-01-31").value();
        const auto both = merge_reference(old_boot.reference(), new_boot.reference(), end);
        REQUIRE(both);
        const std::vector<AcceptedValue>& values = both->accepted.at(pcr(4)).values;
        REQUIRE(values.size() == 2);
        CHECK(values[0].until == end);
        CHECK_FALSE(values[1].until);
        CHECK(both->accepted.at(pcr(7)).values.size() == 1);
        CHECK_FALSE(both->accepted.at(pcr(7)).values[0].until);
        // Again, with another end: an earlier one stays.
        const auto again = merge_reference(*both, new_boot.reference(), Date::parse("2028-01-31").value());
        CHECK(again->accepted.at(pcr(4)).values[0].until == end);
        // A value that comes back is accepted without an end.
        CHECK_FALSE(merge_reference(*both, old_boot.reference(), end)->accepted.at(pcr(4)).values[0].until);
    }

    TEST_CASE("what a person left out stays left out") {
        const BootScene scene;
        BootReference known = scene.reference();
        known.accepted.erase(pcr(8));
        known.left_out.emplace(pcr(8), "names the device's own disk");
        const auto merged = merge_reference(known, scene.reference(), {});
        REQUIRE(merged);
        CHECK_FALSE(merged->accepted.contains(pcr(8)));
    }

    TEST_CASE("of another firmware, of another bank, and beyond the limit") {
        const BootScene scene;
        BootReference other = scene.reference();
        other.firmware.version = "1.3";
        CHECK_FALSE(merge_reference(scene.reference(), other, {}));
        CHECK_FALSE(merge_reference(scene.reference(), BootScene(HashAlg::sha384).reference(), {}));
        BootReference grown = scene.reference();
        for (std::size_t i = 1; i <= limits::reference_values; ++i) {
            BootScene next;
            next.put(4, {measured("loader " + std::to_string(i))});
            const auto merged = merge_reference(grown, next.reference(), {});
            CHECK(merged.has_value() == (i < limits::reference_values));
            if (merged) grown = *merged;
        }
    }
}
