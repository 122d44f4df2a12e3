// What module files say of themselves. Modules here are those scripts/make-demo-tree writes, and least ones.

#include "agent/sources/module_info.hpp"

#include "agent/sources/loaded_modules.hpp"
#include "evidence/limits.hpp"
#include "tests/agent/support/demo_tree.hpp"
#include "tests/agent/support/least_module.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

Bytes demo_module() {
    const DemoTree tree("branch-cpe");
    return read_file(tree.path() + "/lib/modules/6.1.0-demo-amd64/kernel/drivers/r8169.ko");
}

Result<ModuleSections> sections_of(ByteView module) {
    return module_sections(ModuleInMemory(module));
}

// Counts how often a part of it is asked for.
class CountedModule : public ModuleInMemory {
  public:
    using ModuleInMemory::ModuleInMemory;
    Result<Bytes> bytes(std::uint64_t at, std::size_t count) const override {
        ++asked;
        return ModuleInMemory::bytes(at, count);
    }
    mutable int asked = 0;
};

TEST_SUITE("module_info") {
    TEST_CASE("the firmware lines of a module are found, sorted, each once") {
        const auto sections = sections_of(demo_module());
        REQUIRE(sections.has_value());
        const std::vector<std::string> names{"rtl_nic/rtl8168g-2.fw", "rtl_nic/rtl8168h-2.fw"};
        CHECK(firmware_names(sections->modinfo).value() == names);
        CHECK(firmware_names(sections->modinfo + sections->modinfo).value() == names);
        CHECK(firmware_names(modinfo({"firmwares=no", "firmware", "xfirmware=no"})).value().empty());
    }

    TEST_CASE("values are those of the whole key, the first one of several") {
        const std::string text = modinfo({"srcversionx=no", "srcversion=ABC", "srcversion=DEF", "version="});
        CHECK(modinfo_value(text, "srcversion") == "ABC");
        CHECK(modinfo_value(text, "version").empty());
        CHECK(modinfo_value(text, "license").empty());
    }

    TEST_CASE("build id and modinfo are told apart, and a file without them has neither") {
        const std::string note = build_id_note("0123456789abcdefghij");
        const auto both = sections_of(
            as_bytes(least_module({{".note.gnu.build-id", note}, {".text", "code"}, {".modinfo", modinfo({"a=b"})}}))
        );
        REQUIRE(both.has_value());
        CHECK(both->build_id == note);
        CHECK(both->modinfo == modinfo({"a=b"}));
        CHECK(sections_of(as_bytes(least_module({{".text", "code"}}))).value() == ModuleSections{});
    }

    TEST_CASE("a module cut anywhere is refused") {
        const Bytes whole = demo_module();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(sections_of(ByteView(whole).first(size)).has_value());
        }
    }

    TEST_CASE("section numbers, offsets and sizes that lie are refused or find nothing, never read beyond the end") {
        const Bytes whole = demo_module();
        for (std::size_t at = 0x20; at < 0x40; ++at) {
            Bytes changed = whole;
            changed[at] = 0xff;
            CAPTURE(at);
            const auto sections = sections_of(changed);
            CHECK((!sections || sections->modinfo.empty() || *sections == *sections_of(whole)));
        }
    }

    TEST_CASE("a section is read up to its limit, not one byte beyond") {
        const std::string most(max_section_bytes, 'x');
        CHECK(sections_of(as_bytes(least_module({{".modinfo", most}}))).value().modinfo.size() == most.size());
        CHECK(sections_of(as_bytes(least_module({{".modinfo", most + 'x'}}))).error().code == Errc::limit_exceeded);
        std::vector<std::string> names;
        for (std::size_t i = 0; i < max_firmware_names; ++i) names.push_back("firmware=" + std::to_string(i));
        CHECK(firmware_names(modinfo(names)).value().size() == max_firmware_names);
        names.push_back("firmware=one more");
        CHECK(firmware_names(modinfo(names)).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("however many sections have one name, the last one alone is read") {
        const auto sections = [](int count) {
            std::vector<std::pair<std::string, std::string>> out;
            for (int i = 0; i < count; ++i) out.emplace_back(".modinfo", modinfo({"a=" + std::to_string(i)}));
            return least_module(out);
        };
        const auto read_of = [](const std::string& text) {
            const CountedModule module(as_bytes(text));
            return std::pair(module_sections(module).value().modinfo, module.asked);
        };
        CHECK(read_of(sections(300)).first == modinfo({"a=299"}));
        CHECK(read_of(sections(300)).second == read_of(sections(1)).second);
    }

    TEST_CASE("what is no ELF file is told so") {
        const std::string script = "#!/bin/sh\n" + std::string(100, '#');
        CHECK(sections_of(as_bytes(script)).error().code == Errc::bad_magic);
    }
}

TEST_SUITE("loaded_modules") {
    TEST_CASE("module names are those of /proc/modules, whatever their files are called") {
        CHECK(module_name("kernel/net/snd-hda-intel.ko") == "snd_hda_intel");
        CHECK(module_name("kernel/net/x.ko.xz") == "x");
        const auto paths = module_paths("kernel/a-b.ko: kernel/c.ko\nkernel/c.ko:\nno colon\n../../etc/shadow:\n");
        CHECK(paths.size() == 2);
        CHECK(paths.at("a_b") == "kernel/a-b.ko");
    }

    TEST_CASE("a path that climbs, or is none, is not plain") {
        for (const char* path : {"a", "a/b.bin", "a..b/.c"}) CHECK(plain_path(path));
        for (const char* path : {"", "/a", "..", "a/../b", "./a", "a//b"}) CHECK_FALSE(plain_path(path));
        CHECK(plain_path(std::string(limits::text_bytes, 'a')));
        CHECK_FALSE(plain_path(std::string(limits::text_bytes + 1, 'a')));
    }
}

}  // namespace
}  // namespace assay::agent
