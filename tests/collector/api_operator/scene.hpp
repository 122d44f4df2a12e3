#pragma once
// A small fleet in a store on disk, and the operator's API over it, called as a function.

#include "base/json.hpp"
#include "collector/api/device_record.hpp"
#include "collector/api/operator_api.hpp"
#include "collector/api/operator_import.hpp"
#include "collector/store/components.hpp"
#include "collector/store/enrolments.hpp"
#include "collector/store/reports.hpp"
#include "collector/store/tokens.hpp"
#include "evidence/tpm/attest.hpp"
#include "policy/read_pack.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace assay::api::test {

inline const std::string ann = "token-of-ann-0123456789";
inline const std::string bob = "token-of-bob-0123456789";

inline const std::string pack_text = R"(
pack = { id = "test", version = 1, date = 2026-01-02, title = "Test list", source = "a test" }
entities = [{ id = "huawei", name = "Huawei" }]
identifiers = [{ entity = "huawei", registry = "pci", values = ["19e5"], confidence = "registered", source = "PCI-SIG" }]
[[entries]]
id = "test-huawei"
entity = "huawei"
authority = "FCC"
citation = "Section 1"
from = 2020-01-01
action = "remove_by"
deadline = 2030-03-04
)";

inline policy::PackSet packs() {
    auto pack = policy::read_pack(pack_text, "test.toml");
    if (!pack) throw std::runtime_error(pack.error().message());
    std::vector<policy::Pack> all;
    all.push_back(*std::move(pack));
    auto set = policy::PackSet::compose(std::move(all));
    if (!set) throw std::runtime_error(set.error().message());
    return *std::move(set);
}

inline Component card(std::string key = "pci/0000:00/1c.0", std::string serial = "CARD-0001") {
    Component out;
    out.key = std::move(key);
    out.kind = ComponentKind::pci_function;
    out.identifiers = {{Registry::pci, "19e5:1822"}};
    out.names["product"] = Reading::of("Network card");
    out.serial = Reading::of(std::move(serial));
    out.location.slot = "3";
    return out;
}

inline Inventory inventory(std::vector<Component> components) {
    Inventory out;
    out.sources = {
        {.source = "pci", .state = SourceState::ok, .detail = {}, .covered = {"pci/0000:00"}},
        {.source = "usb", .state = SourceState::denied, .detail = "sys/bus/usb", .covered = {}},
    };
    out.components = std::move(components);
    normalise(out);
    return out;
}

inline ModuleList modules() {
    KernelModule one{
        .name = "r8169",
        .version = Reading::unreadable("denied"),
        .taint = Reading::of("OE"),
        .file = "kernel/r8169.ko",
        .state = SourceState::ok,
        .size = 3,
        .sha256 = sha256("abc"),
        .signature = SignatureForm::cms,
        .signers = {{"CN=Key", "01", "", "sha256"}},
    };
    return {"6.1.0", SignatureCheck::tainted, {{.name = "evil", .problem = "text"}, one}};
}

inline FirmwareManifest firmware() {
    return {
        LogReach::cut,
        {{.file = "built-in.fw", .request = FirmwareRequest::failed},
         {"r8169", "a.fw", SourceState::ok, 3, sha256("abc"), FirmwareRequest::loaded, sha256("unpacked")}}
    };
}

// Reference Values that accept one value of PCR 0.
inline json::Value reference_document(const std::string& name = "Acme R7") {
    BootReference out;
    out.name = name;
    out.firmware = {"Acme", "R7", "1.2"};
    out.accepted[*PcrIndex::from(0)] = {PcrRule::value, {{hash(HashAlg::sha256, as_bytes("x")), {}, {}}}};
    return *json::parse(encode_boot_reference(out), {});
}

inline Bytes attest(std::uint32_t reset_count) {
    QuoteAttest quote;
    quote.clock = {.clock_ms = 1'000, .reset_count = reset_count, .restart_count = 0, .safe = true};
    quote.selection = select_pcrs(HashAlg::sha256, {0, 7});
    return encode_quote_attest(quote);
}

struct Scene {
    assay::test::ScratchDirectory directory;
    store::Store store = opened();
    Rules rules{packs(), TrustAnchors()};
    unsigned anchors_changed = 0;
    unsigned references_changed = 0;
    Result<void> put_in_force;  // what comes of it
    OperatorApi api{OperatorContext{
        store, rules, worklist::Rules{}, TrustRequirement{}, [this] { ++anchors_changed; },
        [this](const Sha256&) -> Result<void> {
            ++references_changed;
            return put_in_force;
        }
    }};

    Scene() {
        store.write([](store::Database& db) {
            store::add_api_token(db, {sha256(ann), "ann", {1}, std::nullopt, false});
            store::add_api_token(db, {sha256(bob), "bob", {1}, std::nullopt, false});
        });
    }

    store::Store opened() const {
        auto made = store::Store::open({.file = directory / "assay.db"});
        if (!made) throw std::runtime_error(made.error().message());
        return *std::move(made);
    }

    // A device that reported this inventory once.
    DeviceId device(std::string_view seed, const Inventory& inventory, std::string site = "north") {
        store::Device made;
        made.id = DeviceId{sha256(seed)};
        made.standing = new_standing({Lifecycle::active, Reason::ek_chain_trusted, "", {1'000}}, {1'000});
        made.generation = 1;
        made.host = {std::string(seed), "Maker", "Model", "S1"};
        made.site = std::move(site);
        made.enrolled_at = {1'000};
        store.write([&](store::Database& db) {
            store::insert_device(db, made);
            store::ReportInterval interval;
            interval.number = 1;
            interval.generation = 1;
            interval.reports = 1;
            interval.first = {to_bytes("statement"), attest(7), to_bytes("signature"), {2'000}};
            interval.last = interval.first;
            interval.selection = "sha256:0,7";
            interval.pcr_digest = to_bytes("digest");
            store::open_interval(db, made.id, interval, {3'000});
            store::replace_inventory(db, made.id, inventory, ProofLevel::reported, {2'000});
            const std::vector<CheckResult> checks{
                {"signature", "passed", "", ""}, {"ima", "not_appraised", "runtime_not_appraised", "not yet"}
            };
            store::replace_checks(db, made.id, checks);
            judge_again(db, made, *rules.packs(), worklist::Rules{});
            store::add_device_event(db, made.id, {0, {1'000}, "enrolled", "device", ""});
        });
        return made.id;
    }

    // What that one report named beside the inventory.
    void report_documents(const DeviceId& id) {
        const std::pair<DocumentKind, std::string> all[] = {
            {DocumentKind::firmware_manifest, encode_firmware_manifest(firmware())},
            {DocumentKind::modules, encode_module_list(modules())}
        };
        store.write([&](store::Database& db) {
            for (const auto& [kind, text] : all) {
                const KnownDocument document{{kind, sha256(text), text.size()}, false};
                store::keep_document(db, id, document, to_bytes(text), {2'000});
                store::name_document(db, id, 1, document.ref.sha256);
            }
        });
    }

    void enrolment(const DeviceId& id, store::Decision decision) {
        store.write([&](store::Database& db) {
            store::Enrolment enrolment;
            enrolment.device = id;
            enrolment.generation = 1;
            enrolment.decision = decision;
            enrolment.enrolled_at = {1'000};
            store::add_enrolment(db, enrolment);
        });
    }

    static net::Request request(net::Method method, const std::string& path, std::string body = {}) {
        net::Request out;
        out.method = method;
        const std::size_t mark = path.find('?');
        out.path = path.substr(0, mark);
        if (mark != std::string::npos) {
            std::string_view rest = std::string_view(path).substr(mark + 1);
            while (!rest.empty()) {
                const std::string_view one = rest.substr(0, rest.find('&'));
                out.query.emplace(one.substr(0, one.find('=')), one.substr(one.find('=') + 1));
                rest.remove_prefix(std::min(rest.size(), one.size() + 1));
            }
        }
        out.body = to_bytes(body);
        return out;
    }
    net::Response send(net::Request request, const std::string& token = ann) const {
        request.headers.add("authorization", "Bearer " + token);
        return api.answer(request);
    }
    net::Response get(const std::string& path) const { return send(request(net::Method::get, path)); }
    net::Response post(const std::string& path, const json::Object& body, const std::string& token = ann) const {
        return send(request(net::Method::post, path, json::compact(body)), token);
    }
};

inline json::Object object_of(const net::Response& response) {
    auto value = json::parse(response.body, {.max_bytes = 32U << 20U, .max_depth = 32, .max_values = 1'000'000});
    if (!value || !value->is_object()) throw std::runtime_error("no JSON object: " + response.body);
    return std::move(value->as_object());
}

inline const json::Array& items_of(const json::Object& object) {
    return object.at("items").as_array();
}

// The refusal's "where: what".
inline std::string refusal_of(const net::Response& response) {
    const json::Object object = object_of(response);
    const json::Object& error = object.at("error").as_object();
    return std::string(error.at("where").as_string()) + ": " + std::string(error.at("what").as_string());
}

}  // namespace assay::api::test
