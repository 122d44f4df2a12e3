#pragma once
// Flash memories and what they are divided into, as the kernel's MTD and SPI drivers show them in sysfs; of their
// contents nothing (agent/sources/flash_content.hpp).

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_flash_chips(const View& view);

// Of the id bytes in hex that a flash gives ("7f7f7f7f1c3017"): the maker by JEP106, "5:1c", where it says in which
// bank that is, by a continuation code 7f for each bank before it. Most makers of SPI flash leave those out, whatever
// their bank, so that one byte alone names nobody: "".
std::string flash_maker(std::string_view id);

}  // namespace assay::agent
