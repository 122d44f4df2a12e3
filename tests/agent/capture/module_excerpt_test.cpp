#include "agent/capture/module_excerpt.hpp"

#include "agent/sources/module_info.hpp"
#include "tests/agent/support/demo_tree.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace assay::agent {
namespace {

// A module of the demo with code that nobody reads.
std::string module_with_code() {
    const test::DemoTree tree("branch-cpe");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tree.path() + "/lib/modules")) {
        if (entry.path().extension() != ".ko") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(in), {}};
        if (bytes.find("firmware=") != std::string::npos) return bytes + std::string(50'000, '\x90');
    }
    FAIL("no module of the demo names firmware");
    return {};
}

TEST_SUITE("module_excerpt") {
    TEST_CASE("an excerpt says what the module says, in a fraction of it") {
        const std::string whole = module_with_code();
        const std::string excerpt = module_excerpt(as_bytes(whole));
        CHECK(excerpt.size() < 2000);
        CHECK(firmware_names(as_bytes(excerpt)).value() == firmware_names(as_bytes(whole)).value());
        CHECK_FALSE(firmware_names(as_bytes(excerpt)).value().empty());
        CHECK(as_text(modinfo_section(as_bytes(excerpt)).value()) == as_text(modinfo_section(as_bytes(whole)).value()));
        CHECK(module_excerpt(as_bytes(excerpt)) == excerpt);
    }

    TEST_CASE("what is no module, or a part of one, stays as it is") {
        const std::string whole = module_with_code().substr(0, 600);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::string cut = whole.substr(0, size);
            const std::string excerpt = module_excerpt(as_bytes(cut));
            const auto names = firmware_names(as_bytes(cut));
            const auto again = firmware_names(as_bytes(excerpt));
            CHECK(names.has_value() == again.has_value());
            if (!names) CHECK(excerpt == cut);
        }
        CHECK(
            module_excerpt(as_bytes(std::string_view("\x28\xb5\x2f\xfd compressed"))) == "\x28\xb5\x2f\xfd compressed"
        );
    }
}

}  // namespace
}  // namespace assay::agent
