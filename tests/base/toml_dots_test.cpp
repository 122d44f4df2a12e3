#include "base/toml_dots.hpp"

#include "base/toml.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace assay;

namespace {

std::string dotted(std::size_t dots) {
    std::string key = "a";
    for (std::size_t i = 0; i < dots; ++i) key += ".a";
    return key;
}

}  // namespace

TEST_SUITE("toml dots") {
    TEST_CASE("a key of more dots than the limit is refused before it exhausts the stack") {
        CHECK(toml::parse(dotted(16) + " = 1\n", "f"));
        CHECK(toml::parse(dotted(17) + " = 1\n", "f").error().code == Errc::limit_exceeded);
        CHECK(toml::parse("[" + dotted(17) + "]\n", "f").error().code == Errc::limit_exceeded);
        CHECK(toml::parse(dotted(100'000) + " = 1\n[}", "f").error().code == Errc::limit_exceeded);
    }

    TEST_CASE("nesting is refused beyond its limit, however it is spelt") {
        CHECK(toml::parse("[" + dotted(16) + "]\n" + dotted(13) + " = 1\n", "f"));
        CHECK(toml::parse("[" + dotted(16) + "]\n" + dotted(16) + " = 1\n", "f").error().what.starts_with("nested"));
        CHECK(toml::parse("a = " + std::string(31, '[') + std::string(31, ']'), "f"));
        CHECK(toml::parse("a = " + std::string(33, '[') + std::string(33, ']'), "f").error().what.starts_with("nested")
        );
    }

    TEST_CASE("dots in strings and comments are text, whatever the string's quotes and escapes") {
        const std::string dots(40, '.');
        for (const std::string& text :
             {"a = \"" + dots + "\\\"" + dots + "\"", "a = '" + dots + "\\'", "a = 1 # " + dots + " \" '",
              "a = \"\"\"" + dots + "\n\"" + dots + "\"\"\"\"\nb = 1", "a = '''\n" + dots + "''''",
              "\"" + dots + "\" = 1"}) {
            CAPTURE(text);
            CHECK_FALSE(toml::has_too_many_dots(text));
            CHECK(toml::parse(text, "f"));
        }
    }

    TEST_CASE("a string that only seems to go on hides no dots after it") {
        for (const std::string before :
             {"a = '''x''''\n", "a = \"\"\"x\"\"\"\n", "a = '\\'\n", "a = \"\\\\\"\n", "a = \"\"\n", "# '\n"}) {
            CAPTURE(before);
            CHECK(toml::has_too_many_dots(before + dotted(17) + " = 1"));
        }
    }
}
