#pragma once
// The ATA Information VPD page of a disk, as the kernel shows it under vpd_pg89.

#include <string>

namespace assay::test {

inline std::string ata_page(const std::string& model, const std::string& firmware, const std::string& serial) {
    std::string out(572, '\0');
    out[1] = '\x89';
    out[2] = '\x02';
    out[3] = '\x38';
    out[56] = '\xec';
    const auto put = [&out](std::size_t word, std::size_t bytes, std::string text) {
        text.resize(bytes, ' ');
        for (std::size_t i = 0; i < bytes; i += 2) {
            out[60 + 2 * word + i] = text[i + 1];
            out[60 + 2 * word + i + 1] = text[i];
        }
    };
    put(10, 20, serial);
    put(23, 8, firmware);
    put(27, 40, model);
    return out;
}

}  // namespace assay::test
