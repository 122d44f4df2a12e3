#include "policy/registry_snapshot.hpp"

#include "tests/policy/registry_text.hpp"

using namespace assay;
using namespace assay::policy;

namespace {

const std::string rows = "1028\tDell\n8086\tIntel Corporation\n";

std::string refused(const std::string& text) {
    const auto read = RegistrySnapshot::read(text, "f.tsv");
    return read ? "" : read.error().message();
}

std::string refused_rows(const std::string& registry, const std::string& some) {
    return refused(snapshot_text(registry, some));
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    return text.replace(text.find(what), what.size(), with);
}

}  // namespace

TEST_SUITE("registry snapshot") {
    TEST_CASE("says whose a number is, since when, and where that comes from") {
        const RegistrySnapshot read = good_snapshot("pci", rows);
        CHECK(read.registry() == Registry::pci);
        CHECK(read.date().text() == "2026-01-02");
        CHECK(read.source() == "a test");
        CHECK(read.licence() == "none");
        CHECK(read.sha256() == sha256(snapshot_text("pci", rows)));
        REQUIRE(read.find("8086") != nullptr);
        CHECK(read.find("8086")->holder == "Intel Corporation");
        CHECK(read.find("8087") == nullptr);
        CHECK(read.find("") == nullptr);
        REQUIRE(read.held_by("intel").size() == 1);
        CHECK(read.rows()[read.held_by("intel")[0]].number == "8086");
        CHECK(read.held_by("huawei").empty());
    }

    TEST_CASE("cut anywhere it is refused, and so is every byte too many") {
        const std::string whole = snapshot_text("pci", rows);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CAPTURE(length);
            CHECK(refused(whole.substr(0, length)) != "");
        }
        CHECK(refused(whole) == "");
        CHECK(refused(whole + "\n") != "");
        CHECK(refused(whole + "ffff\tMore\n").find("f.tsv:10: row: is one more than `rows` says") == 0);
        CHECK(refused(whole + "#\n") != "");
    }

    TEST_CASE("each line of the head is needed, in its place and form") {
        const std::string whole = snapshot_text("pci", rows);
        CHECK(refused(replaced(whole, "assay-registry\t1", "assay-registry\t2")).find("f.tsv:1: assay-registry") == 0);
        CHECK(refused(replaced(whole, "registry\tpci", "registry\tpcie")).find("f.tsv:2: registry") == 0);
        for (const char* other : {"mac", "pci_subsystem", "sff_oui", ""})
            CHECK(refused(replaced(whole, "registry\tpci", std::string("registry\t") + other)) != "");
        CHECK(refused(replaced(whole, "2026-01-02", "2026-02-30")).find("f.tsv:3: date") == 0);
        CHECK(refused(replaced(whole, "a test", "")).find("f.tsv:4: source") == 0);
        CHECK(refused(replaced(whole, "a test", std::string(513, 'x'))).find("f.tsv:4: source") == 0);
        CHECK(refused(replaced(whole, "licence\tnone", "license\tnone")).find("f.tsv:5: licence") == 0);
        for (const char* count : {"0", "-2", "2x", "02", "1", "3", "262145", "99999999999999999999", "+2"})
            CHECK(refused(replaced(whole, "rows\t2", std::string("rows\t") + count)) != "");
    }

    TEST_CASE("numbers are vendors' parts in their one spelling, strictly ascending") {
        const auto refuses = [](const char* registry, const std::string& some) {
            CAPTURE(std::string(registry));
            CAPTURE(some);
            CHECK(refused_rows(registry, some) != "");
        };
        for (const char* number : {"808", "80866", "808G", "ABCD", "8086:1572", "", " 8086", "0x8086"})
            refuses("pci", std::string(number) + "\tX\n");
        refuses("pci", "8086\tA\n8086\tB\n");
        refuses("pci", "8087\tA\n8086\tB\n");
        refuses("pci", "8086 A\n");
        refuses("oui", "01005e\tA group\n");
        refuses("oui", "00:e0:fc\tA\n");
        refuses("oui", "00e0fc00\tA\n");
        refuses("pnp", "ab1\tA\n");
        refuses("acpi", "HISI0A61\tA\n");
        for (const auto& [registry, number] :
             {std::pair("usb", "12d1"), std::pair("oui", "00e0fc"), std::pair("oui", "70b3d5f2f"),
              std::pair("pnp", "NTC"), std::pair("jedec", "8:b6"), std::pair("pen", "2011"), std::pair("acpi", "HISI"),
              std::pair("tpm_vendor", "4e544300"), std::pair("midr", "48")}) {
            CAPTURE(std::string(registry));
            CHECK(refused_rows(registry, std::string(number) + "\tX\n") == "");
        }
    }

    TEST_CASE("a holder is text that may be shown") {
        CHECK(refused_rows("pci", "8086\t" + std::string(limits::holder_bytes, 'x') + "\n") == "");
        CHECK(refused_rows("pci", "8086\t" + std::string(limits::holder_bytes + 1, 'x') + "\n") != "");
        for (const char* holder : {"", " A", "A ", "A\tB", "A\x1b[2J", "A\xe2\x80\xae", "A\xff", "A\r"}) {
            CAPTURE(std::string(holder));
            CHECK(refused_rows("pci", "8086\t" + std::string(holder) + "\n").find("f.tsv:8: holder") == 0);
        }
    }

    TEST_CASE("a file over its limit is refused before it is read") {
        std::string large = snapshot_text("pci", rows);
        large.insert(large.find("# A comment."), "#" + std::string(limits::snapshot_bytes, ' ') + "\n");
        CHECK(refused(large).find("larger") != std::string::npos);
    }

    TEST_CASE("rows stay in their place when the snapshot is moved") {
        RegistrySnapshot first = good_snapshot("pci", rows);
        const RegistrySnapshot second = std::move(first);
        CHECK(second.find("1028")->holder == "Dell");
    }
}
