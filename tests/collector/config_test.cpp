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

// What init writes, with one line changed.
Result<Config> with_line(std::string_view from, const std::string& to) {
    std::string text = written();
    return parse_config(text.replace(text.find(from), from.size(), to), "c.toml");
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
        CHECK_FALSE(config->registries);
        const auto every = parse_config(with_every_key(), "/etc/assay/collector.toml");
        REQUIRE_MESSAGE(every, every.error().message());
        CHECK(every->registries == std::vector<std::string>{"/usr/share/assay/registries"});
        CHECK(every->interval == config->interval);
        CHECK(every->selection == config->selection);
        CHECK(text(every->selection) == "sha256:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14");
        CHECK(every->connections == config->connections);
        CHECK(every->ticket_key_lifetime == config->ticket_key_lifetime);
        CHECK(every->log_level == config->log_level);
        CHECK(config->valid_for() == std::chrono::seconds(900));
        CHECK(every->valid_intervals == config->valid_intervals);
        CHECK(config->silent_after == std::chrono::hours(24));
        CHECK(every->silent_after == config->silent_after);
        for (const auto* one : {&*config, &*every}) {
            CHECK(one->absence.min_reports == 3);
            CHECK(one->absence.min_time == std::chrono::hours(24));
            CHECK(one->absence.same_units_percent == 80);
        }
    }

    TEST_CASE("without a table of reports the same PCRs are asked for: a boot can be whole, and an IMA list proven") {
        const auto without = with_line("[reports]", "");
        REQUIRE_MESSAGE(without, without.error().message());
        CHECK(text(without->selection) == "sha256:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14");
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
            {"#pcrs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]", "pcrs = []",
             "reports.pcrs: is no list of PCR numbers"},
            {"#min_reports = 3", "min_report = 3", "worklist.min_report: unknown key; did you mean \"min_reports\"?"},
            {"#same_units_percent = 80", "same_units_per = 80",
             "worklist.same_units_per: unknown key; did you mean \"same_units_percent\"?"},
            {"#min_hours = 24", "min_hours = \"24\"", "worklist.min_hours: expected an integer"},
            {"#silent_after_hours = 24", "silent_after = 24",
             "reports.silent_after: unknown key; did you mean \"silent_after_hours\"?"},
            {"[worklist]", "[work_list]", "work_list: unknown key; did you mean \"worklist\"?"},
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

    TEST_CASE("numbers are taken up to their limits and not one beyond") {
        struct Limit {
            const char* line;
            const char* key;
            std::int64_t least;
            std::int64_t most;
        };
        const Limit limits[] = {
            {"#interval_s = 300", "interval_s", 1, 86'400},
            {"#valid_intervals = 3", "valid_intervals", 2, 100},
            {"#silent_after_hours = 24", "silent_after_hours", 1, 8'760},
            {"#min_reports = 3", "min_reports", 1, 1'000},
            {"#min_hours = 24", "min_hours", 0, 8'760},
            {"#same_units_percent = 80", "same_units_percent", 1, 100},
        };
        for (const Limit& limit : limits) {
            CAPTURE(limit.key);
            const auto with = [&limit](std::int64_t value) {
                return with_line(limit.line, std::string(limit.key) + " = " + std::to_string(value));
            };
            CHECK(with(limit.least));
            CHECK(with(limit.most));
            for (const std::int64_t beyond : {limit.least - 1, limit.most + 1}) {
                const auto refused = with(beyond);
                REQUIRE_FALSE(refused);
                CHECK(refused.error().code == Errc::out_of_range);
                CHECK(refused.error().message().find(limit.key) != std::string::npos);
            }
        }
    }

    TEST_CASE("what the worklist asks of absence, and how long reports are good, is as the file says") {
        std::string text = with_every_key();
        for (const auto& [from, to] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
                 {"valid_intervals = 3", "valid_intervals = 5"},
                 {"silent_after_hours = 24", "silent_after_hours = 48"},
                 {"min_reports = 3", "min_reports = 7"},
                 {"min_hours = 24", "min_hours = 0"},
                 {"same_units_percent = 80", "same_units_percent = 95"}
             }) {
            text.replace(text.find(from), from.size(), to);
        }
        const auto config = parse_config(text, "c.toml");
        REQUIRE_MESSAGE(config, config.error().message());
        CHECK(config->valid_for() == 5 * config->interval);
        CHECK(config->silent_after == std::chrono::hours(48));
        CHECK(config->absence.min_reports == 7);
        CHECK(config->absence.min_time == std::chrono::hours(0));
        CHECK(config->absence.same_units_percent == 95);
    }

    TEST_CASE("no device is silent before its last report runs out") {
        const auto daily = with_line("#interval_s = 300", "interval_s = 86400");
        REQUIRE(daily);
        CHECK(daily->silent_after == std::chrono::hours(72));
        const auto odd = with_line("#interval_s = 300", "interval_s = 28801");
        REQUIRE(odd);
        CHECK(odd->silent_after == std::chrono::hours(25));
        CHECK(with_line("#interval_s = 300", "interval_s = 28800\nsilent_after_hours = 24"));
        const auto refused = with_line("#interval_s = 300", "interval_s = 28801\nsilent_after_hours = 24");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message().find("reports.silent_after_hours: is shorter than") != std::string::npos);
    }

    TEST_CASE("a file that is not there is named") {
        CHECK(load_config("/nonexistent/collector.toml").error().code == Errc::not_found);
    }
}
