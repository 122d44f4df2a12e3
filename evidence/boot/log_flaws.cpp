#include "evidence/boot/log_flaws.hpp"

#include "evidence/boot/variable_event.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace assay {
namespace {

using Index = std::size_t;

constexpr std::string_view locality_signature{"StartupLocality\0", 16};
constexpr std::uint8_t hcrtm_locality = 4;
constexpr std::uint32_t firmware_pcrs = 8;  // 0 to 7: each ends its pre-OS part with a separator

bool zeros(ByteView bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

std::optional<std::uint8_t> locality_of(const LogEvent& event) {
    const ByteView data = event.data.shown();
    if (event.extends() || data.size() != locality_signature.size() + 1) return std::nullopt;
    if (!as_text(data).starts_with(locality_signature)) return std::nullopt;
    return data.back();
}

// What firmware measures before the separators and never after them. Drivers, variables of boot options, hand-off
// tables and GPT data do come later on real machines.
bool belongs_before_separator(EventType type) {
    using enum EventType;
    return type == s_crtm_contents || type == s_crtm_version || type == post_code || type == post_code2 ||
           type == cpu_microcode || type == efi_platform_firmware_blob || type == efi_platform_firmware_blob2 ||
           type == efi_hcrtm_event || type == efi_variable_driver_config;
}

class Finder {
  public:
    explicit Finder(const EventLog& log) : log_(log) {}

    std::vector<LogFlaw> find() {
        header();
        for (std::uint16_t bank = 0; bank < log_.banks().size(); ++bank) look_at(bank);
        for (Index i = first_measured(); i < log_.events().size(); ++i) look_at_event(i);
        separators();
        variables();
        for (LogFlaw& flaw : start_locality(log_).flaws) add(std::move(flaw));
        if (!log_.padding().empty()) {
            add({.kind = FlawKind::padding, .detail = std::to_string(log_.padding().size()) + " bytes"});
        }
        return std::move(flaws_);
    }

  private:
    void add(LogFlaw flaw) {
        if (flaws_.size() < limits::log_flaws || fatal(flaw.kind)) flaws_.push_back(std::move(flaw));
    }

    // The header of an agile log is no measurement, whatever it calls itself.
    Index first_measured() const { return log_.format() == LogFormat::agile ? 1 : 0; }

    void header() {
        if (!log_.spec_id()) return add({.kind = FlawKind::no_spec_id});
        if (log_.events()[0].pcr != 0 || !zeros(log_.header_digest())) {
            add({.kind = FlawKind::spec_id_not_zero, .event = 0});
        }
    }

    void look_at(std::uint16_t bank) {
        const LogBank& about = log_.banks()[bank];
        if (!about.hash) {
            const bool known = hash_alg_of(about.algorithm).has_value();
            add(
                {.kind = known ? FlawKind::wrong_digest_size : FlawKind::unknown_algorithm,
                 .bank = bank,
                 .detail = name(about) + " of " + std::to_string(about.digest_bytes) + " bytes"}
            );
        }
        Index extended = 0;
        Index missing = 0;
        std::optional<Index> first_missing;
        bool only_zeros = true;
        for (Index i = first_measured(); i < log_.events().size(); ++i) {
            const LogEvent& event = log_.events()[i];
            if (!event.extends()) continue;
            const ByteView digest = log_.digest(event, bank);
            if (digest.empty()) {
                ++missing;
                if (!first_missing) first_missing = i;
            } else {
                ++extended;
                only_zeros = only_zeros && zeros(digest);
            }
        }
        if (extended == 0 || only_zeros) {
            add({.kind = FlawKind::empty_bank, .bank = bank, .detail = name(about)});
        } else {
            if (!reading_ && about.hash) reading_ = bank;
            if (missing > 0) {
                add(
                    {.kind = FlawKind::missing_digest,
                     .event = first_missing,
                     .bank = bank,
                     .detail = name(about) + ", of " + std::to_string(missing) + " events"}
                );
            }
        }
    }

    void look_at_event(Index i) {
        const LogEvent& event = log_.events()[i];
        std::uint32_t seen = 0;
        for (const LogDigest& one : log_.digests(event)) {
            if ((seen >> one.bank & 1U) != 0) {
                add({.kind = FlawKind::repeated_digest, .event = i, .bank = one.bank, .pcr = event.pcr});
            }
            seen |= 1U << one.bank;
            if (!event.extends() && !zeros(one.value)) {
                add({.kind = FlawKind::no_action_with_digest, .event = i, .bank = one.bank, .pcr = event.pcr});
            }
        }
        if (!event.extends()) {
            if (i > 0 && begins_as_spec_id(event.data.shown())) add({.kind = FlawKind::second_spec_id, .event = i});
        } else if (event.pcr >= limits::pcr_count) {
            add({.kind = FlawKind::pcr_out_of_range, .event = i, .pcr = event.pcr});
        }
    }

    void separators() {
        if (!reading_) return;
        const HashAlg hash = *log_.banks()[*reading_].hash;
        std::array<bool, firmware_pcrs> seen{};
        for (Index i = first_measured(); i < log_.events().size(); ++i) {
            const LogEvent& event = log_.events()[i];
            if (!event.extends() || event.pcr >= firmware_pcrs) continue;
            const SeparatorKind kind = separator_kind(hash, log_.digest(event, *reading_));
            if (kind != SeparatorKind::none) {
                if (seen[event.pcr]) add({.kind = FlawKind::second_separator, .event = i, .pcr = event.pcr});
                if (kind == SeparatorKind::error) {
                    add({.kind = FlawKind::error_separator, .event = i, .pcr = event.pcr});
                }
                seen[event.pcr] = true;
            } else if (seen[event.pcr] && belongs_before_separator(event.type.shown())) {
                add(
                    {.kind = FlawKind::after_separator, .event = i, .pcr = event.pcr, .detail = name(event.type.shown())
                    }
                );
            }
        }
        for (std::uint32_t pcr = 0; pcr < firmware_pcrs; ++pcr) {
            if (!seen[pcr]) add({.kind = FlawKind::no_separator, .pcr = pcr});
        }
    }

    // Firmware measures a variable's configuration once; whoever reads two has to choose.
    void variables() {
        std::set<std::tuple<std::uint32_t, std::string, std::string_view>> seen;
        for (Index i = first_measured(); i < log_.events().size(); ++i) {
            const LogEvent& event = log_.events()[i];
            if (event.type.shown() != EventType::efi_variable_driver_config) continue;
            const auto variable = boot::decode_variable(event.data.shown());
            if (!variable) continue;
            if (!seen.emplace(event.pcr, to_text(variable->vendor), as_text(variable->name)).second) {
                add({.kind = FlawKind::repeated_variable, .event = i, .pcr = event.pcr, .detail = variable->name_text()}
                );
            }
        }
    }

    const EventLog& log_;
    std::vector<LogFlaw> flaws_;
    std::optional<std::uint16_t> reading_;  // the first bank in which something stands
};

}  // namespace

std::vector<LogFlaw> find_log_flaws(const EventLog& log) {
    return Finder(log).find();
}

StartLocality start_locality(const EventLog& log) {
    StartLocality out;
    bool told = false;
    bool extended = false;
    std::optional<Index> hcrtm;
    for (Index i = 0; i < log.events().size(); ++i) {
        const LogEvent& event = log.events()[i];
        if (const auto locality = locality_of(event)) {
            const auto note = [&out, i, &locality](FlawKind kind) {
                out.flaws.push_back({.kind = kind, .event = i, .detail = "locality " + std::to_string(*locality)});
            };
            const bool known = *locality == 0 || *locality == 3 || *locality == hcrtm_locality;
            if (!known) {
                note(FlawKind::unknown_locality);
            } else if (told) {
                note(FlawKind::second_locality);
            } else {
                if (extended) note(FlawKind::late_locality);
                out.value = *locality;
                told = true;
            }
        }
        if (event.extends() && event.pcr == 0) {
            extended = true;
            if (!hcrtm && event.type.shown() == EventType::efi_hcrtm_event) hcrtm = i;
        }
    }
    if (!hcrtm) return out;
    if (told && out.value != hcrtm_locality) {
        out.flaws.push_back({.kind = FlawKind::contradicted_locality, .event = *hcrtm, .pcr = 0});
    }
    out.value = hcrtm_locality;
    return out;
}

SeparatorKind separator_kind(HashAlg hash_alg, ByteView digest) {
    struct Digests {
        HashAlg hash;
        std::array<Digest, 3> of;  // 00000000, ffffffff, 01000000
    };
    static const std::array known = [] {
        const auto made = [](HashAlg alg) {
            const auto of = [alg](std::uint8_t first, std::uint8_t rest) {
                return hash(alg, std::array{first, rest, rest, rest});
            };
            return Digests{alg, {of(0, 0), of(0xff, 0xff), of(1, 0)}};
        };
        return std::array{made(HashAlg::sha1), made(HashAlg::sha256), made(HashAlg::sha384), made(HashAlg::sha512)};
    }();
    for (const Digests& one : known) {
        if (one.hash != hash_alg) continue;
        if (same_bytes(digest, one.of[2].bytes())) return SeparatorKind::error;
        const bool usual = same_bytes(digest, one.of[0].bytes()) || same_bytes(digest, one.of[1].bytes());
        return usual ? SeparatorKind::usual : SeparatorKind::none;
    }
    return SeparatorKind::none;
}

}  // namespace assay
