#include "collector/rules_in_force.hpp"

#include "collector/store/reference_documents.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <thread>

namespace assay::collector {
namespace {

struct InForce : store::test::Fixture {
    InForce() {
        config.packs = {std::string(ASSAY_SOURCE_DIR) + "/policy/packs"};
        config.registries.emplace();
    }
    std::unique_ptr<RulesInForce> loaded() {
        auto out = RulesInForce::load(config, store, log);
        REQUIRE_MESSAGE(out, out.error().message());
        return *std::move(out);
    }
    Sha256 add(const std::string& body) {
        store::ReferenceDocument document;
        document.body = body;
        document.sha256 = sha256(body);
        document.name = "n";
        store.write([&document](store::Database& db) { return store::add_reference_document(db, document); });
        return document.sha256;
    }
    void decide(const Sha256& document, store::ReferenceState state) {
        store.write([&](store::Database& db) {
            return store::decide_reference_document(db, document, state, "ann", "n", {}, "", {1});
        });
    }
    static std::string reference(const std::string& name) {
        BootReference out;
        out.name = name;
        out.firmware = {"Acme", "R7", "1.2"};
        out.accepted[*PcrIndex::from(0)] = {PcrRule::value, {{hash(HashAlg::sha256, as_bytes("x")), {}, {}}}};
        return encode_boot_reference(out);
    }

    Config config;
    std::string lines;
    std::mutex lines_mutex;
    Log log{system_now, [this](std::string_view line) {
                const std::scoped_lock lock(lines_mutex);
                lines += line;
            }};
};

TEST_SUITE("rules_in_force") {
    TEST_CASE("what is approved and cannot be read is left out at the start, and logged by its SHA-256") {
        InForce scene;
        const Sha256 good = scene.add(InForce::reference("good"));
        const Sha256 bad = scene.add("no document");
        scene.decide(good, store::ReferenceState::approved);
        scene.decide(bad, store::ReferenceState::approved);
        const auto in_force = scene.loaded();
        REQUIRE(in_force->rules().references()->boot.size() == 1);
        CHECK(in_force->rules().references()->boot[0].sha256 == good);
        CHECK(scene.lines.find("reference_left_out") != std::string::npos);
        CHECK(scene.lines.find(to_hex(bad)) != std::string::npos);
    }

    TEST_CASE("whoever approves what cannot be read is told, and who approves another document is not") {
        InForce scene;
        const auto in_force = scene.loaded();
        const Sha256 good = scene.add(InForce::reference("good"));
        const Sha256 bad = scene.add("no document");
        scene.decide(bad, store::ReferenceState::approved);
        CHECK_FALSE(in_force->reload_references(bad));
        scene.decide(good, store::ReferenceState::approved);
        CHECK(in_force->reload_references(good));
        CHECK(in_force->rules().references()->boot.size() == 1);
    }

    TEST_CASE("what was decided last is in force, however many read at once") {
        InForce scene;
        const auto in_force = scene.loaded();
        for (int i = 0; i < 200; ++i) {  // so that reading takes its time
            scene.decide(scene.add(InForce::reference(std::to_string(i))), store::ReferenceState::approved);
        }
        const Sha256 last = scene.add(InForce::reference("last"));
        for (int round = 0; round < 12; ++round) {
            const bool approve = round % 2 == 0;
            std::jthread other([&in_force] {
                for (int i = 0; i < 3; ++i) in_force->reload_references();
            });
            scene.decide(last, approve ? store::ReferenceState::approved : store::ReferenceState::retired);
            in_force->reload_references();
            other.join();
            REQUIRE(in_force->rules().references()->boot.size() == (approve ? 201 : 200));
        }
    }
}

}  // namespace
}  // namespace assay::collector
