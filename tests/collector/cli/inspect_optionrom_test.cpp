#include "tests/collector/cli/fake_context.hpp"

namespace assay::cli::test {
TEST_SUITE_BEGIN("cli: inspect optionrom");

const std::string rom_file = "tests/fuzz/corpus/option_rom/legacy-and-efi";

TEST_CASE("inspect optionrom shows the chain image by image, each with its hash") {
    Fake fake;
    CHECK(fake.assay({"inspect", "optionrom", rom_file}) == Exit::done);
    check_golden("inspect_optionrom.json", fake.out);
}

TEST_CASE("inspect optionrom says where a chain breaks, and refuses what is no option ROM") {
    Fake fake;
    const std::string whole = to_text(assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/" + rom_file));
    fake.files["cut"] = whole.substr(0, 700);
    CHECK(fake.assay({"inspect", "optionrom", "cut"}) == Exit::done);
    CHECK(fake.out.find("\"broken\": \"0x200: an image is longer than what was read") != std::string::npos);
    fake.out.clear();
    fake.files["text"] = "no rom at all, only some text that is long enough";
    CHECK(fake.assay({"inspect", "optionrom", "text"}) == Exit::failed);
    CHECK(fake.out.empty());
    CHECK(fake.err.find("text: 0x0: no image begins with 55 aa here") != std::string::npos);
}

TEST_SUITE_END();
}  // namespace assay::cli::test
