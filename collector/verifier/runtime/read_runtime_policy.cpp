#include "collector/verifier/runtime/read_runtime_policy.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "base/toml.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t digest_text_bytes = 160;  // "verity:sha512:" and 128 digits
constexpr std::size_t name_text_bytes = 4 * limits::ima_path_bytes;
constexpr std::size_t key_bytes = 1024;

// Paths as the kernel names them: absolute, and not all of them.
void check_exclude(Fields& f, const std::string& pattern) {
    const std::size_t star = pattern.find('*');
    if (!pattern.starts_with('/') || pattern == "/*" || (star != std::string::npos && star + 1 != pattern.size())) {
        f.refuse(Errc::bad_value, "excludes", "is a path below /, or the beginning of one with * at its end");
    }
}

std::vector<std::string> read_names(Fields& f, std::string_view key, std::size_t max_count) {
    std::vector<std::string> out;
    for (const std::string& written : f.texts(key, max_count, name_text_bytes)) {
        const auto name = parse_name_text(written, key);
        if (!name) {
            f.refuse(name.error().code, key, name.error().what);
            return out;
        }
        if (std::ranges::find(out, *name) != out.end()) f.refuse(Errc::duplicate_key, key, "a name stands twice");
        out.push_back(*name);
    }
    return out;
}

std::vector<MeasuredDigest> read_digests(Fields& f, std::string_view key) {
    std::vector<MeasuredDigest> out;
    for (const std::string& written : f.texts(key, limits::runtime_digests_per_name, digest_text_bytes)) {
        const auto digest = parse_measured_digest(written, key);
        if (!digest) {
            f.refuse(digest.error().code, key, digest.error().what);
            return out;
        }
        if (std::ranges::find(out, *digest) != out.end()) f.refuse(Errc::duplicate_key, key, "a digest stands twice");
        out.push_back(*digest);
    }
    if (out.empty()) f.refuse(Errc::missing_field, key, "names no digest");
    return out;
}

DigestsByName read_accepted(Fields& root, std::string_view table) {
    DigestsByName out;
    auto f = root.object_if(table);
    if (!f) return out;
    const std::vector<std::string> keys = f->keys();
    if (keys.size() > limits::runtime_policy_names) {
        root.refuse(
            Errc::limit_exceeded, table, "more than " + std::to_string(limits::runtime_policy_names) + " names"
        );
    }
    for (const std::string& key : keys) {
        if (f->failed()) break;
        const auto name = parse_name_text(key, key);
        if (!name) {
            f->refuse(name.error().code, key, name.error().what);
        } else if (name->empty() || name->size() > limits::ima_path_bytes) {
            f->refuse(
                Errc::limit_exceeded, key, "a name has 1 to " + std::to_string(limits::ima_path_bytes) + " bytes"
            );
        } else {
            const auto digests = read_digests(*f, key);
            out.emplace(*name, std::set(digests.begin(), digests.end()));
        }
    }
    return out;
}

RuntimeSigner read_signer(Fields& f) {
    RuntimeSigner out;
    out.name = f.text("name", limits::text_bytes);
    const auto key_id = from_hex_array<4>(f.text("key_id", 8), "key_id");
    if (!key_id) {
        f.refuse(key_id.error().code, "key_id", key_id.error().what);
    } else {
        for (const std::uint8_t byte : *key_id) out.key_id = out.key_id << 8U | byte;
    }
    out.key = f.base64url("key", key_bytes);
    return out;
}

KnownImaPolicy read_ima_policy(Fields& f) {
    KnownImaPolicy out;
    out.name = f.text("name", limits::text_bytes);
    out.digests = read_digests(f, "digests");
    // Said outright: a list that was forgotten must not read as "exempts nothing".
    if (!f.has("exempts")) f.refuse(Errc::missing_field, "exempts", "missing: [] when the rules exempt nothing");
    out.exempts = f.texts("exempts", limits::ima_policy_exemptions, limits::runtime_exemption_bytes);
    return out;
}

RuntimePolicyDocument read_fields(Fields& root) {
    RuntimePolicyDocument out;
    Fields f = root.object("runtime_policy");
    out.id = f.text("id", limits::runtime_id_bytes);
    out.version = f.number("version", 1, json::max_integer);
    out.title = f.text("title", limits::text_bytes);
    out.agents = read_names(f, "agents", limits::runtime_agents);
    out.excludes = read_names(f, "excludes", limits::runtime_excludes);
    for (const std::string& one : out.excludes) check_exclude(f, one);
    out.files = read_accepted(root, "files");
    out.buffers = read_accepted(root, "buffers");
    for (Fields& one : root.objects_if("signers", limits::runtime_signers)) {
        out.signers.push_back(read_signer(one));
        const auto same = [&out](const RuntimeSigner& other) { return other.key == out.signers.back().key; };
        if (std::ranges::count_if(out.signers, same) > 1) one.refuse(Errc::duplicate_key, "key", "stands twice");
    }
    for (Fields& one : root.objects_if("ima_policies", limits::runtime_ima_policies)) {
        out.ima_policies.push_back(read_ima_policy(one));
        for (const MeasuredDigest& digest : out.ima_policies.back().digests) {
            const auto has = [&digest](const KnownImaPolicy& other) {
                return std::ranges::find(other.digests, digest) != other.digests.end();
            };
            if (std::ranges::count_if(out.ima_policies, has) > 1) {
                one.refuse(Errc::duplicate_key, "digests", "stands in another policy, too");
            }
        }
    }
    return out;
}

Result<RuntimePolicyDocument> read_document(const toml::Document& document) {
    Fields root(document.root, "");
    RuntimePolicyDocument out = read_fields(root);
    if (const auto read = root.finish(); !read) return fail(document.placed(read.error()));
    return out;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

template <class Range, class Text>
std::string list_of(const Range& range, Text text_of) {
    std::string out = "[";
    for (const auto& one : range) out += (out.size() == 1 ? "" : ", ") + quoted(text_of(one));
    return out + "]";
}

std::string encoded(std::string_view table, const DigestsByName& accepted) {
    if (accepted.empty()) return {};
    std::string out = "\n[" + std::string(table) + "]\n";
    const auto digest_text = [](const MeasuredDigest& one) { return text(one); };
    for (const auto& [name, digests] : accepted) {
        out += quoted(name_text(as_bytes(name))) + " = " + list_of(digests, digest_text) + "\n";
    }
    return out;
}

}  // namespace

Result<RuntimePolicyDocument> parse_runtime_policy(std::string_view text, std::string file) {
    TRY(const toml::Document document, toml::parse(text, std::move(file)));
    return read_document(document);
}

Result<RuntimePolicy> read_runtime_policy(std::string_view text, std::string file) {
    TRY(const toml::Document document, toml::parse(text, std::move(file)));
    TRY(const RuntimePolicyDocument read, read_document(document));
    auto policy = RuntimePolicy::from(read, assay::sha256(text));
    if (!policy) return fail(document.placed(policy.error()));
    return policy;
}

std::string encode_runtime_policy(const RuntimePolicyDocument& document) {
    const auto as_name = [](const std::string& one) { return name_text(as_bytes(one)); };
    const auto as_digest = [](const MeasuredDigest& one) { return text(one); };
    std::string out = "[runtime_policy]\nid = " + quoted(document.id) +
                      "\nversion = " + std::to_string(document.version) + "\ntitle = " + quoted(document.title) +
                      "\nagents = " + list_of(document.agents, as_name) +
                      "\nexcludes = " + list_of(document.excludes, as_name) + "\n";
    out += encoded("files", document.files);
    out += encoded("buffers", document.buffers);
    for (const RuntimeSigner& one : document.signers) {
        std::array<std::uint8_t, 4> key_id{};
        for (unsigned i = 0; i < 4; ++i) key_id[i] = static_cast<std::uint8_t>(one.key_id >> (24U - 8U * i));
        out += "\n[[signers]]\nname = " + quoted(one.name) + "\nkey_id = " + quoted(to_hex(key_id)) +
               "\nkey = " + quoted(to_base64url(one.key)) + "\n";
    }
    for (const KnownImaPolicy& one : document.ima_policies) {
        const auto as_is = [](const std::string& text) { return text; };
        out += "\n[[ima_policies]]\nname = " + quoted(one.name) + "\ndigests = " + list_of(one.digests, as_digest) +
               "\nexempts = " + list_of(one.exempts, as_is) + "\n";
    }
    return out;
}

}  // namespace assay
