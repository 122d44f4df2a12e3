#include "evidence/limits.hpp"
#include "tests/collector/bundle/bundle_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::BundleScene;

namespace {

std::string refusal(const BundleFiles& files) {
    const auto read = decode_bundle(files);
    REQUIRE_FALSE(read.has_value());
    return read.error().where + ": " + read.error().what;
}

}  // namespace

TEST_SUITE("bundle") {
    TEST_CASE_FIXTURE(BundleScene, "what was put into files comes out of them") {
        for (const Bundle& one : {bundle(), bundle(2, 1)}) CHECK(decode_bundle(encode_bundle(one)).value() == one);
        Bundle bare = bundle();
        bare.references.front().signature = {1, 2, 3};
        bare.references.front().approved_at = {};
        bare.ima.clear();
        bare.ima_whole = false;
        bare.ima_extension = {};
        bare.appraisal.judged_on = {};
        bare.packs.clear();
        bare.authorities = {vendor.intermediate()};
        CHECK(decode_bundle(encode_bundle(bare)).value() == bare);
    }

    TEST_CASE_FIXTURE(
        BundleScene, "a file that is missing, changed or more than the manifest says is refused by name"
    ) {
        const BundleFiles whole = encode_bundle(bundle());
        for (const auto& [name, body] : whole) {
            CAPTURE(name);
            BundleFiles files = whole;
            files.erase(name);
            CHECK(refusal(files).starts_with(name + ": "));
            if (name == manifest_file || body.empty()) continue;
            files = whole;
            files[name].back() ^= 1U;
            CHECK(refusal(files) == name + ": is not what the manifest says: the bundle was changed");
        }
        BundleFiles longer = whole;
        longer["documents/more"] = {};
        CHECK(refusal(longer) == "documents/more: is not in the manifest");
    }

    TEST_CASE_FIXTURE(
        BundleScene, "a manifest that is cut, or changed in any byte, is refused or says the same or other things"
    ) {
        const BundleFiles whole = encode_bundle(bundle());
        const Bytes manifest = whole.at(std::string(manifest_file));
        for (std::size_t size = 0; size < manifest.size(); size += 13) {
            BundleFiles files = whole;
            files[std::string(manifest_file)].resize(size);
            CHECK_FALSE(decode_bundle(files).has_value());
        }
    }

    TEST_CASE_FIXTURE(BundleScene, "a manifest may not list itself, nor a file of a kind that no bundle has") {
        BundleFiles files = encode_bundle(bundle());
        files["notes/1"] = to_bytes(as_bytes("x"));
        const std::string name(manifest_file);
        std::string text(as_text(files.at(name)));
        const std::string entry = R"({"name":"notes/1","sha256":")" + to_hex(sha256("x")) + R"(","size":1},)";
        text.insert(text.find(R"({"name":"packs/)"), entry);
        files[name] = to_bytes(as_bytes(text));
        CHECK(refusal(files) == "notes/1: is no file of a report bundle");
    }
}
