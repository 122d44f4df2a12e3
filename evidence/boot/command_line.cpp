#include "evidence/boot/command_line.hpp"

#include "evidence/boot/boot_text.hpp"
#include "evidence/boot/coverage.hpp"

namespace assay {
namespace {

constexpr std::uint32_t grub_pcr = 8;

}  // namespace

std::optional<std::string> measured_command_line(const EventLog& log, HashAlg bank) {
    const auto index = log.bank_of(bank);
    if (!index) return std::nullopt;
    std::optional<std::string> out;
    for (const LogEvent& event : log.events()) {
        if (event.pcr != grub_pcr || !event.extends()) continue;
        const auto text = boot::read_text(event.data.shown());
        if (!text || text->kind != boot::TextKind::kernel_command) continue;
        const auto covered = covered_bytes(log, event, *index);
        if (!covered || out) return std::nullopt;
        out = std::string(as_text(covered->bytes.value()));
    }
    return out;
}

}  // namespace assay
