#include "collector/findings/conflict.hpp"

#include "base/text.hpp"
#include "base/words.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

constexpr auto rule_words = words<ConflictRule>({
    {ConflictRule::pci_name, "pci_name"},
    {ConflictRule::usb_name, "usb_name"},
    {ConflictRule::memory_name, "memory_name"},
    {ConflictRule::transceiver_name, "transceiver_name"},
    {ConflictRule::board_name, "board_name"},
    {ConflictRule::mac_maker, "mac_maker"},
});

json::Object statement_value(const ConflictSide& statement) {
    json::Object out{{"what", statement.what}, {"value", statement.value}};
    if (statement.holder.empty()) return out;
    out["holder"] = statement.holder;
    out["number"] = statement.number;
    out["registry"] = statement.registry;
    out["date"] = statement.date;
    return out;
}

std::string sentence(const ConflictSide& statement) {
    if (statement.holder.empty()) return fmt::format("{}: \"{}\".", statement.what, statement.value);
    const std::string registrant = fmt::format(
        "{} {} is registered to \"{}\" (as of {})", statement.registry, statement.number, statement.holder,
        statement.date
    );
    if (registry_named(statement.what, "what"))
        return fmt::format("{} {}: {}.", statement.what, statement.value, registrant);
    return fmt::format("{}: \"{}\"; {}.", statement.what, statement.value, registrant);
}

}  // namespace

std::string_view name(ConflictRule rule) {
    return rule_words.of(rule);
}

std::string_view meaning(ConflictRule rule) {
    switch (rule) {
        case ConflictRule::pci_name:
            return "the PCI chip's number and the maker that the part names are of two registrants";
        case ConflictRule::usb_name: return "the USB number and the maker that the device names are of two registrants";
        case ConflictRule::memory_name:
            return "the memory module's JEDEC code and the maker that it names are of two registrants";
        case ConflictRule::transceiver_name:
            return "the OUI in the transceiver and the vendor that it names are of two registrants";
        case ConflictRule::board_name:
            return "the block of the board's own MAC address and the makers that the board names are of other "
                   "registrants";
        case ConflictRule::mac_maker:
            return "the block of the permanent MAC address is of none of the makers of chip, card and machine";
    }
    return "";
}

std::optional<ConflictRule> conflict_rule_named(std::string_view word) {
    return rule_words.named(word);
}

std::string conflict_id(
    std::string_view device, std::string_view component, ConflictRule rule, const Identifier& identifier
) {
    return id_of({"assay/conflict/1", device, component, name(rule), assay::name(identifier.registry), identifier.value}
    );
}

json::Object to_json(const Conflict& conflict) {
    json::Array statements;
    for (const ConflictSide& statement : conflict.statements) statements.push_back(statement_value(statement));
    json::Array sentences;
    for (const std::string& one : explain(conflict)) sentences.push_back(json::Value(one));
    json::Object out{{"id", conflict.id}, {"rule", name(conflict.rule)}, {"meaning", meaning(conflict.rule)}};
    if (!conflict.device.empty()) out["device"] = conflict.device;
    out["component"] = part_value(conflict.component, conflict.kind, conflict.names, conflict.location);
    out["proof"] = json::Object{{"level", name(conflict.proof)}, {"meaning", meaning(conflict.proof)}};
    out["statements"] = std::move(statements);
    out["explanation"] = std::move(sentences);
    return out;
}

std::vector<std::string> explain(const Conflict& conflict) {
    std::vector<std::string> out{
        printable(fmt::format("{}: {}.", called(conflict.component, conflict.names), meaning(conflict.rule)))
    };
    for (const ConflictSide& statement : conflict.statements) out.push_back(printable(sentence(statement)));
    out.emplace_back(
        "Both can be right: names are sold, makers build for others, and a snapshot is of its day. Somebody should "
        "look; "
        "nothing is demanded."
    );
    out.push_back(fmt::format("Proof level: {}, {}.", name(conflict.proof), meaning(conflict.proof)));
    return out;
}

}  // namespace assay
