#include "collector/cli/inspect/kinds.hpp"
#include "collector/cli/offline.hpp"

#include <algorithm>
#include <array>

namespace assay::cli {
namespace {

constexpr std::array kinds{
    InspectKind{
        "efivar", "A UEFI variable", "four bytes of attributes and the data, as efivarfs gives a variable", nullptr,
        InspectOption::name, &inspect_efivar
    },
    InspectKind{
        "eventlog", "The event log of a measured boot",
        "a log as /sys/kernel/security/tpm0/binary_bios_measurements gives it", nullptr, InspectOption::pcrs,
        &inspect_eventlog
    },
    InspectKind{
        "optionrom", "A PCI option ROM", "an option ROM, as /sys/bus/pci/devices/*/rom gives it", &inspect_optionrom
    },
    InspectKind{"quote", "A TPMS_ATTEST", "a TPMS_ATTEST of a quote, as tpm2_quote -m writes it", &inspect_quote},
    InspectKind{
        "smbios", "An SMBIOS table", "a table as /sys/firmware/dmi/tables/DMI or dmidecode --dump-bin give it",
        &inspect_smbios
    },
    InspectKind{
        "transceiver", "The EEPROM of a pluggable module",
        "128, 256, 512 or 640 bytes of a module's EEPROM, raw or as `ethtool -m IF hex on` prints them",
        &inspect_transceiver
    },
};

Result<std::string> shown(const InspectKind& kind, ByteView bytes, const Inspect& command) {
    if (kind.show != nullptr) return kind.show(bytes, command);
    TRY(const json::Object value, kind.decode(bytes));
    return json::pretty(value);
}

}  // namespace

std::span<const InspectKind> inspect_kinds() {
    return kinds;
}

Exit run(const Inspect& command, const Context& context) {
    const auto kind = std::ranges::find(kinds, command.kind, &InspectKind::name);
    const auto bytes = context.read_file(command.file);
    if (!bytes) return complain(context, bytes.error());
    const auto text = shown(*kind, as_bytes(*bytes), command);
    if (!text) {
        const Error& error = text.error();
        return complain(
            context, {error.code, command.file + ": " + error.where,
                      error.what + " (expected " + std::string(kind->expected) + ")"}
        );
    }
    context.out(*text);
    return Exit::done;
}

}  // namespace assay::cli
