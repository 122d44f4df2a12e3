#include "collector/verifier/runtime/runtime_policy.hpp"

#include "evidence/runtime/ima_signature.hpp"

#include <algorithm>

namespace assay {
namespace {

std::uint64_t key_of(const MeasuredDigest& digest) {
    std::uint64_t out = 0;
    for (const std::uint8_t byte : digest.digest.bytes().first(8)) out = out << 8U | byte;
    return out;
}

bool fits(std::string_view pattern, std::string_view path) {
    if (!pattern.ends_with('*')) return pattern == path;
    return path.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

AcceptedDigests::AcceptedDigests(const DigestsByName& accepted) {
    for (const auto& [name, digests] : accepted) {
        for (const MeasuredDigest& one : digests) rows_.push_back({one, static_cast<std::uint32_t>(names_.size())});
        names_.push_back(name);
    }
    std::ranges::sort(rows_, {}, [](const Row& row) { return key_of(row.digest); });
    keys_.reserve(rows_.size());
    for (const Row& row : rows_) keys_.push_back(key_of(row.digest));
}

bool AcceptedDigests::accepts(ByteView name, const MeasuredDigest& digest) const {
    const auto [begin, end] = std::ranges::equal_range(keys_, key_of(digest));
    for (auto at = begin; at != end; ++at) {
        const Row& row = rows_[static_cast<std::size_t>(at - keys_.begin())];
        if (row.digest == digest && names_[row.name] == as_text(name)) return true;
    }
    return false;
}

bool AcceptedDigests::knows(ByteView name) const {
    return std::ranges::binary_search(names_, as_text(name), {}, [](const std::string& one) {
        return std::string_view(one);
    });
}

RuntimePolicy::RuntimePolicy(const RuntimePolicyDocument& document)
    : title_(document.title),
      agents_(document.agents),
      excludes_(document.excludes),
      files_(document.files),
      buffers_(document.buffers),
      ima_policies_(document.ima_policies) {}

Result<RuntimePolicy> RuntimePolicy::from(const RuntimePolicyDocument& document, const Sha256& sha256) {
    RuntimePolicy out(document);
    out.sha256_ = sha256;
    for (std::size_t i = 0; i < document.signers.size(); ++i) {
        auto key = PublicKey::from_spki(document.signers[i].key);
        if (!key) {
            return fail(key.error().code, "signers[" + std::to_string(i) + "].key", key.error().what);
        }
        out.signers_.push_back({document.signers[i].key_id, *std::move(key)});
    }
    return out;
}

bool RuntimePolicy::is_agent(ByteView path) const {
    return std::ranges::find(agents_, as_text(path)) != agents_.end();
}

bool RuntimePolicy::excludes(ByteView path) const {
    return std::ranges::any_of(excludes_, [path](const std::string& one) { return fits(one, as_text(path)); });
}

const KnownImaPolicy* RuntimePolicy::ima_policy(const MeasuredDigest& digest) const {
    const auto found = std::ranges::find_if(ima_policies_, [&digest](const KnownImaPolicy& one) {
        return std::ranges::find(one.digests, digest) != one.digests.end();
    });
    return found == ima_policies_.end() ? nullptr : &*found;
}

SignerAnswer RuntimePolicy::signer_of(ByteView attribute, const ImaDigest& digest) const {
    const auto signature = decode_ima_signature(attribute);
    if (!signature || signature->kind == ImaSignatureKind::evm_portable) return SignerAnswer::none;
    const auto of_file = signed_digest(*signature, digest);
    SignerAnswer out = SignerAnswer::unknown;
    for (const Signer& one : signers_) {
        if (one.key_id != signature->key_id) continue;
        if (of_file && one.key.verify_encoded(*of_file, signature->value)) return SignerAnswer::verified;
        out = SignerAnswer::invalid;
    }
    return out;
}

}  // namespace assay
