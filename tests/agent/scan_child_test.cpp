#include "agent/scan_child.hpp"

#include "agent/scan_order.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

using namespace assay;
using namespace assay::agent;
using std::chrono::milliseconds;

TEST_SUITE("scan_child") {
    TEST_CASE("orders and answers are read back as they were written, and strictly") {
        const ScanOrder order{"/var/lib/x", "tree", milliseconds(1500), TpmFacts{0x49424d00, "SW", "1.2.3.4"}};
        const auto again = decode_scan_order(encode_scan_order(order));
        REQUIRE(again);
        CHECK(again->state_dir == order.state_dir);
        CHECK(again->root == order.root);
        CHECK(again->source_deadline == order.source_deadline);
        CHECK(again->tpm->manufacturer == 0x49424d00);
        CHECK(again->tpm->vendor_string == "SW");
        CHECK(again->tpm->firmware_version == "1.2.3.4");
        CHECK_FALSE(decode_scan_order("{}"));

        ScannedDocuments found;
        found.documents = {{DocumentKind::inventory, sha256("a"), 1}, {DocumentKind::placement, sha256("b"), 2}};
        found.host = {"name", "maker", "model", "serial"};
        const std::string text = encode_scan_answer(found);
        CHECK(decode_scan_answer(text).value() == found);
        for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(decode_scan_answer(text.substr(0, size)));
        const auto failed = decode_scan_answer(encode_scan_answer(fail(Errc::denied, "sys", "no")));
        CHECK(failed.error().where == "sys");
        CHECK(failed.error().what == "no");
        CHECK(decode_scan_answer("").error().code == Errc::io_error);
    }

    TEST_CASE("the host says its name, maker, model and serial, cleaned") {
        const test::ScratchTree tree;
        tree.file("etc/hostname", "core\x1b[1m1\nnext\n");
        Inventory inventory;
        Component system;
        system.kind = ComponentKind::system;
        system.key = "smbios/system";
        system.names = {{"manufacturer", Reading::of("Example")}, {"product", Reading::unreadable("denied")}};
        system.serial = Reading::of("S1");
        inventory.components = {system};
        const HostHints hints = host_hints(test::replayed(tree), inventory);
        CHECK(hints.name.find('\x1b') == std::string::npos);
        CHECK(hints.name.find("next") == std::string::npos);
        CHECK(hints.maker == "Example");
        CHECK(hints.model.empty());
        CHECK(hints.serial == "S1");
    }

    TEST_CASE("the child's documents are in the state directory, the same hardware gives the same, others go") {
        const test::ScratchTree scratch;
        const test::ScratchTree tree;
        test::add_pci(tree, "pci0000:00/0000:00:01.0", {{"vendor", "0x8086"}, {"device", "0x1"}, {"class", "0x0"}});
        const auto state = StateDirectory::open(scratch.path("state"));
        REQUIRE(state);
        const ScanOrder order{scratch.path("state"), tree.path(), milliseconds(5'000), {}};
        const auto first = scan_in_child(ASSAY_AGENT, order, [] {});
        REQUIRE(first);
        REQUIRE(first->documents.size() == 3);
        CHECK(state->document(first->documents[0].sha256)->size() == first->documents[0].size);
        CHECK(scan_in_child(ASSAY_AGENT, order, [] {}).value() == *first);
        test::add_pci(tree, "pci0000:00/0000:00:02.0", {{"vendor", "0x8086"}, {"device", "0x2"}, {"class", "0x0"}});
        const auto second = scan_in_child(ASSAY_AGENT, order, [] {});
        REQUIRE(second);
        CHECK(second->documents[0] != first->documents[0]);
        CHECK(state->document(second->documents[0].sha256));
        CHECK(state->document(first->documents[0].sha256).error().code == Errc::not_found);
    }

    TEST_CASE("what goes wrong in the child is told") {
        const test::ScratchTree scratch;
        const ScanOrder order{scratch.path("state"), "/nonexistent", milliseconds(5'000), {}};
        CHECK(scan_in_child(ASSAY_AGENT, order, [] {}).error().where.find("/nonexistent") != std::string::npos);
        CHECK(scan_in_child("/nonexistent/program", order, [] {}).error().what.find("cannot start") == 0);
        CHECK(scan_in_child("/bin/true", order, [] {}).error().code == Errc::io_error);
        const ScanOrder unwritable{"/proc/nothing", scratch.path(), milliseconds(5'000), {}};
        CHECK_FALSE(scan_in_child(ASSAY_AGENT, unwritable, [] {}));
    }
}
