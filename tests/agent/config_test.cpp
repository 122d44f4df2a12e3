#include "agent/config.hpp"

#include "tests/support/files.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

using namespace assay;
using namespace assay::agent;

namespace {

namespace fs = std::filesystem;

std::string source(const std::string& path) {
    return to_text(test::read_file(std::string(ASSAY_SOURCE_DIR) + "/" + path));
}

// The example with every commented key in force.
std::string example_with_all_keys() {
    return std::regex_replace(source("agent/agent.toml.example"), std::regex("(^|\n)#(\\w+ = )"), "$1$2");
}

// What the first group that matched holds, of every match.
std::set<std::string> all_of(const std::string& text, const char* pattern) {
    std::set<std::string> out;
    const std::regex wanted(pattern);
    for (std::sregex_iterator i(text.begin(), text.end(), wanted), end; i != end; ++i)
        out.insert((*i)[1].matched ? (*i)[1] : (*i)[2]);
    return out;
}

struct TempDir {
    std::string path = "/tmp/assay-config-XXXXXX";
    TempDir() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~TempDir() { fs::remove_all(path); }
};

constexpr std::string_view least = "[collector]\nurl = \"https://c\"\nca = \"ca.pem\"\n";

}  // namespace

TEST_SUITE("config") {
    TEST_CASE("the example is accepted as it stands, and with every key in force") {
        const auto plain = parse_config(source("agent/agent.toml.example"), "agent.toml");
        REQUIRE(plain);
        const auto all = parse_config(example_with_all_keys(), "agent.toml");
        REQUIRE(all);
        CHECK(all->server_name == "collector.example.net");
        CHECK(all->join_token == "token-from-the-operator");
        // What it shows for a key that may be left out is what holds then.
        CHECK(all->state_dir == plain->state_dir);
        CHECK(all->tcti == plain->tcti);
        CHECK(all->ak == plain->ak);
        CHECK(all->endorsement_auth == plain->endorsement_auth);
        CHECK(all->source_deadline == plain->source_deadline);
        CHECK(all->hotplug == plain->hotplug);
        CHECK(all->choices == plain->choices);
        CHECK(all->log_level == plain->log_level);
    }

    TEST_CASE("every key of the reader stands in the example and in the man page, and the other way round") {
        // Every text in quotes that is asked of Fields, by whatever name: a new kind of question is not missed.
        const std::set<std::string> read =
            all_of(source("agent/config.cpp"), R"re(\bf\.(?!refuse|finish|failed)\w+\("(\w+)")re");
        CHECK(read.size() == 18);
        const std::string example = example_with_all_keys();
        CHECK(read == all_of(example, R"re((?:^|\n)(?:\[(\w+)\]|(\w+) = ))re"));

        std::string manual = source("docs/man/assay-agent.8");
        const auto begin = manual.find("\n.SH CONFIGURATION\n");
        REQUIRE(begin != std::string::npos);
        manual = manual.substr(begin, manual.find("\n.SH ", begin + 1) - begin);
        CHECK(read == all_of(manual, R"re(\n(?:\.SS \[(\w+)\]|\.TP\n\.B (\w+))(?=\n))re"));
        // In the order and under the tables of the example.
        std::size_t at = 0;
        const std::regex line(R"re((?:^|\n)(\[\w+\]|\w+ = ))re");
        for (std::sregex_iterator i(example.begin(), example.end(), line), end; i != end; ++i) {
            std::string name = (*i)[1];
            if (name.front() != '[') name = ".B " + name.substr(0, name.find(' '));
            CAPTURE(name);
            at = manual.find((name.front() == '[' ? ".SS " : ".TP\n") + name + "\n", at);
            REQUIRE(at != std::string::npos);
        }
    }

    TEST_CASE("the least configuration is a URL and a CA") {
        const auto config = parse_config(least, "/etc/assay/agent.toml");
        REQUIRE(config);
        CHECK(config->url.text() == "https://c");
        CHECK(config->ca_file == "/etc/assay/ca.pem");  // beside the configuration
        CHECK(config->tcti == "device:/dev/tpmrm0");
        CHECK_FALSE(config->join_token);
    }

    TEST_CASE("the CA may stand in the file itself") {
        const auto config = parse_config(
            "[collector]\nurl = \"https://c\"\nca = \"\"\"\n-----BEGIN CERTIFICATE-----\nAA==\n-----END "
            "CERTIFICATE-----\n\"\"\"",
            "agent.toml"
        );
        REQUIRE(config);
        CHECK(config->ca_file.empty());
        CHECK(read_ca(*config)->starts_with("-----BEGIN"));
    }

    TEST_CASE("an unknown or ill-typed key is refused with line, column and the nearest right key") {
        const auto refused = [](std::string_view more) {
            const auto config = parse_config(std::string(least) + std::string(more), "agent.toml");
            REQUIRE_FALSE(config);
            return config.error().message();
        };
        CHECK(
            refused("[tpm]\ntctl = \"x\"\n") ==
            "agent.toml:5:1: tpm.tctl: unknown key; did you mean \"tcti\"? (unknown_field)"
        );
        CHECK(
            refused("jointoken = \"x\"\n")
                .find("agent.toml:4:1: collector.jointoken: unknown key; did you mean \"join_token\"?") == 0
        );
        CHECK(refused("[scan]\n  hotplug = 1\n").find("agent.toml:5:3: scan.hotplug: expected true or false") == 0);
        CHECK(refused("[scan]\nsource_deadline_s = 0\n").find("not from 1 to 300") != std::string::npos);
        CHECK(refused("[scan]\noption_roms = \"some\"\n").find("is none of: off, unbound, all") != std::string::npos);
        CHECK(refused("[scan]\nflash = \"all\"\n").find("is none of: off, regions") != std::string::npos);
        CHECK(refused("[scan]\nvpd = \"no\"\n").find("scan.vpd: expected true or false") != std::string::npos);
        CHECK(refused("[tpm]\nak = \"ecc\"\n").find("is none of: ecc_p256_sha256") != std::string::npos);
        CHECK(refused("[log]\nlevel = \"loud\"\n").find("is none of: debug") != std::string::npos);
        CHECK(refused("[tpm]\ntcti = \"\xff\"\n").find("agent.toml") == 0);
    }

    TEST_CASE("what must be there is asked for by name") {
        const auto missing = [](std::string_view text) { return parse_config(text, "agent.toml").error().message(); };
        CHECK(missing("").find("collector: missing") != std::string::npos);
        CHECK(missing("[colector]\n").find("collector: missing; is \"colector\" meant?") != std::string::npos);
        CHECK(missing("[collector]\nca = \"x\"\n").find("collector.url: missing") != std::string::npos);
        CHECK(missing("[collector]\nurl = \"https://c\"\n").find("collector.ca: missing") != std::string::npos);
        CHECK(missing("[collector]\nurl = \"http://c\"\nca = \"x\"\n").find("agent.toml:2:1: collector.url") == 0);
    }

    TEST_CASE("files that cannot be had are named") {
        const TempDir dir;
        const std::string file = dir.path + "/agent.toml";
        std::ofstream(file) << least;
        REQUIRE(load_config(file));
        CHECK(load_config(file + "x").error().code == Errc::not_found);
        const auto ca = read_ca(*load_config(file));
        CHECK(ca.error().code == Errc::not_found);
        CHECK(ca.error().where == dir.path + "/ca.pem");
        std::ofstream(dir.path + "/ca.pem") << "nothing";
        CHECK(read_ca(*load_config(file)).error().code == Errc::bad_encoding);
    }
}
