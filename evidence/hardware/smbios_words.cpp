#include "evidence/hardware/smbios_words.hpp"

#include "base/words.hpp"

#include <fmt/format.h>

namespace assay::smbios {
namespace {

constexpr auto memory_types = words<std::uint8_t>({
    {0x01, "other"},  {0x02, "unknown"}, {0x03, "dram"},         {0x04, "edram"}, {0x05, "vram"},
    {0x06, "sram"},   {0x07, "ram"},     {0x08, "rom"},          {0x09, "flash"}, {0x0a, "eeprom"},
    {0x0b, "feprom"}, {0x0c, "eprom"},   {0x0d, "cdram"},        {0x0e, "3dram"}, {0x0f, "sdram"},
    {0x10, "sgram"},  {0x11, "rdram"},   {0x12, "ddr"},          {0x13, "ddr2"},  {0x14, "ddr2_fb_dimm"},
    {0x18, "ddr3"},   {0x19, "fbd2"},    {0x1a, "ddr4"},         {0x1b, "lpddr"}, {0x1c, "lpddr2"},
    {0x1d, "lpddr3"}, {0x1e, "lpddr4"},  {0x1f, "non_volatile"}, {0x20, "hbm"},   {0x21, "hbm2"},
    {0x22, "ddr5"},   {0x23, "lpddr5"},  {0x24, "hbm3"},
});

constexpr auto slot_types = words<std::uint8_t>({
    {0x01, "other"},
    {0x02, "unknown"},
    {0x03, "isa"},
    {0x04, "mca"},
    {0x05, "eisa"},
    {0x06, "pci"},
    {0x07, "pcmcia"},
    {0x08, "vl_vesa"},
    {0x09, "proprietary"},
    {0x0a, "processor"},
    {0x0b, "memory"},
    {0x0c, "io_riser"},
    {0x0d, "nubus"},
    {0x0e, "pci_66"},
    {0x0f, "agp"},
    {0x10, "agp_2x"},
    {0x11, "agp_4x"},
    {0x12, "pci_x"},
    {0x13, "agp_8x"},
    {0x14, "m2_1_dp"},
    {0x15, "m2_1_sd"},
    {0x16, "m2_2"},
    {0x17, "m2_3"},
    {0x18, "mxm_1"},
    {0x19, "mxm_2"},
    {0x1a, "mxm_3"},
    {0x1b, "mxm_3_he"},
    {0x1c, "mxm_4"},
    {0x1d, "mxm_3_a"},
    {0x1e, "mxm_3_b"},
    {0x1f, "pcie_2_sff8639"},
    {0x20, "pcie_3_sff8639"},
    {0x21, "pcie_mini_52_keep_out"},
    {0x22, "pcie_mini_52"},
    {0x23, "pcie_mini_76"},
    {0x24, "pcie_4_sff8639"},
    {0x25, "pcie_5_sff8639"},
    {0x26, "ocp_nic_3_small"},
    {0x27, "ocp_nic_3_large"},
    {0x28, "ocp_nic_before_3"},
    {0x30, "cxl_1"},
    {0xa5, "pcie"},
    {0xa6, "pcie_x1"},
    {0xa7, "pcie_x2"},
    {0xa8, "pcie_x4"},
    {0xa9, "pcie_x8"},
    {0xaa, "pcie_x16"},
    {0xab, "pcie_2"},
    {0xac, "pcie_2_x1"},
    {0xad, "pcie_2_x2"},
    {0xae, "pcie_2_x4"},
    {0xaf, "pcie_2_x8"},
    {0xb0, "pcie_2_x16"},
    {0xb1, "pcie_3"},
    {0xb2, "pcie_3_x1"},
    {0xb3, "pcie_3_x2"},
    {0xb4, "pcie_3_x4"},
    {0xb5, "pcie_3_x8"},
    {0xb6, "pcie_3_x16"},
    {0xb8, "pcie_4"},
    {0xb9, "pcie_4_x1"},
    {0xba, "pcie_4_x2"},
    {0xbb, "pcie_4_x4"},
    {0xbc, "pcie_4_x8"},
    {0xbd, "pcie_4_x16"},
    {0xbe, "pcie_5"},
    {0xbf, "pcie_5_x1"},
    {0xc0, "pcie_5_x2"},
    {0xc1, "pcie_5_x4"},
    {0xc2, "pcie_5_x8"},
    {0xc3, "pcie_5_x16"},
    {0xc4, "pcie_6"},
    {0xc5, "edsff_e1"},
    {0xc6, "edsff_e3"},
});

constexpr auto slot_usages = words<std::uint8_t>({
    {0x01, "other"},
    {0x02, "unknown"},
    {0x03, "available"},
    {0x04, "in_use"},
    {0x05, "unavailable"},
});

template <class Table>
std::string word_or_number(const Table& table, std::uint8_t number) {
    const std::string_view word = table.of(number);
    if (!word.empty()) return std::string(word);
    return number == 0 ? "" : fmt::format("0x{:02x}", number);
}

}  // namespace

std::string memory_type(std::uint8_t type) {
    return word_or_number(memory_types, type);
}

std::string slot_type(std::uint8_t type) {
    return word_or_number(slot_types, type);
}

std::string slot_usage(std::uint8_t usage) {
    return word_or_number(slot_usages, usage);
}

}  // namespace assay::smbios
