#pragma once
// The firmware and kernel modules among IMA's entries. A list does not say for what a file was measured, so this goes
// by the path: a file below a firmware search path, a file named *.ko with or without compression. With FIRMWARE_CHECK
// and MODULE_CHECK in IMA's policy what is loaded is measured; under rules for reading, what root only read is, too. So
// "not measured" says that it was not loaded (under such a policy), "measured" that it was loaded or read.

#include "evidence/firmware_manifest.hpp"
#include "evidence/runtime/ima_entry.hpp"

#include <span>

namespace assay {

struct LoadedFile {
    std::string path;       // raw bytes as measured
    std::string name;       // firmware: below the search path; module: as the kernel lists it; see below
    std::string algorithm;  // of the digest: the kernel's name; "" with a violation
    Bytes digest;           // of the file as stored, compressed where it is; empty with a violation
    friend bool operator==(const LoadedFile&, const LoadedFile&) = default;
};

struct LoadedFiles {
    std::vector<LoadedFile> firmware;  // in the list's order
    std::vector<LoadedFile> modules;
};

// Where the kernel looks for firmware beyond /lib/firmware and /usr/lib/firmware, and below them in `updates` and in
// directories named after its release (Documentation/driver-api/firmware/fw_search_path.rst).
struct FirmwareSearch {
    std::string kernel_release;            // "6.1.0-56-amd64"; "" when not known
    std::vector<std::string> directories;  // of the parameter firmware_class.path, without a slash at the end
};

// A firmware's name is what a driver asks for: without directory and without .xz or .zst. A module's is without
// directory and endings, and with '_' for '-'. Entries with a fault and buffers are left out.
LoadedFiles loaded_files(std::span<const ImaEntry> entries, const FirmwareSearch& search);

enum class FirmwareUse {
    same,           // measured, with the content that the agent hashed
    other_content,  // measured, but never with that content
    several,        // measured with that content and with another: it was replaced while the system ran
    not_measured,
    not_comparable,  // measured, but one side has no SHA-256
};
std::string_view name(FirmwareUse use);

struct JoinedFirmware {
    FirmwareFile file;
    FirmwareUse use = FirmwareUse::not_measured;
    std::vector<LoadedFile> measured;  // under that name
    friend bool operator==(const JoinedFirmware&, const JoinedFirmware&) = default;
};

struct FirmwareJoin {
    std::vector<JoinedFirmware> files;  // one for each of the manifest, in its order
    std::vector<LoadedFile> unclaimed;  // measured, but no loaded driver names it
};
FirmwareJoin join_firmware(const FirmwareManifest& manifest, std::span<const LoadedFile> measured);

}  // namespace assay
