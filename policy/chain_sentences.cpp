#include "base/text.hpp"
#include "policy/chain.hpp"

#include <fmt/format.h>

namespace assay::policy {
namespace {

std::string pack_words(const PackRef& pack) {
    return fmt::format("pack {} version {} of {}, line {}", pack.id, pack.version, pack.date.text(), pack.line);
}

// What of the component was recognised, as a person would call it.
std::string_view thing(MatchReason reason) {
    switch (reason) {
        case MatchReason::vendor_chip: return "PCI vendor";
        case MatchReason::device_chip: return "PCI device";
        case MatchReason::vendor_subsystem: return "PCI subsystem vendor";
        case MatchReason::device_subsystem: return "PCI subsystem device";
        case MatchReason::vendor_usb: return "USB vendor";
        case MatchReason::device_usb: return "USB product";
        case MatchReason::vendor_mac: return "MAC address block";
        case MatchReason::vendor_memory: return "JEDEC manufacturer";
        case MatchReason::vendor_pen: return "enterprise number";
        case MatchReason::vendor_pnp: return "PNP vendor";
        case MatchReason::vendor_processor: return "processor implementer";
        case MatchReason::vendor_transceiver: return "transceiver vendor OUI";
        case MatchReason::vendor_acpi: return "ACPI vendor";
        case MatchReason::device_acpi: return "ACPI product";
        case MatchReason::vendor_devicetree: return "device tree vendor prefix";
        case MatchReason::vendor_tpm: return "TPM vendor";
    }
    return "identifier";
}

std::string identifier_sentence(const Chain& chain, std::string_view part) {
    std::string out = fmt::format("{} has {} {}", part, thing(chain.reason), chain.value);
    if (chain.value != chain.identifier.value)
        out += fmt::format(" ({} {})", name(chain.identifier.registry), chain.identifier.value);
    out += chain.confidence == Confidence::registered ? ", registered to " : ", seen on products of ";
    out += chain.entity.name;
    if (!chain.registered_to.empty() && chain.registered_to != chain.entity.name)
        out += fmt::format(" as \"{}\"", chain.registered_to);
    return out + fmt::format(" ({}; {}).", chain.source, pack_words(chain.known_from));
}

void add_links(const Chain& chain, std::vector<std::string>& out) {
    const std::string* from = &chain.entity.name;
    for (const ChainLink& link : chain.links) {
        out.push_back(fmt::format(
            "{} is {} of {} ({}).", *from, link.kind == LinkKind::subsidiary ? "a subsidiary" : "an affiliate",
            link.of.name, link.citation
        ));
        from = &link.of.name;
    }
}

std::string entry_sentence(const Chain& chain) {
    std::string dates = "in force";
    if (chain.period.from) dates += " since " + chain.period.from->text();
    if (chain.period.until) dates += " until " + chain.period.until->text();
    return fmt::format(
        "{} is named by {} in {} ({}), {} ({}).", chain.named().name, chain.authority, chain.list, chain.citation,
        dates, pack_words(chain.listed_in)
    );
}

}  // namespace

std::vector<std::string> explain(const Chain& chain, std::string_view part) {
    std::vector<std::string> out{identifier_sentence(chain, part)};
    add_links(chain, out);
    out.push_back(entry_sentence(chain));
    if (!chain.demands.empty()) out.push_back("What it asks: " + chain.demands);
    if (!chain.purpose.empty()) out.push_back(fmt::format("It holds for this purpose: {}.", chain.purpose));
    if (chain.scope != ScopeResult::in_scope) out.push_back(fmt::format("Scope: {}.", meaning(chain.scope)));
    out.push_back(fmt::format("Action: {}{}.", name(chain.action), chain.deadline ? " " + chain.deadline->text() : ""));
    for (std::string& sentence : out) sentence = printable(sentence);
    return out;
}

}  // namespace assay::policy
