#include "agent/sources/firmware_memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::agent {
namespace {

FirmwareMemory memory(FirmwareLog log, std::string boot = "boot-1") {
    return {std::move(boot), std::move(log)};
}

TEST_SUITE("firmware_memory") {
    TEST_CASE("lines that the ring has lost since stay, and what follows without a gap keeps the log whole") {
        const FirmwareMemory first = memory({0, 100, false, {{"a.fw", true, {}}, {"b.fw", false, {}}}});
        const FirmwareMemory later = memory({90, 300, false, {{"b.fw", true, sha256("b")}, {"c.fw", false, {}}}});
        const FirmwareMemory both = remembered(first, later);
        CHECK(
            both.log ==
            FirmwareLog{0, 300, false, {{"a.fw", true, {}}, {"b.fw", true, sha256("b")}, {"c.fw", false, {}}}}
        );
        CHECK(whole(both.log));
        CHECK(remembered(both, memory({290, 300, false, {}})) == both);
    }

    TEST_CASE("records that were lost between two readings are a gap, for the rest of the boot") {
        const FirmwareMemory first = memory({0, 100, false, {}});
        CHECK(whole(remembered(first, memory({100, 200, false, {}})).log));
        const FirmwareMemory gap = remembered(first, memory({101, 200, false, {}}));
        CHECK_FALSE(whole(gap.log));
        CHECK_FALSE(whole(remembered(gap, memory({150, 250, false, {}})).log));
        CHECK_FALSE(whole(remembered(memory({5, 100, false, {}}), memory({50, 150, false, {}})).log));
        CHECK_FALSE(whole(remembered(first, memory({50, 150, true, {}})).log));
    }

    TEST_CASE("what failed later does not undo that a file was loaded") {
        const FirmwareMemory first = memory({0, 10, false, {{"a.fw", true, sha256("a")}}});
        const FirmwareMemory later = memory({10, 20, false, {{"a.fw", false, {}}}});
        CHECK(remembered(first, later).log.lines == first.log.lines);
    }

    TEST_CASE("another boot, or one that is not known, remembers nothing") {
        const FirmwareMemory first = memory({0, 100, false, {{"a.fw", true, {}}}});
        const FirmwareMemory second = memory({0, 50, false, {}}, "boot-2");
        CHECK(remembered(first, second) == second);
        const FirmwareMemory unknown = memory({0, 50, false, {}}, "");
        CHECK(remembered(memory({0, 100, false, {{"a.fw", true, {}}}}, ""), unknown) == unknown);
    }

    TEST_CASE("a memory never holds more files than a log may name, and says that it left some out") {
        FirmwareMemory first = memory({0, 1, false, {}});
        for (std::size_t i = 0; i < max_firmware_lines; ++i) first.log.lines.push_back({std::to_string(i), true, {}});
        std::ranges::sort(first.log.lines);
        CHECK(whole(remembered(first, memory({0, 2, false, {}})).log));
        const FirmwareMemory more = remembered(first, memory({0, 2, false, {{"x.fw", true, {}}}}));
        CHECK(more.log.lines.size() == max_firmware_lines);
        CHECK_FALSE(whole(more.log));
    }

    TEST_CASE("a memory is read back as it was kept, and what is none is refused") {
        const FirmwareMemory kept = memory({3, 100, true, {{"a.fw", true, sha256("a")}, {"b.fw", false, {}}}});
        const std::string text = encode_firmware_memory(kept);
        CHECK(decode_firmware_memory(text).value() == kept);
        for (std::size_t size = 0; size < text.size(); ++size)
            CHECK_FALSE(decode_firmware_memory(text.substr(0, size)));
        const auto with_lines = [](const char* lines) {
            return R"({"boot":"b","log":{"first":0,"gap":false,"lines":[)" + std::string(lines) + R"(],"next":1}})";
        };
        CHECK(decode_firmware_memory(with_lines(R"({"file":"a","outcome":"failed"})")));
        CHECK_FALSE(decode_firmware_memory(with_lines(R"({"file":"a","outcome":"maybe"})")));
        CHECK_FALSE(
            decode_firmware_memory(with_lines(R"({"file":"a","outcome":"failed"},{"file":"a","outcome":"loaded"})"))
        );
        const std::string hash = R"(,"sha256":")" + std::string(64, 'a') + "\"}";
        CHECK(decode_firmware_memory(with_lines((R"({"file":"a","outcome":"loaded")" + hash).c_str())));
        CHECK_FALSE(decode_firmware_memory(with_lines((R"({"file":"a","outcome":"failed")" + hash).c_str())));
    }
}

}  // namespace
}  // namespace assay::agent
