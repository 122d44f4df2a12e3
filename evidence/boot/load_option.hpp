#pragma once
// EFI_LOAD_OPTION, the content of Boot####, Driver#### and their like: UEFI 2.10, 3.1.3. Anybody who may write
// variables writes it. Pure; views look at the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/boot/device_path.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

struct LoadOption {
    std::uint32_t attributes = 0;  // LOAD_OPTION_*
    ByteView description;          // UTF-16LE, without its NUL
    ByteView paths;                // device paths, the first of them the image's
    ByteView optional_data;

    bool active() const { return (attributes & 1U) != 0; }
    std::string title() const;  // the description as cleaned text
};

// truncated: it ends within its header, the description has no NUL, or the paths are longer than what is there.
Result<LoadOption> decode_load_option(ByteView data);
Bytes encode_load_option(const LoadOption& option);

// The paths one after the other, at most limits::device_path_nodes; errors as decode_device_path has them.
Result<std::vector<DevicePath>> paths_of(const LoadOption& option);

}  // namespace assay
