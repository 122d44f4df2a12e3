#include "agent/scan_child.hpp"

#include "agent/scan_order.hpp"
#include "tests/agent/support/ima_tree.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>

using namespace assay;
using namespace assay::agent;
using std::chrono::milliseconds;

TEST_SUITE("scan_child") {
    TEST_CASE("orders and answers are read back as they were written, and strictly") {
        const ScanOrder order{
            "/var/lib/x",
            "tree",
            milliseconds(1500),
            TpmFacts{0x49424d00, "SW", "1.2.3.4", "2.0", "1.64", "2021", "rsa ecc", "p", "b"},
            {"usb"},
            {.vpd = false, .option_roms = OptionRoms::unbound, .flash = FlashContents::regions},
            false,
            ImaPlace{"boot", 480, 61'000},
            {sha256("a"), sha256("b")},
            false
        };
        const auto again = decode_scan_order(encode_scan_order(order));
        REQUIRE(again);
        CHECK(again->state_dir == order.state_dir);
        CHECK(again->root == order.root);
        CHECK(again->source_deadline == order.source_deadline);
        CHECK(again->tpm->manufacturer == 0x49424d00);
        CHECK(again->tpm->vendor_string == "SW");
        CHECK(again->tpm->firmware_version == "1.2.3.4");
        CHECK(again->tpm->family == "2.0");
        CHECK(again->tpm->revision == "1.64");
        CHECK(again->tpm->year == "2021");
        CHECK(again->tpm->algorithms == "rsa ecc");
        CHECK(again->tpm->curves == "p");
        CHECK(again->tpm->pcr_banks == "b");
        CHECK(again->hanging == order.hanging);
        CHECK(again->choices == order.choices);
        CHECK_FALSE(again->hardware);
        CHECK(again->ima_from == order.ima_from);
        CHECK(again->keep == order.keep);
        CHECK_FALSE(again->keep_ima);
        CHECK_FALSE(decode_scan_order("{}"));

        ScannedDocuments found;
        found.documents = {{DocumentKind::inventory, sha256("a"), 1}, {DocumentKind::placement, sha256("b"), 2}};
        found.host = {"name", "maker", "model", "serial"};
        found.hanging = {"net", "usb"};
        found.ima = ImaReading{{"boot", 480, 9, true}, 62'000};
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
        LeftBehind left;
        const ScanOrder order{scratch.path("state"), tree.path(), milliseconds(5'000), {}};
        const auto first = scan_in_child(ASSAY_AGENT, order, [] {}, left);
        REQUIRE(first);
        REQUIRE(first->documents.size() == 4);
        CHECK(state->document(first->documents[0].sha256)->size() == first->documents[0].size);
        CHECK(scan_in_child(ASSAY_AGENT, order, [] {}, left).value() == *first);
        test::add_pci(tree, "pci0000:00/0000:00:02.0", {{"vendor", "0x8086"}, {"device", "0x2"}, {"class", "0x0"}});
        const auto second = scan_in_child(ASSAY_AGENT, order, [] {}, left);
        REQUIRE(second);
        CHECK(second->documents[0] != first->documents[0]);
        CHECK(state->document(second->documents[0].sha256));
        CHECK(state->document(first->documents[0].sha256).error().code == Errc::not_found);
    }

    TEST_CASE("another loaded module is another list of modules, and nothing else") {
        const test::ScratchTree scratch;
        const test::ScratchTree tree;
        tree.file("proc/sys/kernel/osrelease", "6.1.0\n");
        tree.file("proc/modules", "one 1 0 - Live 0x0\n");
        const auto state = StateDirectory::open(scratch.path("state"));
        REQUIRE(state);
        LeftBehind left;
        const ScanOrder order{scratch.path("state"), tree.path(), milliseconds(5'000), {}};
        const auto first = scan_in_child(ASSAY_AGENT, order, [] {}, left);
        REQUIRE(first);
        tree.file("proc/modules", "two 1 0 - Live 0x0 (OE)\none 1 1 two, Live 0x0\n");
        const auto second = scan_in_child(ASSAY_AGENT, order, [] {}, left);
        REQUIRE(second);
        for (std::size_t i = 0; i < 4; ++i) {
            const bool modules = first->documents.at(i).kind == DocumentKind::modules;
            CHECK((second->documents.at(i) == first->documents[i]) == !modules);
        }
        const auto list = decode_module_list(state->document(second->documents[3].sha256).value());
        CHECK(list.value().modules.size() == 2);
        CHECK(state->recall_firmware() == FirmwareMemory{});  // what a tree says is nothing to remember
    }

    TEST_CASE("event log and IMA list are documents of a live machine, and a list alone leaves the others be") {
        const test::ScratchTree scratch;
        test::ImaTree machine;
        machine.measure_many(3);
        machine.own.file("sys/kernel/security/tpm0/binary_bios_measurements", "event log");
        const auto state = StateDirectory::open(scratch.path("state"));
        REQUIRE(state);
        ScanOrder order{scratch.path("state"), "", milliseconds(5'000), {}};
        const View view = test::stand_in(machine.own);
        const auto whole = scan_to_documents(order, view);
        REQUIRE(whole);
        REQUIRE(whole->documents.size() >= 4);
        const DocumentRef& log = whole->documents[whole->documents.size() - 2];
        CHECK(log.kind == DocumentKind::event_log);
        CHECK(state->document(log.sha256).value() == "event log");
        CHECK(whole->documents.back().kind == DocumentKind::ima);
        CHECK(state->document(whole->documents.back().sha256).value() == machine.list);
        CHECK(whole->ima == ImaReading{{test::boot_id, 0, 3}, machine.list.size()});

        machine.measure("/usr/bin/new");
        order.hardware = false;
        order.ima_from = whole->ima->behind();
        for (const DocumentRef& one : whole->documents) order.keep.push_back(one.sha256);
        const auto list = scan_to_documents(order, view);
        REQUIRE(list);
        REQUIRE(list->documents.size() == 1);
        CHECK(list->ima->span == ImaSpan{test::boot_id, 3, 1});
        for (const DocumentRef& one : whole->documents) CHECK(state->document(one.sha256));
        CHECK(state->document(list->documents[0].sha256).value() == test::ima_line("/usr/bin/new"));

        order.hardware = true;
        order.keep_ima = false;
        const auto hardware = scan_to_documents(order, view);
        REQUIRE(hardware);
        CHECK(hardware->ima == list->ima);
        CHECK(std::ranges::equal(hardware->documents, std::span(whole->documents).first(whole->documents.size() - 1)));

        order.hardware = false;
        machine.own.remove("sys/kernel/security/ima");
        CHECK(scan_to_documents(order, view).error().what.find("cannot be read any more") == 0);
    }

    TEST_CASE("what is remembered of the kernel's log is written when it has changed, and else left alone") {
        const test::ScratchTree scratch;
        const test::ScratchTree tree;
        tree.file(test::boot_id_file, "boot-1\n");
        const auto log_of = [&tree](const std::string& lines) {
            tree.file(
                "kernel/firmware_log.json", R"({"log":{"first":0,"gap":false,"next":9,"lines":[)" + lines + "]}}"
            );
        };
        log_of(R"({"file":"a.fw","outcome":"loaded"})");
        const auto state = StateDirectory::open(scratch.path("state"));
        REQUIRE(state);
        const ScanOrder order{scratch.path("state"), "", milliseconds(5'000), {}};
        const auto file_after_scan = [&order, &tree, &state] {
            REQUIRE(scan_to_documents(order, test::stand_in(tree)));
            struct stat file{};
            REQUIRE(::stat((state->path() + "/firmware.json").c_str(), &file) == 0);
            return file.st_ino;
        };
        const ino_t first = file_after_scan();
        CHECK(state->recall_firmware().log.lines.size() == 1);
        CHECK(file_after_scan() == first);
        log_of(R"({"file":"a.fw","outcome":"loaded"},{"file":"b.fw","outcome":"failed"})");
        CHECK(file_after_scan() != first);
        CHECK(state->recall_firmware().log.lines.size() == 2);
    }

    TEST_CASE("what goes wrong in the child is told") {
        ::signal(SIGPIPE, SIG_IGN);  // as the agent's main does: a child may end before it is told its order
        const test::ScratchTree scratch;
        LeftBehind left;
        const ScanOrder order{scratch.path("state"), "/nonexistent", milliseconds(5'000), {}};
        CHECK(scan_in_child(ASSAY_AGENT, order, [] {}, left).error().where.find("/nonexistent") != std::string::npos);
        CHECK(scan_in_child("/nonexistent/program", order, [] {}, left).error().what.find("cannot start") == 0);
        CHECK(scan_in_child("/bin/true", order, [] {}, left).error().code == Errc::io_error);
        const ScanOrder unwritable{"/proc/nothing", scratch.path(), milliseconds(5'000), {}};
        CHECK_FALSE(scan_in_child(ASSAY_AGENT, unwritable, [] {}, left));
    }

    // A program in place of the agent: keeps the order that it was given, answers, closes its answer, and stays.
    std::string staying_program(const test::ScratchTree& scratch, const ScannedDocuments& answer) {
        scratch.file("answer", encode_scan_answer(answer));
        scratch.file(
            "program", "#!/bin/sh\ncat > '" + scratch.path("order") + "'\ncat '" + scratch.path("answer") +
                           "'\nexec >&- 2>&-\nexec sleep 300\n"
        );
        ::chmod(scratch.path("program").c_str(), 0755);
        return scratch.path("program");
    }
    ScanOrder order_given(const test::ScratchTree& scratch) {
        std::ifstream file(scratch.path("order"));
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        return decode_scan_order(text).value();
    }

    TEST_CASE("a child that no signal ends holds nothing up: what it hangs in is left out until it has ended") {
        const test::ScratchTree scratch;
        ScannedDocuments answer;
        answer.documents = {{DocumentKind::inventory, sha256("a"), 1}};
        answer.hanging = {"usb"};
        const std::string program = staying_program(scratch, answer);
        const ScanOrder order{scratch.path("state"), "", milliseconds(5'000), {}};
        std::vector<pid_t> unkillable;
        bool can_end = false;
        LeftBehind left([&](pid_t process, milliseconds time) {
            if (can_end) return reaped_within(process, std::chrono::seconds(20));
            CHECK((time.count() > 0) == (std::ranges::find(unkillable, process) == unkillable.end()));
            if (time.count() > 0) unkillable.push_back(process);
            return false;
        });
        CHECK(scan_in_child(program, order, [] {}, left).value() == answer);
        CHECK(order_given(scratch).hanging.empty());
        CHECK(left.hanging() == std::vector<std::string>{"usb"});
        answer.hanging = {"net"};
        staying_program(scratch, answer);
        CHECK(scan_in_child(program, order, [] {}, left));
        CHECK(order_given(scratch).hanging == std::vector<std::string>{"usb"});
        CHECK(left.count() == 2);
        for (std::size_t more = left.count(); more < LeftBehind::at_most; ++more)
            CHECK(scan_in_child(program, order, [] {}, left));
        CHECK(order_given(scratch).hanging == std::vector<std::string>{"net", "usb"});

        const auto refused = scan_in_child(program, order, [] {}, left);
        CHECK(refused.error().code == Errc::timed_out);
        CHECK(refused.error().what.find("still hang") != std::string::npos);
        CHECK(left.count() == LeftBehind::at_most);
        can_end = true;
        CHECK(scan_in_child(program, order, [] {}, left));
        CHECK(order_given(scratch).hanging.empty());
        CHECK(left.count() == 0);
        for (const pid_t process : unkillable) CHECK(::kill(process, 0) != 0);
    }

    TEST_CASE("a process that runs on is not waited for longer than told, and one that ended is reaped") {
        const pid_t process = ::fork();
        REQUIRE(process >= 0);
        if (process == 0) {
            ::pause();
            ::_exit(0);
        }
        CHECK_FALSE(reaped_within(process, milliseconds(0)));
        CHECK_FALSE(reaped_within(process, milliseconds(20)));
        LeftBehind left;
        left.end(process, {});
        while (left.count() != 0) left.look_again();
        CHECK(::kill(process, 0) != 0);
        CHECK(reaped_within(process, milliseconds(0)));  // no child any more: nothing to wait for
    }

    TEST_CASE("a source that is known to hang is not read by the child, and reported as timed out") {
        const test::ScratchTree scratch;
        const test::ScratchTree tree;
        test::add_pci(tree, "pci0000:00/0000:00:01.0", {{"vendor", "0x8086"}, {"device", "0x1"}, {"class", "0x0"}});
        const auto state = StateDirectory::open(scratch.path("state"));
        REQUIRE(state);
        const auto found = scan_to_documents({scratch.path("state"), tree.path(), milliseconds(5'000), {}, {"pci"}});
        REQUIRE(found);
        CHECK(found->hanging.empty());  // this one hangs in nothing
        const auto inventory = decode_inventory(state->document(found->documents[0].sha256).value());
        REQUIRE(inventory);
        const auto pci = std::ranges::find(inventory->sources, "pci", &SourceReport::source);
        REQUIRE(pci != inventory->sources.end());
        CHECK(pci->state == SourceState::timed_out);
        CHECK(pci->detail == "an earlier reading still hangs");
        CHECK(pci->covered.empty());
        for (const Component& one : inventory->components) CHECK(one.kind != ComponentKind::pci_function);
    }
}
