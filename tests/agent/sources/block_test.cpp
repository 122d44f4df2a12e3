#include "agent/sources/block.hpp"

#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;
using namespace std::string_literals;

// A block device of `device`, both below sys/devices.
void add_disk(
    const ScratchTree& tree, const std::string& device, const std::string& name,
    const std::map<std::string, std::string>& values
) {
    for (const auto& [attribute, value] : values) tree.file("sys/devices/" + device + "/" + attribute, value);
    const std::string path = "sys/devices/" + device + "/block/" + name;
    relative_link(tree, path + "/device", "sys/devices/" + device);
    relative_link(tree, "sys/class/block/" + name, path);
}

const std::map<std::string, std::string> disk{{"vendor", "ATA     \n"}, {"model", "M\n"}, {"rev", "0132\n"}};

TEST_SUITE("block") {
    TEST_CASE("a SATA disk's place is the port its controller gives it, not the kernel's count") {
        const auto found = [](const char* count) {
            const ScratchTree tree;
            const std::string ata = "pci0000:00/0000:00:1f.2/ata"s + count;
            tree.file("sys/devices/" + ata + "/ata_port/ata" + count + "/port_no", "2\n");
            add_disk(tree, ata + "/host" + count + "/target" + count + ":0:0/" + count + ":0:0:0", "sda", disk);
            return read_block(replayed(tree));
        };
        CHECK(keys(found("2")) == std::multiset<std::string>{"block/pci/0000:00/1f.2/port2/0:0:0"});
        CHECK(keys(found("9")) == keys(found("2")));
        const Found one = found("2");
        CHECK(one.components[0].names.at("vendor").text() == "ATA");
        CHECK(one.components[0].names.at("transport").text() == "ata");
        CHECK(one.components[0].firmware.at(0).version.text() == "0132");
    }

    TEST_CASE("hosts of one controller are told by their order, which another boot's numbers keep") {
        const auto found = [](int first) {
            const ScratchTree tree;
            for (int i = 0; i < 2; ++i) {
                const std::string host = std::to_string(first + i);
                const std::string below =
                    "pci0000:00/0000:00:05.0/host" + host + "/target" + host + ":0:1/" + host + ":0:1:0";
                add_disk(tree, below, "sd"s + static_cast<char>('a' + i), disk);
            }
            return keys(read_block(replayed(tree)));
        };
        CHECK(
            found(0) ==
            std::multiset<std::string>{"block/pci/0000:00/05.0/host0/0:1:0", "block/pci/0000:00/05.0/host1/0:1:0"}
        );
        CHECK(found(9) == found(0));  // 9 and 10: order by number, not by text
    }

    TEST_CASE("an NVMe controller is one part whatever its name spaces; fabrics are another machine's disks") {
        const ScratchTree tree;
        const std::string nvme = "sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0";
        for (const auto& [name, value] : std::map<std::string, std::string>{
                 {"model", "SAMSUNG MZ       \n"},
                 {"serial", "S3W8  \n"},
                 {"firmware_rev", "EXA7301Q\n"},
                 {"transport", "pcie\n"}
             }) {
            tree.file(nvme + "/" + name, value);
        }
        relative_link(tree, "sys/class/nvme/nvme0", nvme);
        for (const char* space : {"nvme0n1", "nvme0n2"}) {
            relative_link(tree, nvme + "/" + space + "/device", nvme);
            relative_link(tree, "sys/class/block/"s + space, nvme + "/" + space);
        }
        tree.file("sys/devices/virtual/nvme-fabrics/ctl/nvme1/transport", "tcp\n");
        relative_link(tree, "sys/class/nvme/nvme1", "sys/devices/virtual/nvme-fabrics/ctl/nvme1");
        const Found found = read_block(replayed(tree));
        CHECK(keys(found) == std::multiset<std::string>{"block/pci/0000:00/01.0"});
        CHECK(found.components[0].serial.text() == "S3W8");
        CHECK(found.components[0].names.at("model").text() == "SAMSUNG MZ");
        CHECK(found.components[0].firmware.at(0).version.text() == "EXA7301Q");
    }

    TEST_CASE("an eMMC with boot areas is one part") {
        const ScratchTree tree;
        const std::string card = "platform/fe300000.mmc/mmc_host/mmc0/mmc0:0001";
        add_disk(
            tree, card, "mmcblk0",
            {{"manfid", "0x000015\n"},
             {"oemid", "0x0100\n"},
             {"name", "8GTF4R\n"},
             {"serial", "0x1234\n"},
             {"cid", "15010038\n"},
             {"fwrev", "0x0600\n"}}
        );
        relative_link(tree, "sys/class/block/mmcblk0boot0", "sys/devices/" + card + "/block/mmcblk0/mmcblk0boot0");
        relative_link(tree, "sys/devices/" + card + "/block/mmcblk0/mmcblk0boot0/device", "sys/devices/" + card);
        const Found found = read_block(replayed(tree));
        CHECK(keys(found) == std::multiset<std::string>{"block/platform/fe300000.mmc"});
        CHECK(found.components[0].names.at("manfid").text() == "0x000015");
        CHECK(found.components[0].firmware.at(0).version.text() == "0x0600");
    }

    TEST_CASE("loop devices, partitions and mapped disks are no hardware") {
        const ScratchTree tree;
        relative_link(tree, "sys/class/block/loop0", "sys/devices/virtual/block/loop0");
        tree.directory("sys/devices/virtual/block/loop0");
        add_disk(tree, "pci0000:00/0000:00:02.0/virtio1", "vda", {});
        tree.file("sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda/vda1/partition", "1\n");
        relative_link(tree, "sys/class/block/vda1", "sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda/vda1");
        CHECK(keys(read_block(replayed(tree))) == std::multiset<std::string>{"block/pci/0000:00/02.0"});
    }

    TEST_CASE("a serial number page is read as its length says, and never beyond its end") {
        CHECK(serial_of_vpd80("\x00\x80\x00\x06HW0001"s) == "HW0001");
        CHECK(serial_of_vpd80("\x00\x80\x00\x04HW0001"s) == "HW00");
        CHECK(serial_of_vpd80("\x00\x80\xff\xffHW0001"s) == "HW0001");
        CHECK(serial_of_vpd80("\x00\x83\x00\x06HW0001"s).empty());
        const std::string page = "\x00\x80\x00\x06HW0001"s;
        for (std::size_t size = 0; size < page.size(); ++size) {
            CHECK(serial_of_vpd80(page.substr(0, size)).size() <= (size < 4 ? 0 : size - 4));
        }
    }

    TEST_CASE("no block devices at all is absent, unreadable ones are denied") {
        const ScratchTree tree;
        CHECK(read_block(replayed(tree)).report.state == SourceState::absent);
        tree.file("kernel/unreadable", "denied sys/class/block\n");
        tree.directory("sys/class/block");
        CHECK(read_block(replayed(tree)).report.state == SourceState::denied);
    }
}

}  // namespace
}  // namespace assay::agent
