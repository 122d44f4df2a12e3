#include "agent/capture/module_excerpt.hpp"

#include "agent/sources/module_info.hpp"
#include "agent/sources/module_signature.hpp"
#include "tests/agent/support/least_module.hpp"
#include "tests/agent/support/scratch_tree.hpp"
#include "tests/support/files.hpp"
#include "tests/support/module_key.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using test::least_module;
using test::modinfo;

Result<ModuleSections> sections_of(const std::string& module) {
    return module_sections(ModuleInMemory(as_bytes(module)));
}

ModuleSignature signature_of(const std::string& module) {
    return module_signature(ModuleInMemory(as_bytes(module)));
}

// A module with code that nobody reads.
std::string module_with_code() {
    return least_module(
        {{".note.gnu.build-id", test::build_id_note("0123456789abcdefghij")},
         {".text", std::string(50'000, '\x90')},
         {".modinfo", modinfo({"license=GPL", "firmware=a.bin", "srcversion=ABC"})}}
    );
}

TEST_SUITE("module_excerpt") {
    TEST_CASE("an excerpt says what the module says, signer and build id too, in a fraction of it") {
        const test::ModuleKey key("Build key");
        for (const std::string& whole : {module_with_code(), key.signed_module(module_with_code())}) {
            const std::string excerpt = module_excerpt(whole);
            CHECK(excerpt.size() < 2000);
            // Not the code, that is; one such byte may well be in a signature.
            CHECK(excerpt.find(std::string(16, '\x90')) == std::string::npos);
            CHECK(sections_of(excerpt).value() == sections_of(whole).value());
            CHECK(signature_of(excerpt).form == signature_of(whole).form);
            CHECK(signature_of(excerpt).signers == signature_of(whole).signers);
            CHECK(module_excerpt(excerpt) == excerpt);
        }
        CHECK(signature_of(module_excerpt(key.signed_module(module_with_code()))).signers.size() == 1);
    }

    TEST_CASE("the excerpt of a packed module is that of the module") {
        const test::ScratchTree tree;
        // Code that does not compress, so that the excerpt is the shorter one.
        std::string code;
        for (unsigned i = 0; i < 20'000; ++i) code += static_cast<char>((i * i * 2'654'435'761U) >> 24U);
        const std::string whole = least_module({{".text", code}, {".modinfo", modinfo({"license=GPL"})}});
        tree.file("module", whole);
        REQUIRE(std::system(("xz -c < " + tree.path("module") + " > " + tree.path("packed")).c_str()) == 0);
        CHECK(module_excerpt(to_text(test::read_file(tree.path("packed")))) == module_excerpt(whole));
    }

    TEST_CASE("what is no module, or a part of one, stays as it is") {
        const std::string whole = module_with_code();
        for (std::size_t size = 0; size < whole.size(); size += size < 200 || size + 500 > whole.size() ? 1U : 97U) {
            CAPTURE(size);
            const std::string cut = whole.substr(0, size);
            CHECK(module_excerpt(cut) == cut);
        }
        const std::string broken("\x28\xb5\x2f\xfd compressed");
        CHECK(module_excerpt(broken) == broken);
    }
}

}  // namespace
}  // namespace assay::agent
