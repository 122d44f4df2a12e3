#pragma once
// The command line that GRUB measured for the kernel: "kernel_cmdline: ..." in PCR 8. Pure.
//
// Its bytes are covered by the event's digest. That they are the kernel's command line, and not another text that GRUB
// measured (a command, say), only the prefix tells, and no digest covers it: what comes out is worth as much as the
// texts of the boot that it is of.

#include "evidence/boot/event_log.hpp"

#include <optional>
#include <string>

namespace assay {

// nullopt when there is none, more than one, or one whose digest in the bank covers something else. Whether PCR 8 was
// replayed to a quoted value is the caller's to know.
std::optional<std::string> measured_command_line(const EventLog& log, HashAlg bank);

}  // namespace assay
