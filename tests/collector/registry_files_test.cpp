#include "collector/registry_files.hpp"

#include "base/file.hpp"
#include "tests/policy/registry_text.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>

using namespace assay;
using namespace assay::collector;

namespace {

using Paths = std::vector<std::string>;

std::string text(const std::string& registry, const std::string& rows) {
    return policy::snapshot_text(registry, rows);
}

}  // namespace

TEST_SUITE("registry files") {
    TEST_CASE("without a key they are beside the packs, and none where nothing is there") {
        const Paths shipped{std::string(ASSAY_SOURCE_DIR) + "/policy/packs"};
        const auto beside = load_registries(std::nullopt, shipped);
        REQUIRE_MESSAGE(beside, beside.error().message());
        CHECK(beside->all().size() == 4);
        const Paths slash{shipped[0] + "/"};
        CHECK(load_registries(std::nullopt, slash)->all().size() == 4);
        const test::ScratchDirectory scratch;
        const Paths lonely{scratch / "packs"};
        CHECK(load_registries(std::nullopt, lonely)->all().empty());
        CHECK(load_registries(Paths{}, shipped)->all().empty());  // said to be none
    }

    TEST_CASE("files and directories are taken as they are named, and only *.tsv") {
        const test::ScratchDirectory scratch;
        std::filesystem::create_directory(scratch / "more");
        REQUIRE(create_file(scratch / "more/pci.tsv", text("pci", "8086\tIntel\n"), 0600));
        REQUIRE(create_file(scratch / "more/README", "not a snapshot", 0600));
        REQUIRE(create_file(scratch / "jedec", text("jedec", "1:ce\tSamsung\n"), 0600));
        const auto loaded = load_registries(Paths{scratch / "more", scratch / "jedec"}, {});
        REQUIRE_MESSAGE(loaded, loaded.error().message());
        CHECK(loaded->of(Registry::pci) != nullptr);
        CHECK(loaded->of(Registry::jedec) != nullptr);
    }

    TEST_CASE("a missing file, an empty directory, a broken snapshot and two of one registry are refused by name") {
        const test::ScratchDirectory scratch;
        const Paths directory{scratch.path()};
        CHECK(load_registries(directory, {}).error().code == Errc::not_found);
        CHECK(load_registries(Paths{scratch / "none.tsv"}, {}).error().code == Errc::not_found);
        REQUIRE(create_file(scratch / "a.tsv", text("pci", "8086\tIntel\n"), 0600));
        REQUIRE(create_file(scratch / "b.tsv", text("pci", "8086\tIntel\n"), 0600));
        CHECK(load_registries(directory, {}).error().code == Errc::conflict);
        REQUIRE(replace_file(scratch / "b.tsv", "assay-registry\t1\nregistry\tpcie\n", 0600));
        CHECK(load_registries(directory, {}).error().where.find("b.tsv") != std::string::npos);
    }
}
