#include "agent/sources/transceiver.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/scan.hpp"
#include "base/encoding.hpp"
#include "tests/agent/support/sysfs.hpp"
#include "tests/support/module_pages.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string card = "pci0000:00/0000:00:02.0";
const std::string cage = "transceiver/pci/0000:00/02.0/0";

void add_port(
    const ScratchTree& tree, const std::string& name, const std::map<std::string, std::string>& values = {},
    const std::string& device = card
) {
    const std::string path = "sys/devices/" + device + "/net/" + name;
    tree.file(path + "/address", "3c:fd:fe:00:00:01\n");
    for (const auto& [attribute, value] : values) tree.file(path + "/" + attribute, value + "\n");
    relative_link(tree, path + "/device", "sys/devices/" + device);
    relative_link(tree, "sys/class/net/" + name, path);
}

std::string pages_json(const transceiver::Pages& pages) {
    std::string out = "{\"lower\":\"" + to_hex(pages.lower) + "\"";
    if (!pages.page_00.empty()) out += ",\"page_00\":\"" + to_hex(pages.page_00) + "\"";
    if (!pages.page_01.empty()) out += ",\"page_01\":\"" + to_hex(pages.page_01) + "\"";
    return out + "}";
}

void add_module(const ScratchTree& tree, const std::string& name, const transceiver::Pages& pages) {
    tree.file("kernel/module/" + name + ".json", pages_json(pages));
}

Found read_one(const transceiver::Pages& pages) {
    const ScratchTree tree;
    add_port(tree, "eth0");
    add_module(tree, "eth0", pages);
    return read_transceivers(replayed(tree));
}

// Gives the pages of `first` at the first reading of the identity, those of `then` afterwards.
class ChangingKernel : public Kernel {
  public:
    ChangingKernel(std::vector<transceiver::Pages> in_turn) : in_turn_(std::move(in_turn)) {}
    Result<DriverInfo> driver_info(const std::string&) const override { return none<DriverInfo>(); }
    Result<MacAddress> permanent_address(const std::string&) const override { return none<MacAddress>(); }
    Result<std::vector<UsbDescriptor>> usb_devices() const override { return none<std::vector<UsbDescriptor>>(); }
    Result<std::vector<DevlinkInfo>> devlink_info() const override { return none<std::vector<DevlinkInfo>>(); }
    Result<FirmwareLog> firmware_log() const override { return none<FirmwareLog>(); }
    Result<Bytes> module_page(const std::string&, ModulePage page) const override {
        if (!page.upper) return in_turn_[std::min(asked_, in_turn_.size() - 1)].lower;
        return in_turn_[std::min(asked_++, in_turn_.size() - 1)].page_00;
    }

  private:
    template <class T>
    static Result<T> none() {
        return fail(Errc::unsupported, "kernel", "none");
    }
    std::vector<transceiver::Pages> in_turn_;
    mutable std::size_t asked_ = 0;
};

TEST_SUITE("transceiver source") {
    TEST_CASE("a module stands below its cage, with identity, serial and the hashes of its pages") {
        const Found found = read_one(cmis_pages());
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{cage});
        const Component& slot = component(found, cage);
        CHECK(slot.kind == ComponentKind::slot);
        CHECK(slot.parent == "net/pci/0000:00/02.0/0");
        CHECK(slot.names.at("presence") == Reading::of("module"));
        CHECK(found.placement.at(cage).at("interface") == "eth0");
        const Component& module = component(found, cage + "/module");
        CHECK(module.kind == ComponentKind::transceiver);
        CHECK(module.parent == cage);
        CHECK(has(module, Registry::sff_oui, "123456"));
        CHECK(module.names.at("eeprom").text() == "ok");
        CHECK(module.names.at("vendor").text() == "ACME OPTICS");
        CHECK(module.names.at("part_number").text() == "AO-QDD-FR4");
        CHECK(module.names.at("type").text() == "QSFP-DD");
        CHECK(module.names.at("hardware_revision").text() == "1.3");
        CHECK(module.serial.text() == "CSERIAL9");
        REQUIRE(module.firmware.size() == 2);
        CHECK(module.firmware[0].version.text() == "2.7");
        CHECK(module.contents.at("page 00h") == sha256(cmis_pages().page_00));
        CHECK(module.contents.at("page 01h") == sha256(cmis_pages().page_01));
    }

    TEST_CASE("what changes while a module works changes nothing of its component; a byte of its identity does") {
        const Found before = read_one(qsfp_pages());
        transceiver::Pages warmer = qsfp_pages();
        for (std::size_t at = 3; at < 86; ++at) warmer.lower[at] ^= 0x5a;
        CHECK(read_one(warmer).components == before.components);
        transceiver::Pages other = qsfp_pages();
        other.page_00[127] ^= 0x01;  // what nobody decodes
        CHECK(read_one(other).components != before.components);
    }

    TEST_CASE("a checksum that does not hold is told, and the vendor's number is still there for the rules") {
        transceiver::Pages pages = sfp_pages();
        put(pages.lower, 40, "SOMETHING ELSE", 16);
        const Found found = read_one(pages);
        const Component& module = component(found, cage + "/module");
        CHECK(module.names.at("eeprom").text().starts_with("bad_checksum; CC_BASE is "));
        CHECK(has(module, Registry::sff_oui, "00e0fc"));
        CHECK(module.contents.contains("A0h"));
    }

    TEST_CASE("an empty cage is empty only when the driver says so, and only then covered") {
        const auto told = [](const std::string& word) {
            const ScratchTree tree;
            add_port(tree, "eth0");
            tree.file("kernel/module/eth0.json", "{\"lower\":{\"unreadable\":\"" + word + "\",\"why\":\"said so\"}}");
            return read_transceivers(replayed(tree));
        };
        const Found empty = told("gone");
        CHECK(component(empty, cage).names.at("presence") == Reading::of("empty"));
        CHECK(empty.report.covered == std::vector<std::string>{cage});
        CHECK(empty.components.size() == 1);
        const Found silent = told("error");
        CHECK(component(silent, cage).names.at("presence") == Reading::unreadable("io_error"));
        CHECK(silent.report.state == SourceState::ok);
        CHECK(silent.report.covered.empty());
        const Found late = told("timed_out");
        CHECK(late.report.state == SourceState::timed_out);
        CHECK(late.report.covered.empty());
        const Found denied = told("denied");
        CHECK(denied.report.state == SourceState::denied);
        CHECK(denied.report.detail.find("CAP_NET_ADMIN") != std::string::npos);
        CHECK(denied.components.empty());
    }

    TEST_CASE("a module that answers with nothing but ones has no identity and is not covered; zeros are a module") {
        transceiver::Pages dead = qsfp_pages();
        dead.page_00.assign(128, 0xff);
        const Found found = read_one(dead);
        CHECK(found.components.size() == 1);
        CHECK(component(found, cage).names.at("presence") == Reading::unreadable("all_ff"));
        CHECK(found.report.covered.empty());
        const Found blank = read_one({Bytes(128, 0), Bytes(128, 0), {}});
        CHECK(component(blank, cage + "/module").names.at("eeprom").text() == "all_00");
        CHECK(component(blank, cage + "/module").identifiers.empty());
    }

    TEST_CASE("an upper page that outlived its module is given, marked, and proves no presence") {
        transceiver::Pages cached = qsfp_pages();
        cached.lower.assign(128, 0xff);
        const Found found = read_one(cached);
        CHECK(component(found, cage + "/module").names.at("eeprom").text() == "stale");
        CHECK(found.report.covered.empty());
    }

    TEST_CASE("a module that is exchanged while it is read is read again, and not mixed") {
        transceiver::Pages other = qsfp_pages();
        put(other.page_00, 68, "OTHER", 16);
        put_both_sums(other.page_00);
        const auto read = [](std::vector<transceiver::Pages> in_turn) {
            const ScratchTree tree;
            add_port(tree, "eth0");
            return read_transceivers(
                View::replay(tree.path(), std::make_unique<ChangingKernel>(std::move(in_turn))).value()
            );
        };
        CHECK(component(read({qsfp_pages(), other}), cage + "/module").serial.text() == "OTHER");
        const Found restless = read({qsfp_pages(), other, qsfp_pages(), other});
        CHECK(component(restless, cage).names.at("presence") == Reading::unreadable("conflict"));
        CHECK(restless.components.size() == 1);
        CHECK(restless.report.covered.empty());
    }

    TEST_CASE("interfaces of one split port share its cage; ports of one card have cages of their own") {
        const ScratchTree tree;
        for (const char* part : {"0", "1", "2", "3"}) {
            add_port(
                tree, std::string("swp1s") + part, {{"phys_port_name", std::string("p1s") + part}, {"dev_port", part}}
            );
            add_module(tree, std::string("swp1s") + part, qsfp_pages());
        }
        add_port(tree, "swp2", {{"phys_port_name", "p2"}, {"dev_port", "4"}});
        add_module(tree, "swp2", sfp_pages());
        const Found found = read_transceivers(replayed(tree));
        CHECK(found.components.size() == 4);
        CHECK(component(found, "transceiver/pci/0000:00/02.0/p1").parent == "pci/0000:00/02.0");
        CHECK(component(found, "transceiver/pci/0000:00/02.0/p1/module").serial.text() == "QSERIAL7");
        CHECK(component(found, "transceiver/pci/0000:00/02.0/p2").parent == "net/pci/0000:00/02.0/4");
        CHECK(found.report.covered.size() == 2);
    }

    TEST_CASE("keys are ports, whatever the kernel calls the interfaces") {
        const auto keys = [](const char* name) {
            const ScratchTree tree;
            add_port(tree, name);
            add_module(tree, name, sfp_pages());
            return component(read_transceivers(replayed(tree)), cage + "/module").key;
        };
        CHECK(keys("eth0") == keys("enp2s0f0"));
    }

    TEST_CASE("interfaces without a cage, and a machine where nobody asked, are absent") {
        const ScratchTree tree;
        CHECK(read_transceivers(replayed(tree)).report.state == SourceState::absent);
        add_port(tree, "eth0");
        CHECK(read_transceivers(replayed(tree)).report.state == SourceState::absent);
        tree.file("kernel/module/eth0.json", "{}");
        const Found found = read_transceivers(replayed(tree));
        CHECK(found.report.state == SourceState::absent);
        CHECK(found.components.empty());
    }

    TEST_CASE("in a scan the module is below cage, interface and card") {
        const ScratchTree tree;
        add_pci(tree, card, {{"vendor", "0x8086"}, {"device", "0x1572"}, {"class", "0x020000"}});
        add_port(tree, "eth0");
        add_module(tree, "eth0", sfp_pages());
        const Scan result = scan(replayed(tree), {});
        std::string at = cage + "/module";
        std::vector<std::string> way;
        while (!at.empty()) {
            const auto found = std::ranges::find(result.inventory.components, at, &Component::key);
            REQUIRE(found != result.inventory.components.end());
            way.push_back(at);
            at = found->parent;
        }
        CHECK(way.size() == 4);
        CHECK(way.back() == "pci/0000:00/02.0");
    }
}

}  // namespace
}  // namespace assay::agent
