#include "collector/pack_files.hpp"

#include "base/file.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::collector;

TEST_SUITE("pack files") {
    TEST_CASE("the shipped directory loads whole, with the exact bytes kept beside the set") {
        const std::vector<std::string> paths{std::string(ASSAY_SOURCE_DIR) + "/policy/packs"};
        const auto packs = load_packs(paths, UnixMillis{5});
        REQUIRE_MESSAGE(packs, packs.error().message());
        CHECK(packs->set.packs().size() == packs->stored.size());
        for (const store::StoredPack& pack : packs->stored) CHECK(sha256(pack.text) == pack.sha256);
    }

    TEST_CASE("a directory without packs, a missing file and a broken pack are refused by name") {
        const test::ScratchDirectory scratch;
        const std::vector<std::string> empty{scratch.path()};
        CHECK(load_packs(empty, UnixMillis{}).error().code == Errc::not_found);
        const std::vector<std::string> missing{scratch / "none.toml"};
        CHECK(load_packs(missing, UnixMillis{}).error().code == Errc::not_found);
        REQUIRE(create_file(scratch / "broken.toml", "[pack]\nid = 5\n", 0600));
        CHECK(load_packs(empty, UnixMillis{}).error().where.find("broken.toml:2:") != std::string::npos);
    }
}
