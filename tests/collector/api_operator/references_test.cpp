// Reference Values, as an operator learns, looks at, approves and retires them.

#include "collector/api/reference_draft.hpp"
#include "collector/store/runtime_states.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "tests/collector/api_operator/scene.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/ima_bytes.hpp"

namespace assay::api::test {
namespace {

struct References : Scene {
    // A device whose last report has an event log that replays to its PCRs.
    DeviceId booted(const std::string& loader = "loader", bool log_fits = true) {
        const DeviceId id = device("core-1", inventory({card()}));
        assay::test::LogBytes log{std::vector{HashAlg::sha256}};
        log.event(4, EventType::efi_action, loader).separators();
        const Replay replayed = replay(decode_event_log(log.bytes()).value()).value();
        store.write([&](store::Database& db) {
            store::ReportInterval interval = store::last_interval(db, id).value();
            QuoteAttest quote = decode_quote_attest(attest(7)).value();
            quote.selection = select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7});
            Statement statement;
            statement.agent_version = "0.1.0";
            statement.device = id;
            statement.sequence = 1;
            statement.documents = {
                {DocumentKind::inventory, sha256("i"), 1},
                {DocumentKind::event_log, sha256(log.bytes()), log.bytes().size()}
            };
            interval.number += 1;
            interval.first.statement = to_bytes(encode_statement(statement));
            interval.first.attest = encode_quote_attest(quote);
            interval.last = interval.first;
            interval.selection = text(quote.selection);
            interval.pcr_values.clear();
            for (unsigned i = 0; i < 8; ++i) {
                const Digest& value = replayed.bank(HashAlg::sha256)->value(*PcrIndex::from(i));
                interval.pcr_values[HashAlg::sha256].emplace(
                    *PcrIndex::from(i), log_fits ? value : hash(HashAlg::sha256, value.bytes())
                );
            }
            store::open_interval(db, id, interval, {3'000});
            store::keep_document(db, id, {statement.documents[1], false}, log.bytes(), {2'000});
            store::set_device_boot(db, id, {{"Acme", "R7", "1.2"}, ProofLevel::reported});
        });
        return id;
    }

    // A device of whose IMA list these entries are proven and kept.
    DeviceId ran(const std::vector<ImaEntry>& entries, std::uint64_t known) {
        const DeviceId id = device("core-1", inventory({card()}));
        const KnownImaList list{1, 7, "boot", {known, Digest::zero(HashAlg::sha256), {}}, true};
        const Bytes body = assay::test::ima_bytes(entries);
        store.write([&](store::Database& db) {
            store::set_runtime_state(db, id, {list, std::nullopt, body.size(), ""});
            store::keep_ima_segment(db, id, list, {0, entries.size(), body});
        });
        return id;
    }

    json::Object draft(const json::Object& body) { return object_of(post("/v1/references", body)); }
    static std::string id_of(const json::Object& reference) { return std::string(reference.at("sha256").as_string()); }
};

}  // namespace

TEST_SUITE_BEGIN("operator api: references");

TEST_CASE_FIXTURE(References, "a draft is learned from a device's boot, and accepts nothing until it is approved") {
    const DeviceId id = booted();
    const json::Object learned = draft({{"learn", id.text()}, {"note", "golden"}});
    CHECK(learned.at("state").as_string() == "draft");
    CHECK(learned.at("name").as_string() == "Acme R7, firmware 1.2");
    CHECK(learned.at("learned_from").as_string() == id.text());
    CHECK(learned.at("added_by").as_string() == "ann");
    CHECK(learned.at("added").as_bool());
    CHECK(references_changed == 0);
    CHECK_FALSE(draft({{"learn", id.text()}}).at("added").as_bool());

    const std::string path = "/v1/references/" + id_of(learned);
    const json::Object shown = object_of(get(path));
    const auto document = decode_boot_reference(json::canonical(shown.at("document")));
    REQUIRE(document);
    CHECK(document->accepted.at(*PcrIndex::from(4)).values.at(0).events.at(0).what == "EV_EFI_ACTION loader");
    CHECK(to_hex(sha256(encode_boot_reference(*document))) == id_of(learned));

    const json::Object approved = object_of(
        send(request(net::Method::post, path + "/approve", json::compact(json::Object{{"note", "checked"}})), bob)
    );
    CHECK(approved.at("state").as_string() == "approved");
    CHECK(approved.at("decided_by").as_string() == "bob");
    CHECK(references_changed == 1);
    CHECK(items_of(object_of(get("/v1/references?state=approved"))).size() == 1);
    CHECK(object_of(post(path + "/retire", {{"note", "replaced"}})).at("state").as_string() == "retired");
    CHECK(references_changed == 2);
    CHECK(items_of(object_of(get("/v1/references?state=approved"))).empty());
}

TEST_CASE_FIXTURE(References, "known values are extended by another boot's, and end on a day") {
    const json::Object first = draft({{"learn", booted().text()}});
    References other;
    const json::Object foreign = other.draft({{"learn", other.booted("new loader").text()}});
    const json::Value document = object_of(other.get("/v1/references/" + id_of(foreign))).at("document");
    const json::Object both =
        draft({{"document", document}, {"extend", id_of(first)}, {"until", "2027-01-31"}, {"name", "update"}});
    const json::Object shown = object_of(get("/v1/references/" + id_of(both)));
    const auto merged = decode_boot_reference(json::canonical(shown.at("document"))).value();
    CHECK(merged.name == "update");
    const auto& values = merged.accepted.at(*PcrIndex::from(4)).values;
    REQUIRE(values.size() == 2);
    CHECK(values[0].until == Date::parse("2027-01-31").value());
    CHECK_FALSE(values[1].until);
}

TEST_CASE_FIXTURE(References, "nothing is learned from a device without a log, or whose log is another boot's") {
    const DeviceId plain = device("plain", inventory({card()}));
    CHECK(post("/v1/references", {{"learn", plain.text()}}).status == 404);
    const net::Response other = post("/v1/references", {{"learn", booted("loader", false).text()}});
    CHECK(other.status >= 400);
    CHECK(refusal_of(other).find("event_log_mismatch") != std::string::npos);
    const net::Response nobody = post("/v1/references", {{"learn", DeviceId{sha256("x")}.text()}});
    CHECK(nobody.status == 404);
    CHECK(refusal_of(nobody).starts_with("learn: no device has the id "));
    CHECK(refusal_of(post("/v1/references", {{"learn", plain.text()}})).starts_with("learn: "));
    CHECK(refusal_of(other).starts_with("learn: "));
    CHECK(items_of(object_of(get("/v1/references"))).empty());
}

TEST_CASE_FIXTURE(References, "wrong requests are refused with the field") {
    const std::string known = id_of(draft({{"document", reference_document()}}));
    CHECK(refusal_of(post("/v1/references", {})).starts_with("learn"));
    CHECK(refusal_of(post("/v1/references", {{"document", reference_document()}, {"until", "2027-01-31"}}))
              .starts_with("until"));
    CHECK(refusal_of(post("/v1/references", {{"document", json::Object{{"format", "x"}}}})).starts_with("document"));
    BootReference of_others;
    of_others.name = "other";
    of_others.firmware = {"Acme", "R8", "1.0"};
    of_others.accepted[*PcrIndex::from(0)] = {PcrRule::value, {{hash(HashAlg::sha256, as_bytes("x")), {}, {}}}};
    const json::Value document = *json::parse(encode_boot_reference(of_others), {});
    CHECK(refusal_of(post("/v1/references", {{"document", document}, {"extend", known}})).starts_with("extend"));
    CHECK(refusal_of(post("/v1/references", {{"document", reference_document()}, {"extend", to_hex(sha256("x"))}})
    ).starts_with("extend"));
    CHECK(post("/v1/references", {{"documents", 1}}).status == 400);
    CHECK(get("/v1/references/" + to_hex(sha256("x"))).status == 404);
    CHECK(get("/v1/references?state=perhaps").status == 400);
    CHECK(post("/v1/references/" + known + "/approve", {}).status == 400);
    CHECK(post("/v1/references/" + to_hex(sha256("x")) + "/approve", {{"note", "n"}}).status == 404);
    CHECK(references_changed == 0);
}

TEST_CASE_FIXTURE(References, "what a policy was learned of is told, and what was left out of it") {
    using namespace assay::test;
    const std::vector entries{ima_file("boot_aggregate", "pcrs"), ima_file("/sbin/init", "init"),
                              ima_file("/bin/sh", "sh"),          ima_file("/bin/sh", "sh"),
                              ima_violation("/var/log/wtmp"),     ima_entry("ima-future", {1, 2}),
                              ima_entry("ima-future", {1, 3}),    ima_buffer("kernel_version", to_bytes("6.1"))};
    const json::Object learned = draft({{"learn", ran(entries, entries.size()).text()}, {"runtime", true}});
    CHECK(learned.at("kind").as_string() == "runtime_policy");
    const json::Object& counts = learned.at("learned").as_object();
    CHECK(counts.at("added").as_int64() == 3);
    CHECK(counts.at("known").as_int64() == 1);
    CHECK(counts.at("violations").as_int64() == 1);
    CHECK(counts.at("unreadable").as_int64() == 2);
}

TEST_CASE_FIXTURE(References, "nothing is learned of a list of which not every known entry is kept") {
    using namespace assay::test;
    const std::vector entries{ima_file("boot_aggregate", "pcrs"), ima_file("/sbin/init", "init")};
    const std::string device = ran(entries, 3).text();
    const net::Response refused = post("/v1/references", {{"learn", device}, {"runtime", true}});
    CHECK(refused.status == 404);
    CHECK(refusal_of(refused).starts_with("learn: not all of its IMA list is kept"));
}

TEST_CASE_FIXTURE(References, "a policy of several megabytes is taken, and given back as it was") {
    RuntimePolicyDocument document;
    document.id = "large";
    document.title = "Large";
    for (int i = 0; i < 25'000; ++i) {
        document.files["/usr/lib/" + std::to_string(i)] = {{false, hash(HashAlg::sha256, as_bytes(std::to_string(i)))}};
    }
    const std::string text = encode_runtime_policy(document);
    REQUIRE(text.size() > (2U << 20U));
    const json::Object added = draft({{"policy", text}});
    const json::Object shown = object_of(get("/v1/references/" + id_of(added)));
    CHECK(shown.at("document").as_object().at("toml").as_string() == text);
}

TEST_CASE_FIXTURE(References, "who approves what cannot be put in force is told so") {
    const std::string path = "/v1/references/" + id_of(draft({{"document", reference_document()}}));
    put_in_force = fail(Errc::bad_value, "reference 12", "is of another format");
    const net::Response refused = post(path + "/approve", {{"note", "checked"}});
    CHECK(refused.status >= 400);
    CHECK(refusal_of(refused).starts_with("sha256: is approved, and not in force (reference 12: is of another format"));
    CHECK(references_changed == 1);
}

TEST_SUITE_END();
}  // namespace assay::api::test
