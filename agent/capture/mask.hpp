#pragma once
// Replaces in a capture what names one unit: serial numbers, asset tags, UUIDs and the like, the device's part of MAC
// addresses. The same value becomes the same mask everywhere in one capture, of the same length and kinds of character
// and, for text, of the same sum of bytes, so that whatever decodes a file still does. Firmware's placeholders
// (evidence/unit_mark.hpp) stay. Pure: the salt decides what masks come out.
//
// Found are the values that the inventory, the SMBIOS tables and board EEPROMs have as such; a copy in another encoding
// than those below, or in a field that nobody decodes, is not.

#include "agent/capture/capture_files.hpp"
#include "evidence/inventory.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

class Masks {
  public:
    explicit Masks(Bytes salt) : salt_(std::move(salt)) {}

    void learn(const Inventory& inventory);
    void learn_smbios(ByteView table);
    void learn_tlv_info(ByteView eeprom);         // an ONIE board EEPROM; of anything else nothing
    void learn_addresses(std::string_view text);  // every MAC address that is written with colons
    void learn_serial(const std::string& serial);
    void learn_uuid(const std::string& uuid);
    void learn_mac(const std::string& digits);  // as Registry::mac spells it
    void learn_eui64(const std::string& text);  // "52-54-00-ff-ff-aa-00-02", a PCI Device Serial Number

    // Each learnt value in it replaced, in any case of letters; MAC addresses with ':', '-' or nothing between, or as
    // six bytes; an EUI-64 also in its eight bytes, the lowest first, as configuration space has it; UUIDs as text or
    // as 16 bytes in either order; serials also in hex digits, and with the
    // characters of each word turned. As long as `text`.
    std::string masked(std::string_view text) const;
    // The same; of an ONIE board EEPROM whose CRC-32 held, with the one that holds now.
    std::string masked_tlv_info(std::string_view eeprom) const;

  private:
    void add(std::string_view value, std::string_view mask);
    void add_text(std::string_view value, std::string_view mask);
    std::string mask_of(const std::string& value);

    Bytes salt_;
    std::set<std::string> given_;
    std::map<std::string, std::string, std::less<>> masks_;                      // what is searched -> replacement
    std::map<std::string, std::vector<std::string>, std::less<>> by_beginning_;  // 4 bytes -> longest first
};

// The whole capture: bytes, texts of links, paths. The host's name goes too. Not LABEL, and not the hashes of
// kernel/digests.
CaptureFiles masked_files(const CaptureFiles& files, const Inventory& inventory, Bytes salt);

}  // namespace assay::agent
