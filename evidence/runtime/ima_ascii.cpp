#include "evidence/runtime/ima_ascii.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"

#include <charconv>

namespace assay {
namespace {

constexpr std::size_t legacy_digest_bytes = 20;
constexpr std::size_t legacy_name_bytes = 255;

std::string_view next_word(std::string_view& line) {
    const std::size_t end = line.find(' ');
    const std::string_view word = line.substr(0, end);
    line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
    return word;
}

void append(Bytes& out, std::uint64_t value, unsigned bytes, std::endian order) {
    for (unsigned i = 0; i < bytes; ++i) {
        const unsigned shift = 8 * (order == std::endian::little ? i : bytes - 1 - i);
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

Result<Bytes> digest_field(ImaField kind, std::string_view word) {
    const std::size_t colon = word.rfind(':');
    if (colon == std::string_view::npos)
        return fail(Errc::bad_encoding, std::string(name(kind)), "does not name its algorithm");
    Bytes out = to_bytes(word.substr(0, colon + 1));
    out.push_back(0);
    TRY(const Bytes value, from_hex(word.substr(colon + 1), name(kind)));
    out.insert(out.end(), value.begin(), value.end());
    return out;
}

Result<Bytes> number_field(ImaField kind, std::string_view word, unsigned bytes, std::endian order) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || (bytes < 4 && value >> (8 * bytes) != 0)) {
        return fail(Errc::bad_encoding, std::string(name(kind)), "is no number of " + std::to_string(bytes) + " bytes");
    }
    Bytes out;
    append(out, value, bytes, order);
    return out;
}

// The field's bytes, from how the kernel prints them.
Result<Bytes> field_of(ImaField kind, std::string_view word, std::endian order) {
    if (word.empty() && kind != ImaField::n && kind != ImaField::n_ng) return Bytes();
    switch (kind) {
        case ImaField::n_ng:
        case ImaField::xattrnames: {
            Bytes out = to_bytes(word);
            out.push_back(0);
            return out;
        }
        case ImaField::n: return to_bytes(word);
        case ImaField::d_ng:
        case ImaField::d_ngv2:
        case ImaField::d_modsig: return digest_field(kind, word);
        case ImaField::iuid:
        case ImaField::igid: return number_field(kind, word, 4, order);
        case ImaField::imode: return number_field(kind, word, 2, order);
        default: return from_hex(word, name(kind));
    }
}

Result<Bytes> template_data(const ImaTemplate& fields, bool legacy, std::string_view line, std::endian order) {
    std::array<Bytes, ima_field_kinds> parts;
    for (std::size_t i = 0; i < fields.count; ++i) {
        const bool last = i + 1 == fields.count;
        if (last == (line.find(' ') != std::string_view::npos)) {
            return fail(Errc::bad_value, "fields", last ? "more than the template has" : "fewer than the template has");
        }
        TRY(parts[i], field_of(fields.kinds[i], next_word(line), order));
    }
    if (legacy) {
        if (parts[0].size() != legacy_digest_bytes || parts[1].size() > legacy_name_bytes) {
            return fail(Errc::bad_value, "fields", "a digest or a name of another size than the template's");
        }
        return legacy_ima_data(parts[0], parts[1]);
    }
    Bytes out;
    for (std::size_t i = 0; i < fields.count; ++i) {
        append(out, parts[i].size(), 4, order);
        out.insert(out.end(), parts[i].begin(), parts[i].end());
    }
    return out;
}

std::optional<Digest> digest_of_any_size(ByteView bytes) {
    for (const HashAlg alg : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
        if (auto digest = Digest::of(alg, bytes)) return digest;
    }
    return std::nullopt;
}

Result<ImaEntry> entry_of(std::string_view line, std::endian order) {
    if (line.size() > limits::ima_ascii_line_bytes)
        return fail(
            Errc::limit_exceeded, "",
            std::to_string(line.size()) + " bytes, a line has at most " + std::to_string(limits::ima_ascii_line_bytes)
        );
    if (line.starts_with(' ')) line.remove_prefix(1);  // the PCR is printed two wide
    const std::string_view number = next_word(line);
    std::uint32_t pcr = limits::pcr_count;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), pcr);
    if (error != std::errc() || end != number.data() + number.size() || pcr >= limits::pcr_count) {
        return fail(Errc::bad_value, "pcr", "is none");
    }
    TRY(const Bytes stored, from_hex(next_word(line), "template_digest"));
    const auto digest = digest_of_any_size(stored);
    if (!digest) return fail(Errc::bad_value, "template_digest", "is of no known size");
    const std::string name(next_word(line));
    const auto fields = ima_template_named(name);
    if (!fields) return fail(Errc::unsupported, "template", "is not known, so that its data cannot be made again");
    TRY(Bytes data, template_data(*fields, name == legacy_ima_template, line, order));
    return ImaEntry(pcr, *digest, name, fields, std::move(data), order);
}

}  // namespace

ImaList decode_ima_ascii(std::string_view text, std::endian order) {
    ImaList out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        auto entry = entry_of(text.substr(0, end), order);
        if (entry && out.entries.size() == limits::ima_entries) {
            entry = fail(Errc::limit_exceeded, "", "more than " + std::to_string(limits::ima_entries) + " entries");
        }
        if (!entry) {
            Error error = std::move(entry).error();
            const std::string line = "line " + std::to_string(out.entries.size() + 1);
            error.where = error.where.empty() ? line : line + ": " + error.where;
            out.broken = std::move(error);
            return out;
        }
        out.entries.push_back(*std::move(entry));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return out;
}

}  // namespace assay
