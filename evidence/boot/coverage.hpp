#pragma once
// Which of an event's bytes its digest in a bank is the hash of: found by hashing, by the shape of the data and never
// by the event's type, so relabelling an event changes nothing. Some firmware and loaders hash a part of what they log:
//   whole               all of it (PFP: actions, separators, variables, GPT, versions)
//   variable_data       what UEFI_VARIABLE_DATA holds, without vendor and name (EV_EFI_VARIABLE_BOOT of EDK2)
//   without_last_byte   shim before 15.3 logs a byte more; loaders that hash a text without its NUL
//   with_zero_byte      systemd-boot before 252 logs a byte less
//   behind_prefix       GRUB: without "grub_cmd: " and NUL
//   tagged_data         TCG_PCClientTaggedEvent without its header
// Where none fits, something outside the log was hashed (an image, a firmware volume, a file, shim's MokList) and no
// byte is covered. The same bytes may have been hashed for another reason, in another place: whoever decides looks at
// the PCR, which replaying proves, and at what stands before and after. Pure.

#include "evidence/boot/covered.hpp"
#include "evidence/boot/event_log.hpp"
#include "evidence/boot/log_flaws.hpp"
#include "evidence/boot/variable_event.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

enum class Coverage { whole, variable_data, without_last_byte, with_zero_byte, behind_prefix, tagged_data };
std::string_view name(Coverage coverage);

struct CoveredBytes {
    Coverage how{};  // found, not proven: an attacker can wrap the same bytes otherwise
    Covered<ByteView> bytes;
};

// nullopt: the event has no digest in the bank, we cannot hash it, it is EV_NO_ACTION, or nothing in the log was
// hashed.
std::optional<CoveredBytes> covered_bytes(const EventLog& log, const LogEvent& event, std::uint16_t bank);

// A variable with vendor, name and data, when all three were hashed: not one that a variable's data spells, nor one
// behind a tag or a prefix.
std::optional<Covered<boot::Variable>> covered_variable(const EventLog& log, const LogEvent& event, std::uint16_t bank);

// What kind of separator it is: told by the digest, so always covered. Never `none`.
std::optional<Covered<SeparatorKind>> covered_separator(const EventLog& log, const LogEvent& event, std::uint16_t bank);

}  // namespace assay
