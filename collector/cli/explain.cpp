#include "base/json.hpp"
#include "base/text.hpp"
#include "collector/cli/offline.hpp"
#include "collector/findings/conflict.hpp"
#include "collector/worklist/absence.hpp"
#include "evidence/proof.hpp"
#include "evidence/reason.hpp"
#include "policy/pattern.hpp"

namespace assay::cli {
namespace {

struct Word {
    std::string code;
    std::string kind;
    std::string meaning;
    std::string advice;
};

std::vector<Word> all_words() {
    std::vector<Word> out;
    for (const ReasonText& one : all_reasons())
        out.push_back({std::string(one.word), "reason", std::string(one.meaning), std::string(one.advice)});
    for (const policy::MatchReason one : policy::all_match_reasons())
        out.push_back({std::string(policy::name(one)), "match", std::string(policy::meaning(one)), {}});
    for (const ConflictRule one :
         {ConflictRule::pci_name, ConflictRule::usb_name, ConflictRule::memory_name, ConflictRule::transceiver_name,
          ConflictRule::board_name, ConflictRule::mac_maker}) {
        out.push_back({std::string(name(one)), "identity conflict", std::string(meaning(one)), {}});
    }
    for (const policy::Unknown one :
         {policy::Unknown::not_registered, policy::Unknown::reserved, policy::Unknown::local,
          policy::Unknown::no_snapshot}) {
        out.push_back({std::string(policy::name(one)), "unknown identifier", std::string(policy::meaning(one)), {}});
    }
    for (const worklist::State one : worklist::all_states())
        out.push_back({std::string(name(one)), "worklist state", std::string(meaning(one)), {}});
    for (const ProofLevel one :
         {ProofLevel::device_signed, ProofLevel::firmware_measured, ProofLevel::platform_certified,
          ProofLevel::attested_os, ProofLevel::reported, ProofLevel::observed, ProofLevel::declared}) {
        out.push_back({std::string(name(one)), "proof level", std::string(meaning(one)), {}});
    }
    return out;
}

json::Object value_of(const Word& word) {
    json::Object out{{"code", word.code}, {"kind", word.kind}, {"meaning", word.meaning}};
    if (!word.advice.empty()) out["advice"] = word.advice;
    return out;
}

Exit list_all(const std::vector<Word>& words, const Context& context) {
    Table table{
        .columns =
            {{"code", "code", 24},
             {"kind", "kind", 8},
             {"meaning", "meaning", 30},
             {.title = "advice", .field = "advice", .table = false}},
        .rows = {}
    };
    json::Array items;
    for (const Word& word : words) {
        table.rows.push_back({word.code, word.kind, word.meaning, word.advice});
        items.push_back(value_of(word));
    }
    const auto as_json = [&items] { return json::pretty(json::Object{{"items", items}}); };
    show(context, table, as_json, "");
    return Exit::done;
}

}  // namespace

Exit run(const Explain& command, const Context& context) {
    const std::vector<Word> words = all_words();
    if (command.code.empty()) return list_all(words, context);
    std::vector<Word> found;
    std::vector<std::string> codes;
    for (const Word& word : words) {
        codes.push_back(word.code);
        if (word.code == command.code) found.push_back(word);
    }
    if (found.empty()) {
        const std::string near = nearest_word(command.code, codes);
        return complain(
            context,
            {Errc::not_found, command.code,
             "is no code that is known here" + (near.empty() ? std::string() : "; did you mean " + near + "?") +
                 " (assay explain lists them all)"}
        );
    }
    if (context.format != Format::table) return list_all(found, context);
    for (const Word& word : found) {
        context.out(word.code + " (" + word.kind + ")\n  " + word.meaning + "\n");
        if (!word.advice.empty()) context.out("  What to do: " + word.advice + "\n");
    }
    return Exit::done;
}

}  // namespace assay::cli
