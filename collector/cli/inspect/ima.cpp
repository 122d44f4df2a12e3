#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_file.hpp"
#include "evidence/runtime/ima_replay.hpp"
#include "evidence/runtime/ima_signature.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {
namespace {

json::Object digest_value(const ImaDigest& digest) {
    json::Object out;
    if (!digest.type.empty()) out["type"] = digest.type;
    if (!digest.algorithm.empty()) out["algorithm"] = digest.algorithm;
    out["value"] = to_hex(digest.value);
    return out;
}

json::Object signature_value(ByteView attribute) {
    const auto signature = decode_ima_signature(attribute);
    if (!signature) return {{"unreadable", signature.error().message()}, {"bytes", to_hex(attribute)}};
    return {
        {"kind", name(signature->kind)},         {"version", signature->version},
        {"hash", name(signature->hash)},         {"key_id", fmt::format("{:08x}", signature->key_id)},
        {"signature", to_hex(signature->value)},
    };
}

json::Object entry_value(const ImaEntry& entry, std::size_t number) {
    json::Object out{
        {"number", static_cast<std::int64_t>(number)},
        {"pcr", entry.pcr()},
        {"template", clean_text(entry.template_name(), limits::ima_template_name_bytes)},
        {"template_digest", to_hex(entry.stored_digest().bytes())},
    };
    if (entry.violation()) {
        out["violation"] = true;
    } else if (hash(entry.stored_digest().alg(), entry.data()) != entry.stored_digest()) {
        out["template_digest_holds"] = false;
    }
    if (!entry.fault().empty()) {
        out["unreadable"] = entry.fault();
        out["data"] = to_hex(entry.data());
        return out;
    }
    if (const auto digest = entry.digest()) out["digest"] = digest_value(*digest);
    out[entry.has_buffer() ? "name" : "path"] = clean_text(entry.path(), limits::ima_path_bytes);
    if (const auto buffer = entry.field(ImaField::buf)) out["buffer"] = to_hex(*buffer);
    if (!entry.signature().empty()) out["signature"] = signature_value(entry.signature());
    if (const auto digest = entry.modsig_digest()) out["modsig_digest"] = digest_value(*digest);
    if (const auto modsig = entry.field(ImaField::modsig); modsig && !modsig->empty()) out["modsig"] = to_hex(*modsig);
    return out;
}

// What PCR 10 holds after the list, in each way in which a kernel may have extended it.
json::Object pcr_value(const std::vector<ImaEntry>& all) {
    std::vector<ImaEntry> entries;
    std::ranges::copy_if(all, std::back_inserter(entries), [](const ImaEntry& one) { return one.pcr() == ima_pcr; });
    const bool violations = std::ranges::any_of(entries, &ImaEntry::violation);
    json::Object out;
    for (const HashAlg bank : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
        json::Object of_bank;
        for (const ImaExtension how :
             {ImaExtension::own_hash, ImaExtension::padded_sha1, ImaExtension::padded_sha1_only}) {
            if (how != ImaExtension::own_hash && bank == HashAlg::sha1) continue;
            if (how == ImaExtension::padded_sha1_only && !violations) continue;
            ImaReplay replay = start_replay(bank);
            extend(replay, entries, how);
            of_bank[name(how)] = to_hex(replay.value.bytes());
        }
        out[name(bank)] = std::move(of_bank);
    }
    return out;
}

}  // namespace

Result<json::Object> inspect_ima(ByteView bytes) {
    TRY(const ImaFile file, decode_ima_file(bytes));
    json::Array entries;
    for (const ImaEntry& one : file.list.entries) entries.push_back(entry_value(one, entries.size()));
    json::Object out{
        {"type", "ima"},
        {"form", file.ascii ? "ascii" : "binary"},
        {"byte_order", file.format.order == std::endian::little ? "little" : "big"},
        {"template_digest_algorithm", name(file.format.digest)},
        {"count", static_cast<std::int64_t>(file.list.entries.size())},
        {"violations", std::ranges::count_if(file.list.entries, &ImaEntry::violation)},
        {"pcr10_after", pcr_value(file.list.entries)},
        {"entries", std::move(entries)},
        {"verified", "each entry's digest against its data; no signature, and nothing against a quote"},
    };
    if (file.list.broken) out["broken"] = file.list.broken->message();
    return out;
}

}  // namespace assay::cli
