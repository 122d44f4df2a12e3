#include "evidence/boot/coverage.hpp"

#include "base/words.hpp"
#include "evidence/boot/boot_text.hpp"
#include "evidence/hardware/little_endian.hpp"

#include <array>

namespace assay {
namespace {

constexpr auto names = words<Coverage>({
    {Coverage::whole, "data"},
    {Coverage::variable_data, "variable_data"},
    {Coverage::without_last_byte, "data_without_last_byte"},
    {Coverage::with_zero_byte, "data_and_a_zero_byte"},
    {Coverage::behind_prefix, "text_behind_prefix"},
    {Coverage::tagged_data, "tagged_data"},
});

constexpr std::size_t tag_header_bytes = 8;

struct Candidate {
    Coverage how{};
    ByteView bytes;
};

// The parts that the data's shape allows for.
class Candidates {
  public:
    explicit Candidates(ByteView data) {
        add(Coverage::whole, data);
        if (const auto variable = boot::decode_variable(data)) add(Coverage::variable_data, variable->data);
        const std::size_t prefix = boot::grub_prefix(data).size();
        if (prefix > 0) add(Coverage::behind_prefix, without_nul(data.subspan(prefix)));
        if (data.size() >= tag_header_bytes && le32(data, 4) == data.size() - tag_header_bytes) {
            add(Coverage::tagged_data, data.subspan(tag_header_bytes));
        }
        if (!data.empty()) add(Coverage::without_last_byte, data.first(data.size() - 1));
        add(Coverage::with_zero_byte, data);
    }
    std::span<const Candidate> all() const { return std::span(all_).first(count_); }

  private:
    static ByteView without_nul(ByteView text) {
        return !text.empty() && text.back() == 0 ? text.first(text.size() - 1) : text;
    }
    void add(Coverage how, ByteView bytes) { all_[count_++] = {how, bytes}; }
    std::array<Candidate, 6> all_{};
    std::size_t count_ = 0;
};

bool is_hash_of(HashAlg alg, ByteView digest, const Candidate& candidate) {
    static constexpr std::array<std::uint8_t, 1> zero{0};
    if (candidate.how == Coverage::with_zero_byte) {
        return same_bytes(hash(alg, {candidate.bytes, zero}).bytes(), digest);
    }
    return same_bytes(hash(alg, candidate.bytes).bytes(), digest);
}

// The event's digest in a bank that can be hashed; empty for what is not extended.
ByteView digest_to_cover(const EventLog& log, const LogEvent& event, std::uint16_t bank) {
    if (bank >= log.banks().size() || !log.banks()[bank].hash || !event.extends()) return {};
    return log.digest(event, bank);
}

}  // namespace

// The one maker of covered values.
struct CoverageCheck {
    template <class T>
    static Covered<T> covered(T value) {
        return Covered<T>(std::move(value));
    }
};

std::string_view name(Coverage coverage) {
    return names.of(coverage);
}

std::optional<CoveredBytes> covered_bytes(const EventLog& log, const LogEvent& event, std::uint16_t bank) {
    const ByteView digest = digest_to_cover(log, event, bank);
    if (digest.empty()) return std::nullopt;
    const Candidates candidates(event.data.shown());
    for (const Candidate& one : candidates.all()) {
        if (is_hash_of(*log.banks()[bank].hash, digest, one)) {
            return CoveredBytes{one.how, CoverageCheck::covered(one.bytes)};
        }
    }
    return std::nullopt;
}

std::optional<Covered<boot::Variable>> covered_variable(
    const EventLog& log, const LogEvent& event, std::uint16_t bank
) {
    const auto bytes = covered_bytes(log, event, bank);
    if (!bytes) return std::nullopt;
    const bool all_of_it = bytes->how == Coverage::whole || bytes->how == Coverage::without_last_byte ||
                           bytes->how == Coverage::with_zero_byte;
    if (!all_of_it) return std::nullopt;
    auto variable = boot::decode_variable(bytes->bytes.value());
    if (!variable) return std::nullopt;
    return CoverageCheck::covered(*std::move(variable));
}

std::optional<Covered<SeparatorKind>> covered_separator(
    const EventLog& log, const LogEvent& event, std::uint16_t bank
) {
    const ByteView digest = digest_to_cover(log, event, bank);
    if (digest.empty()) return std::nullopt;
    const SeparatorKind kind = separator_kind(*log.banks()[bank].hash, digest);
    if (kind == SeparatorKind::none) return std::nullopt;
    return CoverageCheck::covered(kind);
}

}  // namespace assay
