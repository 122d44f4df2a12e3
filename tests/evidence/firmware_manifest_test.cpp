#include "evidence/firmware_manifest.hpp"

#include "evidence/limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay {
namespace {

FirmwareManifest manifest() {
    return {
        LogReach::whole,
        {{.file = "intel-ucode/06-9e-0a", .request = FirmwareRequest::failed},
         {"bnx2x", "bnx2x/a.fw", SourceState::ok, 3, sha256("abc"), FirmwareRequest::loaded, sha256("unpacked")},
         {"e100", "e100/b.bin"}}
    };
}

bool decodes(const FirmwareManifest& manifest) {
    return decode_firmware_manifest(encode_firmware_manifest(manifest)).has_value();
}

TEST_SUITE("firmware_manifest") {
    TEST_CASE("a manifest has this text, and comes back from it") {
        FirmwareManifest one{LogReach::cut, {manifest().files[1]}};
        const std::string text = encode_firmware_manifest(one);
        CHECK(
            text ==
            R"({"files":[{"driver":"bnx2x","file":"bnx2x/a.fw","loaded_sha256":")"
            "83055ac700349169ca7c30f7e3a30edd88a3c031d4c1f975a23f7b9129f1dda8"
            R"(","request":"loaded","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size":3,)"
            R"("state":"ok"}],"format":"assay/firmware-manifest/1","log":"cut"})"
        );
        CHECK(decode_firmware_manifest(text).value() == one);
        CHECK(decode_firmware_manifest(encode_firmware_manifest(manifest())).value() == manifest());
        CHECK(decodes({}));
    }

    TEST_CASE("a manifest cut anywhere is refused") {
        const std::string text = encode_firmware_manifest(manifest());
        for (std::size_t size = 0; size < text.size(); ++size)
            CHECK_FALSE(decode_firmware_manifest(text.substr(0, size)));
    }

    TEST_CASE("a hash stands only where there can be one, and somebody names every file") {
        CHECK_FALSE(decodes({LogReach::whole, {{"e100", "e100/b.bin", SourceState::denied, 3, sha256("abc")}}}));
        CHECK_FALSE(decodes({LogReach::whole, {{"e100", "e100/b.bin", SourceState::ok}}}));
        FirmwareManifest unloaded = manifest();
        unloaded.files[1].request = FirmwareRequest::failed;
        CHECK_FALSE(decodes(unloaded));
        FirmwareManifest nobodys = manifest();
        nobodys.files[0].request = FirmwareRequest::unseen;
        CHECK_FALSE(decodes(nobodys));
    }

    TEST_CASE("what is not sorted, stands twice, has words of its own or spells a value twice over is refused") {
        FirmwareManifest turned = manifest();
        std::swap(turned.files[1], turned.files[2]);
        CHECK_FALSE(decodes(turned));
        FirmwareManifest twice{LogReach::whole, {{"e100", "e100/b.bin", SourceState::absent}}};
        CHECK(decodes(twice));
        twice.files.push_back({"e100", "e100/b.bin", SourceState::denied});  // and it contradicts itself
        REQUIRE(std::ranges::is_sorted(twice.files));
        CHECK_FALSE(decodes(twice));
        const std::string text = encode_firmware_manifest(manifest());
        for (const auto& [from, to] :
             {std::pair(R"("log":"whole")", R"("log":"most")"),
              std::pair(R"("request":"loaded")", R"("request":"unseen")"),
              std::pair(R"("request":"loaded")", R"("request":null)"),
              std::pair(R"("log":"whole")", R"("log": "whole")"),
              std::pair("assay/firmware-manifest/1", "assay/firmware-manifest/2")}) {
            std::string changed = text;
            changed.replace(changed.find(from), std::string_view(from).size(), to);
            CAPTURE(to);
            CHECK_FALSE(decode_firmware_manifest(changed).has_value());
        }
    }

    TEST_CASE("as many files as the limit, and one beyond") {
        FirmwareManifest many;
        for (std::size_t i = 0; i < limits::firmware_files; ++i) {
            many.files.push_back({"driver", std::to_string(100'000 + i)});  // as many digits: sorted as text
        }
        CHECK(decodes(many));
        many.files.push_back({"driver", "999999"});
        CHECK(decode_firmware_manifest(encode_firmware_manifest(many)).error().code == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay
