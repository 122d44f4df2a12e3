#include "collector/config.hpp"

#include "collector/init_files.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::collector;

namespace {

std::string written() {
    return collector_toml({.directory = "/d", .names = {"localhost"}, .packs = {"/usr/share/assay/packs"}});
}

// The file as init writes it, with every key that is commented out put into force.
std::string with_every_key() {
    std::string out;
    std::string line;
    for (const char c : written() + "\n") {
        if (c != '\n') {
            line += c;
            continue;
        }
        const bool key = line.size() > 1 && line[0] == '#' && line[1] != ' ' && line.find('=') != std::string::npos;
        out += (key ? line.substr(1) : line) + "\n";
        line.clear();
    }
    return out;
}

}  // namespace

TEST_SUITE("collector configuration") {
    TEST_CASE("what init writes is read, relative paths from its directory, defaults as the comments say") {
        const auto config = parse_config(written(), "/etc/assay/collector.toml");
        REQUIRE_MESSAGE(config, config.error().message());
        CHECK(config->database == "/etc/assay/collector.db");
        CHECK(config->devices.certificate == "/etc/assay/server.pem");
        CHECK(config->packs == std::vector<std::string>{"/usr/share/assay/packs"});
        CHECK(config->devices.port == 8443);
        CHECK(config->operators.port == 9443);
        CHECK(config->join_token_required);
        const auto every = parse_config(with_every_key(), "/etc/assay/collector.toml");
        REQUIRE_MESSAGE(every, every.error().message());
        CHECK(every->interval == config->interval);
        CHECK(every->selection == config->selection);
        CHECK(text(every->selection) == "sha256:0,1,2,3,4,5,6,7,8,9,14");
        CHECK(every->connections == config->connections);
        CHECK(every->ticket_key_lifetime == config->ticket_key_lifetime);
        CHECK(every->log_level == config->log_level);
    }

    TEST_CASE("an unknown or ill-typed key is refused with line, column and the nearest right key") {
        struct Case {
            const char* from;
            const char* to;
            const char* message;
        };
        const Case cases[] = {
            {"#interval_s = 300", "intervall_s = 300", "reports.intervall_s: unknown key; did you mean \"interval_s\"?"
            },
            {"#interval_s = 300", "interval_s = \"300\"", "reports.interval_s: expected an integer"},
            {"#interval_s = 300", "interval_s = 0", "reports.interval_s: not from 1 to 86400"},
            {"#bank = \"sha256\"", "bank = \"sha1\"", "reports.bank: is none of: sha256, sha384"},
            {"#pcrs = [0,", "pcrs = [24,", "reports.pcrs: holds something else than PCR numbers"},
            {"#pcrs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14]", "pcrs = []", "reports.pcrs: is no list of PCR numbers"},
            {"port = 8443", "port = 65536", "devices.port: not from 1 to 65535"},
            {"certificate = \"server.pem\"", "", "devices.certificate: missing"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.to);
            std::string text = written();
            text.replace(text.find(c.from), std::string_view(c.from).size(), c.to);
            const auto config = parse_config(text, "c.toml");
            REQUIRE_FALSE(config);
            CHECK(config.error().where.starts_with("c.toml:"));
            CHECK(config.error().message().find(c.message) != std::string::npos);
        }
    }

    TEST_CASE("a file that is not there is named") {
        CHECK(load_config("/nonexistent/collector.toml").error().code == Errc::not_found);
    }
}
