#pragma once
// What may run on a device: files by path and digest, or by who signed them; measured buffers; what is not looked at;
// and which IMA policies are known. A policy is one document for many devices, named by the SHA-256 of its bytes, read
// once and shared: a device only keeps which one it was judged by. Read from TOML by read_runtime_policy.hpp.

#include "base/crypto/public_key.hpp"
#include "collector/verifier/runtime/measured_digest.hpp"
#include "evidence/limits.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace assay {

namespace limits {
inline constexpr std::size_t runtime_policy_bytes = 8U << 20U;  // of one document, whose reader takes no more
inline constexpr std::size_t runtime_policy_names = 131'072;
inline constexpr std::size_t runtime_digests_per_name = 256;
inline constexpr std::size_t runtime_excludes = 256;
inline constexpr std::size_t runtime_signers = 64;
inline constexpr std::size_t runtime_ima_policies = 64;
inline constexpr std::size_t runtime_agents = 16;
inline constexpr std::size_t runtime_id_bytes = 64;
inline constexpr std::size_t runtime_exemption_bytes = text_bytes + 8;  // of one, as a policy of rules is cut and named
}  // namespace limits

struct RuntimeSigner {
    std::string name;
    std::uint32_t key_id = 0;  // the last four bytes of the subject key identifier
    Bytes key;                 // DER SubjectPublicKeyInfo: a signature counts when this key verifies it
    friend auto operator<=>(const RuntimeSigner&, const RuntimeSigner&) = default;
};

// A set of IMA rules that somebody has read. Whether a device has loaded it, a measurement of it says.
struct KnownImaPolicy {
    std::string name;
    std::vector<MeasuredDigest> digests;  // of the file or buffer that is loaded
    std::vector<std::string> exempts;     // what it leaves unmeasured (evidence/runtime/ima_policy_rules.hpp); or empty
    friend auto operator<=>(const KnownImaPolicy&, const KnownImaPolicy&) = default;
};

using DigestsByName = std::map<std::string, std::set<MeasuredDigest>>;  // names are raw bytes

// What stands in the document.
struct RuntimePolicyDocument {
    std::string id;
    std::int64_t version = 1;
    std::string title;
    std::vector<std::string> agents;    // paths of the agent's program: one of them has to be among the accepted
    std::vector<std::string> excludes;  // a path, or the beginning of paths with a '*' behind it
    DigestsByName files;
    DigestsByName buffers;
    std::vector<RuntimeSigner> signers;
    std::vector<KnownImaPolicy> ima_policies;
    friend bool operator==(const RuntimePolicyDocument&, const RuntimePolicyDocument&) = default;
};

// Names with digests, laid out for being asked a thousand times in a row.
class AcceptedDigests {
  public:
    explicit AcceptedDigests(const DigestsByName& accepted);
    bool accepts(ByteView name, const MeasuredDigest& digest) const;
    bool knows(ByteView name) const;  // with another digest, perhaps

  private:
    struct Row {
        MeasuredDigest digest;
        std::uint32_t name = 0;  // index into names_
    };
    std::vector<std::uint64_t> keys_;  // the beginning of each row's digest, sorted
    std::vector<Row> rows_;            // in the same order
    std::vector<std::string> names_;   // sorted
};

enum class SignerAnswer {
    verified,
    none,     // no signature, or one of a kind that a list cannot prove
    unknown,  // of a key that the policy does not name
    invalid,  // the key with that id does not verify it
};

class RuntimePolicy {
  public:
    // bad_value for a signer whose key is none. `sha256` is that of the document's bytes.
    static Result<RuntimePolicy> from(const RuntimePolicyDocument& document, const Sha256& sha256);

    const Sha256& sha256() const { return sha256_; }
    const std::string& title() const { return title_; }
    const AcceptedDigests& files() const { return files_; }
    const AcceptedDigests& buffers() const { return buffers_; }
    bool is_agent(ByteView path) const;
    bool excludes(ByteView path) const;
    const KnownImaPolicy* ima_policy(const MeasuredDigest& digest) const;  // nullptr: not known
    // Costs a signature check where the key is known.
    SignerAnswer signer_of(ByteView attribute, const ImaDigest& digest) const;

  private:
    struct Signer {
        std::uint32_t key_id;
        PublicKey key;
    };
    explicit RuntimePolicy(const RuntimePolicyDocument& document);

    Sha256 sha256_{};
    std::string title_;
    std::vector<std::string> agents_;
    std::vector<std::string> excludes_;
    AcceptedDigests files_;
    AcceptedDigests buffers_;
    std::vector<Signer> signers_;
    std::vector<KnownImaPolicy> ima_policies_;
};

}  // namespace assay
