#include "collector/init.hpp"

#include "base/file.hpp"
#include "certs/fleet_ca.hpp"
#include "collector/config.hpp"
#include "collector/store/store.hpp"
#include "collector/store/tokens.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

using namespace assay;
using namespace assay::collector;

namespace {

constexpr UnixMillis now{1'795'392'000'000};

InitOptions options(const std::string& directory) {
    return {
        .directory = directory, .names = {"collector.example.net", "192.0.2.7"}, .packs = {"/usr/share/assay/packs"}
    };
}

unsigned mode_of(const std::string& path) {
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777U;
}

}  // namespace

TEST_SUITE("init") {
    TEST_CASE("one directory holds all that a collector, its devices and its operator need") {
        const test::ScratchDirectory scratch;
        const std::string dir = scratch / "collector";
        const auto made = init_collector(options(dir), system_random, now);
        REQUIRE_MESSAGE(made, made.error().message());
        CHECK(load_config(dir + "/collector.toml"));
        for (const char* secret : {"ca.key", "server.key", "operator.token", "agent.toml"}) {
            CAPTURE(secret);
            CHECK(mode_of(dir + "/" + secret) == 0600);
        }
        CHECK(read_file(dir + "/operator.token", 200).value() == made->operator_token + "\n");
        const auto server = summarise_certificate(read_file(dir + "/server.pem", 1 << 16).value());
        REQUIRE(server);
        CHECK(server->names.hosts == std::vector<std::string>{"collector.example.net"});
        CHECK(server->names.addresses == std::vector<std::string>{"192.0.2.7"});
        const std::string agent = read_file(dir + "/agent.toml", 1 << 16).value();
        CHECK(agent.find("https://collector.example.net:8443") != std::string::npos);
        CHECK(agent.find(read_file(dir + "/ca.pem", 1 << 16).value()) != std::string::npos);
    }

    TEST_CASE("tokens are known to the database by their hashes alone") {
        const test::ScratchDirectory scratch;
        const std::string dir = scratch / "collector";
        const auto made = init_collector(options(dir), system_random, now);
        REQUIRE(made);
        auto store = store::Store::open({.file = dir + "/collector.db"});
        REQUIRE(store);
        CHECK(store->read([&made](store::Database& db) {
            return store::find_api_token(db, sha256(made->operator_token));
        }));
        for (const char* file : {"/collector.db", "/collector.db-wal"}) {
            const auto bytes = read_file(dir + file, 1 << 24);
            if (bytes) CHECK(bytes->find(made->operator_token) == std::string::npos);
        }
    }

    TEST_CASE("a second init overwrites nothing, and two inits share no token and no CA") {
        const test::ScratchDirectory scratch;
        const std::string dir = scratch / "a";
        const auto first = init_collector(options(dir), system_random, now);
        REQUIRE(first);
        const std::string before = read_file(dir + "/agent.toml", 1 << 16).value();
        CHECK(init_collector(options(dir), system_random, now).error().code == Errc::conflict);
        CHECK(read_file(dir + "/agent.toml", 1 << 16).value() == before);
        const auto other = init_collector(options(scratch / "b"), system_random, now);
        REQUIRE(other);
        CHECK(other->operator_token != first->operator_token);
        CHECK(other->ca_sha256 != first->ca_sha256);
    }

    TEST_CASE("no name, and a name that is none, are refused") {
        const test::ScratchDirectory scratch;
        InitOptions none = options(scratch / "a");
        none.names.clear();
        CHECK(init_collector(none, system_random, now).error().code == Errc::missing_field);
        InitOptions bad = options(scratch / "b");
        bad.names = {"not a name"};
        CHECK_FALSE(init_collector(bad, system_random, now));
    }
}
