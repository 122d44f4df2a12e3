#pragma once
// EEPROMs in which a board's maker wrote what it is, by ONIE's TlvInfo (evidence/hardware/onie_eeprom.hpp): on an I2C
// bus at 50 to 57, or of a driver that shows it on the nvmem bus alone. Only what a driver shows as a file is read, of
// each chip 16 bytes and, where they begin a TlvInfo, as many as its head says: a bus is slow and shared with other
// masters. Memory modules' and transceivers' EEPROMs are passed over. For root only (0600).

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_board_eeproms(const View& view);

}  // namespace assay::agent
