#include "agent/sources/flash_content.hpp"

#include "agent/capture/capture_files.hpp"
#include "agent/kernel/recording_kernel.hpp"
#include "agent/root/recording.hpp"
#include "agent/sources/flash_regions.hpp"
#include "evidence/hardware/firmware_volumes.hpp"
#include "evidence/limits.hpp"
#include "tests/agent/support/flash_files.hpp"
#include "tests/support/firmware_volume.hpp"
#include "tests/support/flash_descriptor_bytes.hpp"

#include <doctest/doctest.h>

#include <set>

namespace assay::agent {
namespace {

using namespace test;

constexpr const char* pc_flash = "flash/pci/0000:00/1f.5/cs0/BIOS@0";

// 16 MiB: descriptor, GbE, ME, EC, and 8 MiB of BIOS, in it a volume of code and, before it, one of variables.
std::string pc_chip(char variables) {
    std::string out(16U << 20U, '\xff');
    const std::string descriptor = to_text(flash_descriptor({
        {0, flash_blocks(0x000, 0x000)},
        {1, flash_blocks(0x800, 0xfff)},
        {2, flash_blocks(0x010, 0x0ff)},
        {3, flash_blocks(0x001, 0x002)},
        {8, flash_blocks(0x003, 0x004)},
    }));
    out.replace(0, descriptor.size(), descriptor);
    const std::string store = to_text(firmware_volume(nv_data, 0x4000, variables));
    const std::string code = to_text(firmware_volume(ffs2, 0x8000, 'c'));
    out.replace(0x800000, store.size(), store);
    out.replace(0x900000, code.size(), code);
    return out;
}

std::string router_chip(char fill) {
    return std::string(262'144, fill);
}

const Firmware& firmware(const Component& part, std::string_view name) {
    const auto at = std::ranges::find(part.firmware, name, &Firmware::name);
    REQUIRE(at != part.firmware.end());
    return *at;
}

// A machine with this tree and these flashes, as a live one, and as what was captured of it.
struct Machine {
    ScratchTree tree;
    ScratchTree out;
    std::map<std::string, std::string> flashes{};

    View view() const {
        auto kernel = std::make_unique<FlashKernel>();
        kernel->flashes = flashes;
        auto made = View::stand_in(tree.path(), std::move(kernel));
        REQUIRE(made.has_value());
        return *made;
    }
    static Found chosen(const View& of) { return read_flash_contents(of, {.flash = FlashContents::regions}); }
    Found asked() const { return chosen(view()); }
    Found captured() const {
        const View live = view();
        const auto recording = std::make_shared<Recording>(live);
        (void)chosen(live.recorded(recording));
        std::filesystem::remove_all(out.path("tree"));
        REQUIRE(write_directory(out.path("tree"), capture_files(*recording->take(), "test")).has_value());
        const auto again = View::replay(out.path("tree"));
        REQUIRE(again.has_value());
        return chosen(*again);
    }
    // What was said live, the capture says too.
    Found both() const {
        const Found live = asked();
        const Found again = captured();
        CHECK(live.report == again.report);
        CHECK(live.additions == again.additions);
        return live;
    }
};

TEST_SUITE("flash_content") {
    TEST_CASE_FIXTURE(
        Machine, "of a chip with a descriptor each region that holds firmware is hashed, the others say why not"
    ) {
        add_pc_flash(tree);
        flashes["mtd0"] = pc_chip('a');
        const Found found = both();
        CHECK(found.report.state == SourceState::ok);
        const Component& chip = addition(found, pc_flash);
        CHECK(chip.firmware.size() == 5);
        CHECK(firmware(chip, "region.descriptor").sha256 == sha256(flashes["mtd0"].substr(0, 0x1000)));
        CHECK(firmware(chip, "region.ec").sha256 == sha256(flashes["mtd0"].substr(0x3000, 0x2000)));
        CHECK(firmware(chip, "region.me").version.why() == "not hashed: changes by itself");
        CHECK(firmware(chip, "region.gbe").version.why() == "not hashed: holds this unit's addresses");
        CHECK_FALSE(firmware(chip, "region.me").sha256.has_value());
        const Firmware& bios = firmware(chip, "region.bios");
        CHECK(bios.version.absent());
        CHECK(bios.obtained == "mtd");
        flash::VolumeScanner volumes;
        volumes.feed(as_bytes(flashes["mtd0"].substr(0x800000)));
        CHECK(bios.sha256 == volumes.finish()->sha256);
    }

    TEST_CASE_FIXTURE(Machine, "variables that the firmware writes change nothing, code does") {
        add_pc_flash(tree);
        flashes["mtd0"] = pc_chip('a');
        const Found before = asked();
        flashes["mtd0"] = pc_chip('b');
        CHECK(asked().additions == before.additions);
        flashes["mtd0"][0x900100] = 'x';
        CHECK(asked().additions != before.additions);
    }

    TEST_CASE_FIXTURE(Machine, "a descriptor that lies is an error of its register, and nothing is hashed by it") {
        add_pc_flash(tree);
        flashes["mtd0"] = pc_chip('a');
        put_little(flashes["mtd0"], 0x4c, 0x00110001, 4);  // GbE over ME
        const Found found = both();
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("dev/mtd*ro: FLREG3: it overlaps FLREG2") == 0);
        CHECK(addition(found, pc_flash).firmware.size() == 1);
        CHECK(firmware(addition(found, pc_flash), "regions").version.why() == "bad_value");
    }

    TEST_CASE_FIXTURE(
        Machine, "of partitions those that hold firmware are hashed; settings, a unit's data and the unknown are not"
    ) {
        add_router_flash(tree);
        flashes["mtd1"] = router_chip('u');
        const Found found = both();
        CHECK(found.report.state == SourceState::ok);
        const std::string chip = "flash/platform/soc/fe204000.spi/cs1";
        CHECK(found.additions.size() == 4);  // the chip itself is divided
        CHECK(firmware(addition(found, chip + "/u-boot@0"), "content").sha256 == sha256(flashes["mtd1"]));
        const auto why = [&found, &chip](const char* part) {
            return firmware(addition(found, chip + part), "content").version.why();
        };
        CHECK(why("/u-boot-env@40000") == "not hashed: changes by itself");
        CHECK(why("/factory@50000") == "not hashed: holds what is this unit's");
        CHECK(why("/vendor@60000") == "not hashed: writable, and not known to be firmware");
    }

    TEST_CASE_FIXTURE(
        Machine, "nothing is looked into that holds settings or one unit's data, not even its first bytes"
    ) {
        const std::map<std::string, std::string> common{{"type", "nor"}, {"size", "8192"}, {"offset", "0"}};
        int number = 0;
        for (const char* label : {"u-boot-env", "art"}) {
            auto values = common;
            values["name"] = label;
            const std::string mtd = "mtd" + std::to_string(number++);
            add_mtd(tree, std::string("platform/") + label + "/mtd/" + mtd, values);
            flashes[mtd] = "secret" + std::string(8186, 'x');
        }
        const Found found = both();
        CHECK(found.report.state == SourceState::absent);
        CHECK(found.report.detail == "no flash whose contents are read");
        CHECK(found.additions.empty());
        CHECK_FALSE(std::filesystem::exists(out.path("tree/dev")));
    }

    TEST_CASE_FIXTURE(Machine, "what may not be read, or ends early, is told of the region that it is of") {
        add_pc_flash(tree);
        const Found denied = both();
        CHECK(denied.report.state == SourceState::denied);
        CHECK(firmware(addition(denied, pc_flash), "content").version.why() == "denied");
        flashes["mtd0"] = pc_chip('a').substr(0, 0x900000);
        const Found cut = both();
        CHECK(cut.report.state == SourceState::error);
        CHECK(firmware(addition(cut, pc_flash), "region.bios").version.why() == "io_error");
        CHECK(firmware(addition(cut, pc_flash), "region.ec").sha256.has_value());
        flashes["mtd0"].resize(16U << 20U, '\xff');  // and no volume is left whole
        for (std::size_t at = 0x900000; at > 0x800000; --at) flashes["mtd0"][at - 1] = '\xff';
        const Found none = both();
        CHECK(none.report.state == SourceState::ok);
        CHECK(
            firmware(addition(none, pc_flash), "region.bios").version.why() == "not hashed: no firmware volumes in it"
        );
    }

    TEST_CASE_FIXTURE(
        Machine, "that all of a region was read and holds no firmware volumes is told where it is all there is"
    ) {
        add_mtd(
            tree, "platform/f.spi/spi_master/spi0/spi0.0/mtd/mtd0",
            {{"name", "BIOS"}, {"type", "nor"}, {"size", "65536"}, {"offset", "4096"}}
        );
        flashes["mtd0"] = std::string(65536, '\xff');
        const Found found = both();
        CHECK(found.report.state == SourceState::ok);
        const Component& part = addition(found, "flash/platform/f.spi/cs0/BIOS@1000");
        CHECK(firmware(part, "content").version.why() == "not hashed: no firmware volumes in it");
        CHECK_FALSE(firmware(part, "content").sha256.has_value());
    }

    TEST_CASE_FIXTURE(Machine, "a flash that could not be looked at is not one that is gone") {
        tree.file("sys/class/mtd/mtd3", "not a link");
        const Found found = both();
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("sys/class/mtd/mtd*") == 0);
    }

    TEST_CASE_FIXTURE(Machine, "a reading that nobody waits for any more ends") {
        add_pc_flash(tree);
        flashes["mtd0"] = pc_chip('a');
        std::stop_source stop;
        const View stopped = view().stopping(stop.get_token());
        const FlashRange whole{"mtd0", 0, 1U << 20U};
        CHECK(stopped.kernel().flash_digest(whole, FlashHash::bytes, stopped.stop()).has_value());
        stop.request_stop();
        CHECK(stopped.kernel().flash_digest(whole, FlashHash::bytes, stopped.stop()).error().code == Errc::timed_out);
    }

    TEST_CASE_FIXTURE(Machine, "left out unless chosen; a captured tree tells what it has, whatever is chosen") {
        add_pc_flash(tree);
        CHECK(read_flash_contents(replayed(tree), {}).report.detail == "left out by [scan] flash");
        CHECK(
            read_flash_contents(replayed(tree), {.flash = FlashContents::regions}).report.state == SourceState::absent
        );
        CHECK(read_flash_contents(replayed(tree), {}).additions.empty());
        tree.file("dev/mtd0ro", pc_chip('a').substr(0, 4096));
        CHECK(read_flash_contents(replayed(tree), {}).report.state == SourceState::ok);
        const auto live = View::live();
        REQUIRE(live.has_value());
        CHECK(read_flash_contents(*live, {}).report.detail == "left out by [scan] flash");
        const ScratchTree none;
        CHECK(read_flash_contents(replayed(none), {}).report.detail == "left out by [scan] flash");
        CHECK(
            read_flash_contents(replayed(none), {.flash = FlashContents::regions}).report.detail == "no sys/class/mtd"
        );
        CHECK(replayed(tree).kernel().flash_head("mtd0", 4096, {}).error().code == Errc::unsupported);
    }

    TEST_CASE("the plan for a region: its kind of memory, its length, its label, and who may write it") {
        const auto planned = [](const char* label, const char* type, std::uint64_t size, std::optional<bool> writable) {
            FlashDevice device;
            device.label = Reading::of(label);
            device.type = Reading::of(type);
            device.size = size;
            device.writable = writable;
            return plan_flash(device);
        };
        for (const char* label : {"u-boot", "U-Boot_2", "0:APPSBL", "kernel", "bl2", "FIP"})
            CHECK(planned(label, "nor", 1, true) == FlashPlan{});
        for (const char* label : {"BIOS", "uefi", "edk2"})
            CHECK(planned(label, "nor", 1, true).what == FlashHash::volumes);
        for (const char* label : {"u_boot_env2", "0:APPSBLENV", "rootfs_data", "jffs2", "Config", "0:ART", "log 1"})
            CHECK(planned(label, "nor", 1, false).left_out != nullptr);
        CHECK(planned("vendor", "nor", 1, false) == FlashPlan{});
        CHECK(planned("vendor", "nor", 1, true).left_out != nullptr);
        CHECK(planned("vendor", "nor", 1, std::nullopt).left_out != nullptr);  // nobody knows
        CHECK(planned("u-boot", "nor", max_flash_region, true) == FlashPlan{});
        CHECK(planned("u-boot", "nor", max_flash_region + 1, true).left_out != nullptr);
        for (const char* type : {"nand", "mlc-nand", "ubi", "absent", ""})
            CHECK(planned("u-boot", type, 1, true).left_out != nullptr);
    }
}

}  // namespace
}  // namespace assay::agent
