#pragma once
// EEPROM pages of pluggable modules, made by the tables of SFF-8472, SFF-8636 and CMIS, with checksums that hold.

#include "evidence/hardware/transceiver.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace assay::test {

inline void put(Bytes& page, std::size_t at, std::string_view text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) page[at + i] = static_cast<std::uint8_t>(i < text.size() ? text[i] : ' ');
}

inline void put_sum(Bytes& page, std::size_t from, std::size_t at) {
    const auto begin = page.begin();
    page[at] = static_cast<std::uint8_t>(
        std::accumulate(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(at), 0U)
    );
}

inline void put_oui(Bytes& page, std::size_t at, std::uint32_t oui) {
    page[at] = static_cast<std::uint8_t>(oui >> 16U);
    page[at + 1] = static_cast<std::uint8_t>(oui >> 8U);
    page[at + 2] = static_cast<std::uint8_t>(oui);
}

// Both sums of SFF-8472 (A0h) and SFF-8636 (from byte 128), which lie alike.
inline void put_both_sums(Bytes& page) {
    put_sum(page, 0, 63);
    put_sum(page, 64, 95);
}

// SFF-8472 table 4-1: an SFP of "HUAWEI", OUI 00e0fc.
inline transceiver::Pages sfp_pages() {
    Bytes page(128, 0);
    page[0] = 0x03;
    page[1] = 0x04;
    page[2] = 0x07;
    put(page, 20, "HUAWEI", 16);
    put_oui(page, 37, 0x00e0fc);
    put(page, 40, "OMXD30000", 16);
    put(page, 56, "A1", 4);
    put(page, 68, "SFPSERIAL0042", 16);
    put(page, 84, "210626", 8);
    put_both_sums(page);
    return {page, {}, {}};
}

// SFF-8636 table 6-14 from byte 128: a QSFP28 of "ACME OPTICS", OUI 123456.
inline transceiver::Pages qsfp_pages() {
    Bytes lower(128, 0);
    lower[0] = 0x11;
    lower[1] = 0x08;
    lower[22] = 0x1f;  // temperature: changes while it works
    Bytes page(128, 0);
    page[0] = 0x11;
    page[2] = 0x0c;
    put(page, 20, "ACME OPTICS", 16);
    put_oui(page, 37, 0x123456);
    put(page, 40, "AO-QSFP28-SR4", 16);
    put(page, 56, "1B", 2);
    put(page, 68, "QSERIAL7", 16);
    put(page, 84, "19031102", 8);
    put_both_sums(page);
    return {lower, page, {}};
}

inline void put_cmis_sum(Bytes& page) {
    put_sum(page, 0, 94);
}

// CMIS tables 8-4, 8-14, 8-28 and 8-41: a QSFP-DD of "ACME OPTICS" with firmware 2.7, 2.6 beside it, hardware 1.3.
inline transceiver::Pages cmis_pages() {
    Bytes lower(128, 0);
    lower[0] = 0x18;
    lower[1] = 0x52;
    lower[39] = 2;
    lower[40] = 7;
    Bytes page(128, 0);
    page[0] = 0x18;
    put(page, 1, "ACME OPTICS", 16);
    put_oui(page, 17, 0x123456);
    put(page, 20, "AO-QDD-FR4", 16);
    put(page, 36, "A ", 2);
    put(page, 38, "CSERIAL9", 16);
    put(page, 54, "22120100", 8);
    page[75] = 0x07;
    put_cmis_sum(page);
    Bytes more(128, 0);
    more[0] = 2;
    more[1] = 6;
    more[2] = 1;
    more[3] = 3;
    return {lower, page, more};
}

// A file as `ethtool -m IF raw on` writes it.
inline Bytes joined(const transceiver::Pages& pages) {
    Bytes out = pages.lower;
    out.insert(out.end(), pages.page_00.begin(), pages.page_00.end());
    out.insert(out.end(), pages.page_01.begin(), pages.page_01.end());
    return out;
}

}  // namespace assay::test
