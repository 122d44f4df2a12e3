#include "collector/findings/finding.hpp"

#include "base/text.hpp"
#include "collector/findings/shown_part.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

void put(json::Object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

}  // namespace

std::string finding_id(
    std::string_view device, std::string_view component, std::string_view entry, const Identifier& identifier
) {
    return id_of({"assay/finding/1", device, component, entry, name(identifier.registry), identifier.value});
}

json::Object to_json(const Finding& finding) {
    json::Object out{{"id", finding.id}, {"state", finding.excepted ? "excepted" : "open"}};
    put(out, "device", finding.device);
    put(out, "site", finding.site);
    put(out, "role", finding.role);
    out["component"] = part_value(finding.component, finding.kind, finding.names, finding.location);
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
    std::vector<std::string> out = policy::explain(finding.chain, called(finding.component, finding.names));
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
