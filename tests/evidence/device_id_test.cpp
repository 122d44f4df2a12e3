#include "evidence/device_id.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("device id") {
    TEST_CASE("an id is 64 lower-case hex digits and nothing else (CVE-2022-23949)") {
        const DeviceId id = DeviceId::of_ek(as_bytes("key"));
        const std::string text = id.text();
        CHECK(DeviceId::parse(text).value() == id);
        const std::string upper = [&text] {
            std::string out = text;
            out.replace(out.find_first_of("abcdef"), 1, "A");
            return out;
        }();
        const std::initializer_list<std::string> bad{
            "",
            text.substr(1),
            text + "0",
            text + "\n",
            "\n" + text,
            " " + text.substr(1),
            upper,
            "0x" + text.substr(2),
            text.substr(0, 63) + "g",
            text.substr(0, 63) + std::string(1, '\0'),
            "../" + text.substr(3)
        };
        for (const std::string& one : bad) {
            CAPTURE(one);
            CHECK_FALSE(DeviceId::parse(one));
        }
        CHECK(DeviceId::parse("x", "query.device").error().where == "query.device");
    }

    TEST_CASE("an id is no fingerprint, and differs for every key") {
        CHECK(DeviceId::of_ek(as_bytes("key")).value != ek_fingerprint(as_bytes("key")));
        CHECK(DeviceId::of_ek(as_bytes("key")) != DeviceId::of_ek(as_bytes("Key")));
        CHECK(ek_fingerprint(as_bytes("key")) != ek_fingerprint(as_bytes("")));
    }
}
