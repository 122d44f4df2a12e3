#include "collector/verifier/runtime/measured_digest.hpp"

#include "base/encoding.hpp"

namespace assay {
namespace {

constexpr std::string_view verity_prefix = "verity:";

bool stands_for_itself(std::uint8_t byte) {
    return byte >= 0x20 && byte < 0x7f && byte != '\\';
}

std::string byte_text(std::uint8_t byte) {
    if (stands_for_itself(byte)) return std::string(1, static_cast<char>(byte));
    return "\\x" + to_hex(ByteView(&byte, 1));
}

}  // namespace

std::optional<MeasuredDigest> measured_digest(const ImaDigest& digest) {
    // The template `ima` names no algorithm: of its 20 bytes the kernel makes SHA-1 (or pads MD5, which fits no rule).
    const auto alg = digest.algorithm.empty() ? HashAlg::sha1 : hash_alg_named(digest.algorithm);
    const auto value = alg ? Digest::of(*alg, digest.value) : std::nullopt;
    if (!value) return std::nullopt;
    return MeasuredDigest{digest.type == "verity", *value};
}

std::string text(const MeasuredDigest& digest) {
    return std::string(digest.verity ? verity_prefix : "") + std::string(name(digest.digest.alg())) + ":" +
           to_hex(digest.digest.bytes());
}

Result<MeasuredDigest> parse_measured_digest(std::string_view text, std::string_view where) {
    MeasuredDigest out;
    out.verity = text.starts_with(verity_prefix);
    if (out.verity) text.remove_prefix(verity_prefix.size());
    const std::size_t colon = text.find(':');
    const auto alg = hash_alg_named(text.substr(0, colon));
    if (!alg || colon == std::string_view::npos) {
        return fail(
            Errc::unknown_algorithm, std::string(where), "does not begin with sha1:, sha256:, sha384: or sha512:"
        );
    }
    TRY(const Bytes value, from_hex(text.substr(colon + 1), where));
    const auto digest = Digest::of(*alg, value);
    if (!digest) return fail(Errc::bad_value, std::string(where), "is not of its algorithm's size");
    out.digest = *digest;
    return out;
}

std::string name_text(ByteView name) {
    std::string out;
    for (const std::uint8_t byte : name) out += byte_text(byte);
    return out;
}

std::string name_text_cut(ByteView name, std::size_t max_bytes) {
    constexpr std::string_view dots = "...";
    std::string out;
    std::size_t room_for_dots = 0;  // where the text ends when they have to follow
    for (const std::uint8_t byte : name) {
        out += byte_text(byte);
        if (out.size() + dots.size() <= max_bytes) room_for_dots = out.size();
        if (out.size() > max_bytes) return out.substr(0, room_for_dots).append(dots);
    }
    return out;
}

Result<std::string> parse_name_text(std::string_view text, std::string_view where) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const bool hex = text.substr(i, 2) == "\\x" && text.size() - i >= 4;
        const auto byte = hex ? from_hex(text.substr(i + 2, 2), where) : Result<Bytes>(Bytes());
        if (!byte || byte->empty()) return fail(Errc::bad_encoding, std::string(where), "a backslash begins \\xNN");
        out += static_cast<char>(byte->front());
        i += 3;
    }
    if (name_text(as_bytes(out)) != text) {
        return fail(Errc::bad_encoding, std::string(where), "bytes other than printable ASCII are written \\xNN");
    }
    return out;
}

}  // namespace assay
