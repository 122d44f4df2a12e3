// The command against the operator's listener: real TLS, a real store, the real token.

#include "collector/cli/https_collector.hpp"

#include "collector/api/operator_service.hpp"
#include "collector/store/tokens.hpp"
#include "tests/collector/cli/fake_context.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/test_ca.hpp"

namespace assay::cli::test {
namespace {

struct Served {
    assay::test::ScratchDirectory directory;
    assay::test::TestCa ca;
    store::Store store = opened();
    api::Rules rules{policy::PackSet::compose({}).value(), TrustAnchors()};
    std::vector<std::string> lines;
    Log log{system_now, [this](std::string_view line) { lines.emplace_back(line); }};
    api::OperatorService service{
        api::OperatorContext{store, rules, worklist::Rules{}, TrustRequirement{}, {}}, {}, log
    };
    net::Server server = started();
    Fake fake;

    Served() {
        store.write([](store::Database& db) {
            store::add_api_token(db, {sha256("token-of-ann-0123456789"), "ann", {1}, std::nullopt, false});
        });
        fake.files["ca.pem"] = ca.certificate_pem();
        fake.files["token"] = "token-of-ann-0123456789\n";
        fake.files["wrong"] = "token-of-nobody-0123456789\n";
        fake.files["other-ca.pem"] = assay::test::TestCa("Another").certificate_pem();
    }
    store::Store opened() const {
        auto made = store::Store::open({.file = directory / "assay.db"});
        if (!made) throw std::runtime_error(made.error().message());
        return *std::move(made);
    }
    net::Server started() {
        const assay::test::Leaf leaf = ca.localhost();
        net::ServerConfig config;
        config.certificate.text = leaf.certificate_pem;
        config.key.text = leaf.key_pem;
        auto made = net::Server::start(config, service, log);
        if (!made) throw std::runtime_error(made.error().message());
        return *std::move(made);
    }

    Exit assay(
        const std::vector<std::string>& arguments, const std::string& ca_file = "ca.pem",
        const std::string& token = "token"
    ) {
        const Settings settings{
            .server = "https://localhost:" + std::to_string(server.port()),
            .ca = ca_file,
            .token_file = token,
            .server_name = {}
        };
        fake.context.connect = [this, settings]() -> Result<std::shared_ptr<Collector>> {
            return connect_collector(settings, fake.context.read_file);
        };
        return fake.assay(arguments);
    }
};

}  // namespace

TEST_SUITE_BEGIN("cli: over TLS");

TEST_CASE_FIXTURE(Served, "an import, what it found, a step on the worklist, and the overview") {
    Component card;
    card.key = "pci/0000:00/1c.0";
    card.kind = ComponentKind::pci_function;
    card.identifiers = {{Registry::pci, "19e5:1822"}};
    Inventory inventory;
    inventory.components = {card};
    normalise(inventory);
    fake.files["scan.json"] = encode_inventory(inventory);
    CHECK(assay({"import", "inventory", "scan.json", "--name", "old-switch"}) == Exit::done);
    CAPTURE(fake.err);
    CHECK(fake.out.find("1 components") != std::string::npos);
    CHECK(assay({"devices"}) == Exit::done);
    CHECK(fake.out.find("old-switch") != std::string::npos);
    CHECK(fake.out.find("imported") != std::string::npos);
    CHECK(assay({"devices", "old-switch"}) == Exit::done);
    CHECK(fake.out.find("IMPORTED") != std::string::npos);
    CHECK(assay({"devices", "old-switch", "--set-site", "north side"}) == Exit::done);
    CHECK(assay({"components", "--site", "north side", "--csv"}) == Exit::done);
    CHECK(fake.out.find("pci:19e5:1822") != std::string::npos);
    CHECK(assay({"worklist"}) == Exit::done);
    CHECK(assay({"worklist", "999", "confirm"}) == Exit::refused);
    CHECK(assay({"overview"}) == Exit::done);
    CHECK(assay({"devices", "--sort", "-findings"}) == Exit::done);
    CHECK(assay({"devices", "--sort", "size"}) == Exit::refused);
    CHECK(assay({"worklist", "--sort", "site"}) == Exit::done);
    CHECK(assay({"changes", "--device", "old-switch"}) == Exit::done);
    CHECK(fake.out.find("imported") != std::string::npos);
    CHECK(assay({"packs", "--json"}) == Exit::done);
    CHECK(assay({"attempts"}) == Exit::done);
    CHECK(assay({"enrolments"}) == Exit::done);
    CHECK(assay({"trust", "list"}) == Exit::done);
    CHECK(lines.empty());
}

TEST_CASE_FIXTURE(Served, "a wrong token is refused, another CA is no connection, each with its status") {
    CHECK(assay({"devices"}, "ca.pem", "wrong") == Exit::refused);
    CHECK(fake.err.find("token") != std::string::npos);
    CHECK(assay({"devices"}, "other-ca.pem") == Exit::unreachable);
    CHECK(assay({"devices"}, "no-such.pem") == Exit::usage);
    server.stop(std::chrono::milliseconds(0));
    CHECK(assay({"devices"}) == Exit::unreachable);
}

TEST_CASE_FIXTURE(Served, "a hostile name of a device steers no terminal and starts no formula") {
    Inventory inventory;
    fake.files["scan.json"] = encode_inventory(inventory);
    CHECK(assay({"import", "inventory", "scan.json", "--name", "=cmd|'/C calc'!A0"}) == Exit::done);
    CHECK(assay({"devices", "--csv"}) == Exit::done);
    CHECK(fake.out.find(",'=cmd|") != std::string::npos);
    CHECK(assay({"import", "inventory", "scan.json", "--name", "a\x1b[2J"}) == Exit::refused);
}

TEST_SUITE_END();
}  // namespace assay::cli::test
