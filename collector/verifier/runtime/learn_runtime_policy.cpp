#include "collector/verifier/runtime/learn_runtime_policy.hpp"

#include "evidence/runtime/ima_policy_rules.hpp"

namespace assay {

Result<Learned> learn_entries(RuntimePolicyDocument& document, std::span<const ImaEntry> entries) {
    Learned out;
    for (const ImaEntry& entry : entries) {
        if (named_boot_aggregate(entry) && !entry.has_buffer()) continue;
        if (entry.violation()) {
            ++out.violations;
            continue;
        }
        const auto digest = entry.digest();
        const auto measured = digest ? measured_digest(*digest) : std::nullopt;
        const auto buffer = entry.field(ImaField::buf);
        if (!measured || entry.path().empty() ||
            (buffer && hash(measured->digest.alg(), *buffer) != measured->digest)) {
            ++out.unreadable;
            continue;
        }
        DigestsByName& names = buffer ? document.buffers : document.files;
        std::set<MeasuredDigest>& digests = names[to_text(entry.path())];
        ++(digests.insert(*measured).second ? out.added : out.known);
        if (names.size() > limits::runtime_policy_names) {
            return fail(Errc::limit_exceeded, buffer ? "buffers" : "files", "more names than a policy holds");
        }
        if (digests.size() > limits::runtime_digests_per_name) {
            return fail(Errc::limit_exceeded, name_text(entry.path()), "more digests than a policy holds for one name");
        }
    }
    return out;
}

KnownImaPolicy known_ima_policy(std::string name, std::string_view rules) {
    KnownImaPolicy out{std::move(name), {}, ima_policy_exemptions(rules)};
    for (const HashAlg alg : {HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
        out.digests.push_back({false, hash(alg, as_bytes(rules))});
    }
    return out;
}

}  // namespace assay
