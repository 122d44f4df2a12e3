#pragma once
// The firmware manifest document: firmware files that loaded modules name as candidates, and what the kernel's log says
// of their loading. Each value says how it is known; what no line of the log tells is not known, and "not seen" is "not
// loaded" only where the log is `whole`, of a kernel that prints every loading. Canonical, sorted, the same over
// reboots as far as the same modules are loaded and the same files asked for.

#include "evidence/inventory.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// What the kernel's log says of a file: nothing, that it was given to a driver at least once, or that a driver asked
// for it and got none.
enum class FirmwareRequest { unseen, loaded, failed };
std::string_view name(FirmwareRequest request);

struct FirmwareFile {
    std::string driver;  // the module that names it in .modinfo; "" when only the log names it
    std::string file;    // as the driver names it, below the firmware search path
    SourceState state = SourceState::absent;
    std::uint64_t size = 0;                             // bytes, when ok
    std::optional<Sha256> sha256;                       // of the file as stored (compressed: of those bytes), when ok
    FirmwareRequest request = FirmwareRequest::unseen;  // by whichever driver: the log tells devices, not modules
    std::optional<Sha256> loaded_sha256;                // as the kernel logged it: of the unpacked bytes, when loaded
    friend auto operator<=>(const FirmwareFile&, const FirmwareFile&) = default;
};

// How far the kernel's log was read: from its first record on without a gap (whole), only in parts (cut), or why not.
enum class LogReach { whole, cut, absent, denied, error };
std::string_view name(LogReach reach);

struct FirmwareManifest {
    LogReach log = LogReach::absent;
    std::vector<FirmwareFile> files;  // sorted by driver, file; each pair once
    friend bool operator==(const FirmwareManifest&, const FirmwareManifest&) = default;
};

inline constexpr std::string_view firmware_manifest_format = "assay/firmware-manifest/1";
std::string encode_firmware_manifest(const FirmwareManifest& manifest);  // REQUIRES: sorted
// Refuses what is not canonical, names a driver's file twice, is beyond evidence/limits.hpp, or says a hash where none
// can be.
Result<FirmwareManifest> decode_firmware_manifest(std::string_view text);

}  // namespace assay
