#include "agent/root/capture_lists.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

const std::string hash(64, 'a');

TEST_SUITE("capture_lists") {
    TEST_CASE("what could not be read is told with its word and what was said of it") {
        const UnreadList list{
            {"sys/a b", {Errc::denied, "permission denied"}},
            {"sys/\x01\n\\", {Errc::io_error, "first\nsecond\ttab \xff"}},
            {"sys/slow", {Errc::timed_out, "could not be read where the tree was captured"}},
            {"sys/gone", {Errc::gone, "went away"}},
        };
        const std::string text = encode_unreadable(list);
        CHECK(text.find("denied sys/a b\tpermission denied\n") != std::string::npos);
        CHECK(text.find("error sys/\\001\\012\\134\tfirst\\012second\\011tab \xff\n") != std::string::npos);
        CHECK(text.find("timed_out sys/slow\n") != std::string::npos);
        const auto again = parse_unreadable(text);
        REQUIRE(again.has_value());
        CHECK(*again == list);
    }

    TEST_CASE("a list by hand needs a word and a path") {
        const auto list = parse_unreadable("denied sys/firmware/dmi/tables/DMI\n\nerror proc/cpuinfo");
        REQUIRE(list.has_value());
        CHECK(list->at("sys/firmware/dmi/tables/DMI").code == Errc::denied);
        CHECK(list->at("proc/cpuinfo").what == "could not be read where the tree was captured");
        for (const char* bad :
             {"perhaps sys/a", "denied", "denied ", " sys/a", "denied \tsaid", "not_found sys/a", "io_error x"}) {
            CAPTURE(bad);
            const auto refused = parse_unreadable(std::string("denied sys/b\n") + bad + "\n");
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error().where == "kernel/unreadable");
            CHECK(refused.error().what.starts_with("line 2 "));
        }
        CHECK(encode_unreadable({{"", {Errc::denied, "x"}}, {"sys/a", {Errc::not_found, "x"}}}).empty());
    }

    TEST_CASE("digests are told with hash, size and path") {
        const DigestList list{
            {"lib/firmware/a b.bin", {sha256("a"), 1}},
            {"lib/firmware/\n", {sha256("b"), (std::uint64_t{1} << 53U) - 1}}
        };
        const auto again = parse_digests(encode_digests(list));
        REQUIRE(again.has_value());
        CHECK(*again == list);
        CHECK(parse_digests("").value().empty());
    }

    TEST_CASE("a line that is no digest is refused, and so is every truncation within a line") {
        for (const std::string& bad :
             {hash + " 1", hash + " x path", hash + " -1 path", hash + " 1x path", hash.substr(1) + " 1 path",
              std::string(64, 'A') + " 1 path", hash + "  path", hash + " 1 ", hash + " 99999999999999999999 path",
              hash + " 9007199254740992 path"}) {
            CAPTURE(bad);
            CHECK_FALSE(parse_digests(bad).has_value());
        }
        const std::string line = hash + " 12 p";
        for (std::size_t size = 1; size < line.size(); ++size)
            CHECK_FALSE(parse_digests(line.substr(0, size)).has_value());
        CHECK(parse_digests(line).has_value());
        const std::string unread = "denied p";
        for (std::size_t size = 1; size < unread.size(); ++size)
            CHECK_FALSE(parse_unreadable(unread.substr(0, size)).has_value());
        CHECK(parse_unreadable(unread).has_value());
    }

    TEST_CASE("a list has its limits, and one beyond each is refused") {
        std::string lines;
        for (std::size_t i = 0; i < capture_list_lines; ++i) lines += "denied a\n";
        CHECK(parse_unreadable(lines).has_value());
        CHECK(parse_unreadable(lines + "denied a\n").error().code == Errc::limit_exceeded);
        const std::string word = "denied ";
        CHECK(parse_unreadable(word + std::string(capture_list_bytes - word.size(), 'a')).has_value());
        CHECK(
            parse_unreadable(word + std::string(capture_list_bytes - word.size() + 1, 'a')).error().code ==
            Errc::limit_exceeded
        );
        CHECK(parse_digests(std::string(capture_list_bytes + 1, 'a')).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("every error that a reader can be given has a word, and the word finds it") {
        for (const Errc code :
             {Errc::denied, Errc::io_error, Errc::timed_out, Errc::not_found, Errc::gone, Errc::limit_exceeded,
              Errc::bad_value, Errc::wrong_type, Errc::conflict, Errc::unsupported}) {
            CHECK(failure_named(failure_word(code)) == code);
        }
        CHECK(failure_word(Errc::bad_signature) == "error");
    }

    TEST_CASE("a path has one spelling") {
        CHECK(normalised_path("/lib//firmware/./x") == "lib/firmware/x");
        CHECK(normalised_path("a/b/../../../c") == "c");
        CHECK(normalised_path("").empty());
    }
}

}  // namespace
}  // namespace assay::agent
