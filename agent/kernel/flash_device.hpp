#pragma once
// Reads a flash through the kernel's read-only device node of an MTD, /dev/mtd<n>ro (Linux: drivers/mtd/mtdchar.c).
// Nothing is written, and a node that is anything else is not opened.

#include "agent/kernel/kernel.hpp"
#include "agent/root/file_descriptor.hpp"

#include <functional>
#include <string_view>

namespace assay::agent {

// The node of `device` ("mtd0") in the directory `dev`. Errors: bad_value when that is no name of an MTD, io_error when
// there is no node (who sees the device in sysfs has to find one), wrong_type when it is not that MTD's, denied.
Result<FileDescriptor> open_flash(int dev, const std::string& device);

// Bytes [offset, offset + size) in order, in pieces of up to 64 KiB, so that no flash is ever held whole. Errors:
// timed_out once a stop is requested, io_error also when it ends before.
using FlashPiece = std::function<void(std::string_view bytes)>;
Result<void> read_flash(
    const FileDescriptor& flash, const FlashRange& range, const std::stop_token& stop, const FlashPiece& piece
);

// The same as one digest. Errors of FlashHash::volumes: besides, as flash::VolumeScanner::finish.
Result<FileDigest> hash_flash(
    const FileDescriptor& flash, const FlashRange& range, FlashHash what, const std::stop_token& stop
);

}  // namespace assay::agent
