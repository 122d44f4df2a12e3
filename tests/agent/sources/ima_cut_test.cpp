#include "agent/sources/ima_cut.hpp"

#include "tests/agent/support/ima_tree.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace assay;
using namespace assay::agent;

namespace {

constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();

Result<ImaCut::Part> cut(std::string_view list, ImaCut of_it, std::size_t piece = any) {
    while (!list.empty()) {
        const std::string_view part = list.substr(0, std::min(piece, list.size()));
        if (!of_it.feed(as_bytes(part))) break;
        list.remove_prefix(part.size());
    }
    return std::move(of_it).finish();
}

const std::string a = test::ima_line("/usr/bin/a");
const std::string b = to_text(test::ima_bytes(
    {10, Digest::zero(HashAlg::sha1), "ima", legacy_ima_data(Bytes(20, 2), as_bytes("/usr/bin/bb")), std::endian::little
    }
));
const std::string c = test::ima_line("/usr/bin/ccc");
const std::string list = a + b + c;

}  // namespace

TEST_SUITE("ima_cut") {
    TEST_CASE("a list is cut behind the same entry in whatever pieces it comes") {
        for (std::size_t piece = 1; piece <= list.size(); ++piece) {
            CAPTURE(piece);
            CHECK(cut(list, {0, 4096, any}, piece).value() == ImaCut::Part{to_bytes(list), 3, 0, list.size(), false});
            CHECK(
                cut(list, {1, 4096, 1}, piece).value() == ImaCut::Part{to_bytes(b), 1, 1, a.size() + b.size(), false}
            );
            CHECK(
                cut(list, {0, a.size() + b.size(), any}, piece).value() ==
                ImaCut::Part{to_bytes(a + b), 2, 0, a.size() + b.size(), true}
            );
        }
    }

    TEST_CASE("an entry that does not fit by one byte stays out, and is said to follow") {
        const auto whole = cut(list, {0, list.size(), any});
        CHECK(whole->count == 3);
        CHECK_FALSE(whole->more);
        const auto less = cut(list, {0, list.size() - 1, any});
        CHECK(less->bytes == to_bytes(a + b));
        CHECK(less->more);
        const auto none = cut(list, {0, a.size() - 1, any});
        CHECK(none->count == 0);
        CHECK(none->more);
    }

    TEST_CASE("a list that is shorter than what is left out says how long it is") {
        const auto part = cut(list, {7, 4096, any});
        CHECK(part->skipped == 3);
        CHECK(part->count == 0);
        CHECK(part->end == list.size());
    }

    TEST_CASE("a list that ends within an entry is refused at every length") {
        for (std::size_t size = 0; size < list.size(); ++size) {
            CAPTURE(size);
            const bool whole = size == 0 || size == a.size() || size == a.size() + b.size();
            const auto part = cut(std::string_view(list).substr(0, size), {0, 4096, any});
            CHECK(part.has_value() == whole);
            if (!part) CHECK(part.error().code == Errc::truncated);
        }
    }

    TEST_CASE("what is no list is refused, and nothing more is wanted of it") {
        ImaCut one(0, 4096, any);
        CHECK_FALSE(one.feed(as_bytes(a + std::string(64, '\xff'))));
        CHECK_FALSE(one.feed(as_bytes(a)));
        CHECK(std::move(one).finish().error().code == Errc::bad_value);
        std::string huge = to_text(test::ima_bytes(test::ima_entry("ima-ng", {})));
        huge.back() = '\x7f';  // of the size
        const auto refused = cut(a + huge, {0, 4096, any});
        CHECK(refused.error().code == Errc::limit_exceeded);
        CHECK(refused.error().where == "ima_list[1].template_data");
    }
}
