#pragma once
// What a SATA disk says of itself whole: the ATA Information VPD page (89h) that the kernel keeps of it (SAT-5 12.4.2),
// with the 512 bytes of IDENTIFY DEVICE (ACS-4 7.13.6). SCSI's inquiry has room for 16 characters of the model and for
// 4 of the firmware revision's 8.

#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

struct AtaIdentity {
    std::string model;     // words 27 to 46; cleaned, as the next ones
    std::string firmware;  // words 23 to 26
    std::string serial;    // words 10 to 19
};

// nullopt for another page, one that is cut, and data of another command than IDENTIFY DEVICE.
std::optional<AtaIdentity> ata_identity_of_vpd89(std::string_view page);

}  // namespace assay::agent
