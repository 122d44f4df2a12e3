#include "collector/findings/finding.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <initializer_list>

namespace assay {
namespace {

void put(json::Object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

// Each text after its length: no two lists of texts give the same bytes.
std::string framed(std::initializer_list<std::string_view> texts) {
    std::string out;
    for (const std::string_view text : texts) out += fmt::format("{}:{}", text.size(), text);
    return out;
}

// The part with the names that the device gave it, for people.
std::string called(const Finding& finding) {
    std::string names;
    for (const std::string_view key : {"vendor", "product"}) {
        const auto found = finding.names.find(std::string(key));
        if (found != finding.names.end()) names += (names.empty() ? "" : " ") + found->second;
    }
    const std::string part = "Component " + finding.component;
    return names.empty() ? part : fmt::format("{} (which calls itself \"{}\")", part, names);
}

}  // namespace

std::string finding_id(
    std::string_view device, std::string_view component, std::string_view entry, const Identifier& identifier
) {
    constexpr std::size_t id_bytes = 16;
    const Sha256 digest =
        sha256(framed({"assay/finding/1", device, component, entry, name(identifier.registry), identifier.value}));
    return to_hex(ByteView(digest).first(id_bytes));
}

json::Object to_json(const Finding& finding) {
    json::Object component{{"key", finding.component}, {"kind", name(finding.kind)}};
    json::Object names;
    for (const auto& [key, text] : finding.names) names[key] = text;
    component["names"] = std::move(names);
    json::Object location;
    put(location, "slot", finding.location.slot);
    put(location, "port", finding.location.port);
    put(location, "path", finding.location.path);
    component["location"] = std::move(location);

    json::Object out{{"id", finding.id}, {"state", finding.excepted ? "excepted" : "open"}};
    put(out, "device", finding.device);
    put(out, "site", finding.site);
    put(out, "role", finding.role);
    out["component"] = std::move(component);
    out["proof"] = json::Object{{"level", name(finding.proof)}, {"meaning", meaning(finding.proof)}};
    out["chain"] = policy::to_json(finding.chain);
    if (finding.excepted) {
        out["exception"] = json::Object{
            {"id", finding.excepted->id},
            {"approver", finding.excepted->approver},
            {"document", finding.excepted->document},
            {"until", finding.excepted->until.text()}
        };
    }
    json::Array sentences;
    for (const std::string& sentence : explain(finding)) sentences.push_back(json::Value(sentence));
    out["explanation"] = std::move(sentences);
    return out;
}

std::vector<std::string> explain(const Finding& finding) {
    std::vector<std::string> out = policy::explain(finding.chain, called(finding));
    out.push_back(fmt::format("Proof level: {}, {}.", name(finding.proof), meaning(finding.proof)));
    if (finding.excepted) {
        out.push_back(printable(fmt::format(
            "Excepted until {} by {} ({}).", finding.excepted->until.text(), finding.excepted->approver,
            finding.excepted->document
        )));
    }
    return out;
}

}  // namespace assay
