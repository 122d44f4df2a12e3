#pragma once
// One line for a person on what an event of a boot is: "EV_EFI_BOOT_SERVICES_APPLICATION \EFI\debian\shimx64.efi". Made
// of what no digest need cover: to be shown, never to decide by. Clean text of at most limits::text_bytes.

#include "evidence/boot/event_log.hpp"

#include <string>

namespace assay {

std::string event_text(const LogEvent& event);

}  // namespace assay
