#pragma once
// Disks: NVMe controllers (/sys/class/nvme), and what /sys/class/block has of SCSI, SATA, USB storage, MMC and virtio,
// with model, serial and firmware revision. One part per device, whatever its partitions and name spaces. Left out:
// what is no hardware (loop, RAM, device mapper), and NVMe over fabrics, which is another machine's. SCSI revisions
// have four characters: of a SATA disk's eight the kernel shows the first four.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_block(const View& view);

// The serial number of a SCSI VPD page 80h (SPC-4 7.8.15): a 4-byte header, then text. "" when it is not one.
std::string serial_of_vpd80(std::string_view page);

}  // namespace assay::agent
