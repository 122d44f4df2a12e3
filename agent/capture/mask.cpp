#include "agent/capture/mask.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/hardware/onie_eeprom.hpp"
#include "evidence/hardware/smbios.hpp"
#include "evidence/unit_mark.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr std::size_t beginning_bytes = 4;  // nothing shorter is searched for
constexpr int tries = 64;

// As a disk's IDENTIFY data has text: the two characters of each word the other way round, filled with blanks.
std::string turned(std::string_view before, const std::string& text) {
    std::string out = std::string(before) + text;
    if (out.size() % 2 != 0) out += ' ';
    for (std::size_t i = 0; i < out.size(); i += 2) std::swap(out[i], out[i + 1]);
    return out;
}

// Names of a component's values that are of one unit.
constexpr std::array unit_names{
    std::string_view("asset_tag"), std::string_view("serial"), std::string_view("eid"),
    std::string_view("imei"),      std::string_view("iccid"),  std::string_view("wwn"),
    std::string_view("wwid"),      std::string_view("guid"),   std::string_view("service_tag"),
};

// Fields of SMBIOS structures that are a serial number or an asset tag (DSP0134 3.7.0, 7.2 to 7.5, 7.18, 7.23, 7.40).
struct SmbiosField {
    std::uint8_t type;
    std::size_t offset;
};
constexpr std::array smbios_fields{
    SmbiosField{1, 0x07},  SmbiosField{2, 0x07},  SmbiosField{2, 0x08},  SmbiosField{3, 0x07},
    SmbiosField{3, 0x08},  SmbiosField{4, 0x20},  SmbiosField{4, 0x21},  SmbiosField{17, 0x18},
    SmbiosField{17, 0x19}, SmbiosField{22, 0x07}, SmbiosField{39, 0x08}, SmbiosField{39, 0x09},
};

bool between(char c, char first, char last) {
    return c >= first && c <= last;
}

bool hex_digit(char c) {
    return between(c, '0', '9') || between(c, 'a', 'f') || between(c, 'A', 'F');
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (between(c, 'a', 'z')) c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

// The characters that one may become: its own kind. Letters of a number in hex stay digits of it.
struct Kind {
    char first;
    char last;
};
std::optional<Kind> kind_of(char c, bool hex) {
    if (between(c, '0', '9')) return Kind{'0', '9'};
    if (between(c, 'a', 'z')) return Kind{'a', hex ? 'f' : 'z'};
    if (between(c, 'A', 'Z')) return Kind{'A', hex ? 'F' : 'Z'};
    return std::nullopt;
}

bool all_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return hex_digit(c) || !kind_of(c, false); });
}

// Brings the sum of bytes back to that of `like`, each character within its kind; that always works out, for `like`
// itself has this sum.
void give_sum_of(std::string_view like, std::string& text, bool hex) {
    int lacking = 0;
    for (std::size_t i = 0; i < text.size(); ++i) lacking += like[i] - text[i];
    while (lacking != 0) {  // by one at a time, so that no character gives away more than another
        for (std::size_t i = 0; i < text.size() && lacking != 0; ++i) {
            const auto kind = kind_of(text[i], hex);
            const int step = lacking > 0 ? 1 : -1;
            if (!kind || !between(static_cast<char>(text[i] + step), kind->first, kind->last)) continue;
            text[i] = static_cast<char>(text[i] + step);
            lacking -= step;
        }
    }
}

std::string with_separators(std::string_view digits, char separator) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        if (i > 0) out += separator;
        out += digits.substr(i, 2);
    }
    return out;
}

std::string bytes_text(std::string_view hex) {
    const auto bytes = from_hex(hex);
    return bytes ? std::string(as_text(*bytes)) : std::string();
}

// 16 bytes, the first three numbers of a UUID in little endian, as SMBIOS 2.6 and EFI keep them.
std::string mixed_endian(std::string bytes) {
    if (bytes.size() != 16) return bytes;
    std::reverse(bytes.begin(), bytes.begin() + 4);
    std::reverse(bytes.begin() + 4, bytes.begin() + 6);
    std::reverse(bytes.begin() + 6, bytes.begin() + 8);
    return bytes;
}

std::string without(std::string text, char left_out) {
    std::erase(text, left_out);
    return text;
}

}  // namespace

void Masks::add(std::string_view value, std::string_view mask) {
    if (value.size() < beginning_bytes || value.size() != mask.size()) return;
    if (!masks_.emplace(value, mask).second) return;
    std::vector<std::string>& known = by_beginning_[std::string(value.substr(0, beginning_bytes))];
    known.emplace_back(value);
    std::ranges::stable_sort(known, std::greater{}, &std::string::size);
}

void Masks::add_text(std::string_view value, std::string_view mask) {
    add(value, mask);
    add(ascii_lower(value), ascii_lower(mask));
    add(upper(value), upper(mask));
}

std::string Masks::mask_of(const std::string& value) {
    const bool hex = all_hex(value);
    const bool ascii = std::ranges::all_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    std::string mask;
    for (int attempt = 0; attempt < tries; ++attempt) {
        mask = value;
        Bytes random;
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i % 32 == 0) {
                const std::string what = std::to_string(attempt) + "/" + std::to_string(i) + "/" + value;
                random = hmac(HashAlg::sha256, salt_, {as_bytes(what)});
            }
            auto kind = kind_of(value[i], hex);
            if (static_cast<unsigned char>(value[i]) >= 0x80) kind = Kind{'a', 'z'};  // letters of other alphabets
            if (kind) mask[i] = static_cast<char>(kind->first + random[i % 32] % (kind->last - kind->first + 1));
        }
        if (ascii && attempt < tries / 2)
            give_sum_of(value, mask, hex);  // of a few characters there may be no other with it
        if (mask != value && names_a_unit(mask) && given_.insert(mask).second) break;
    }
    return mask;
}

void Masks::learn_serial(const std::string& serial) {
    if (!names_a_unit(serial)) return;
    const std::string value =
        serial.starts_with("0x") ? serial.substr(2) : serial;  // eMMC: its CID has the digits alone
    if (masks_.contains(value)) return;
    const std::string mask = mask_of(value);
    add_text(value, mask);
    add_text(to_hex(as_bytes(value)), to_hex(as_bytes(mask)));
    for (const std::string_view before : {"", " "}) add(turned(before, value), turned(before, mask));
}

void Masks::learn_uuid(const std::string& uuid) {
    if (masks_.contains(uuid)) return;
    const std::string mask = mask_of(uuid);
    add_text(uuid, mask);
    const std::string old = bytes_text(ascii_lower(without(uuid, '-')));
    const std::string now = bytes_text(ascii_lower(without(mask, '-')));
    add(old, now);
    add(mixed_endian(old), mixed_endian(now));
}

void Masks::learn_mac(const std::string& digits) {
    constexpr std::size_t makers = 6;  // hex digits of the maker's part
    if (digits.size() != 2 * makers || !from_hex(digits) || masks_.contains(digits)) return;
    if (digits == "000000000000" || digits == "ffffffffffff") return;
    const std::string own = digits.substr(makers);
    std::string mask = own;
    for (int attempt = 0; attempt < tries && (mask == own || !given_.insert(digits.substr(0, makers) + mask).second);
         ++attempt) {
        const std::string what = "mac/" + std::to_string(attempt) + "/" + digits;
        mask = to_hex(hmac(HashAlg::sha256, salt_, {as_bytes(what)})).substr(0, makers);
    }
    const std::string whole = digits.substr(0, makers) + mask;
    for (const char separator : {':', '-'})
        add_text(with_separators(digits, separator), with_separators(whole, separator));
    add_text(digits, whole);
    add(bytes_text(digits), bytes_text(whole));
}

// Where it is made of a MAC address ("ff-ff" or "ff-fe" in the middle), the mask is made of that address's mask.
void Masks::learn_eui64(const std::string& text) {
    const std::string digits = ascii_lower(without(text, '-'));
    constexpr std::size_t makers = 6;
    if (digits.size() != 16 || !from_hex(digits) || !names_a_unit(digits) || masks_.contains(text)) return;
    const std::string middle = digits.substr(makers, 4);
    std::string whole = digits.substr(0, makers);
    const std::string mac = whole + digits.substr(makers + 4);
    if (middle == "ffff" || middle == "fffe") {
        learn_mac(mac);
        const auto masked_mac = masks_.find(mac);
        if (masked_mac == masks_.end()) return;
        whole += middle + masked_mac->second.substr(makers);
    } else {
        whole += to_hex(hmac(HashAlg::sha256, salt_, {as_bytes("eui64/" + digits)})).substr(0, digits.size() - makers);
    }
    add_text(text, with_separators(whole, '-'));
    std::string old = bytes_text(digits);
    std::string now = bytes_text(whole);
    std::ranges::reverse(old);
    std::ranges::reverse(now);
    add(old, now);
}

void Masks::learn_addresses(std::string_view text) {
    constexpr std::size_t length = 17;
    const auto address_at = [text](std::size_t at) {
        for (std::size_t i = 0; i < length; ++i) {
            const char c = text[at + i];
            if (i % 3 == 2 ? c != ':' : !hex_digit(c)) return false;
        }
        return true;
    };
    for (std::size_t at = 0; at + length <= text.size(); ++at) {
        if (!address_at(at)) continue;
        learn_mac(ascii_lower(without(std::string(text.substr(at, length)), ':')));
        at += length - 1;
    }
}

void Masks::learn(const Inventory& inventory) {
    for (const Component& part : inventory.components) {
        learn_serial(part.serial.text());
        for (const auto& [name, value] : part.names) {
            const bool of_unit = std::ranges::any_of(unit_names, [&name](std::string_view word) {
                return name == word || name.ends_with("_" + std::string(word));
            });
            if (name == "uuid" || name.ends_with("_uuid")) {
                if (value.text().size() == 36) learn_uuid(value.text());
            } else if (name == "dsn") {
                learn_eui64(value.text());
            } else if (of_unit) {
                learn_serial(value.text());
            }
        }
        for (const Identifier& id : part.identifiers) {
            if (id.registry == Registry::mac) learn_mac(id.value);
        }
    }
}

void Masks::learn_smbios(ByteView table) {
    for (const smbios::Structure& one : smbios::decode_table(table, {3, 7}).structures) {
        for (const SmbiosField& field : smbios_fields) {
            if (field.type != one.type || field.offset >= one.formatted.size()) continue;
            const std::size_t number = one.formatted[field.offset];
            if (number > 0 && number <= one.text.size()) learn_serial(one.text[number - 1]);
        }
    }
}

void Masks::learn_tlv_info(ByteView eeprom) {
    const auto info = onie::decode_tlv_info(eeprom);
    if (!info) return;
    for (const onie::Type type : {onie::Type::serial_number, onie::Type::service_tag})
        learn_serial(info->text(type).text());
    learn_mac(info->mac_base());
}

std::string Masks::masked(std::string_view text) const {
    std::string out(text);
    for (std::size_t at = 0; at + beginning_bytes <= out.size();) {
        const auto known = by_beginning_.find(text.substr(at, beginning_bytes));
        const std::string* found = nullptr;
        if (known != by_beginning_.end()) {
            for (const std::string& value : known->second) {
                if (text.substr(at).starts_with(value)) {
                    found = &value;
                    break;
                }
            }
        }
        if (found == nullptr) {
            ++at;
            continue;
        }
        out.replace(at, found->size(), masks_.find(*found)->second);
        at += found->size();
    }
    return out;
}

std::string Masks::masked_tlv_info(std::string_view eeprom) const {
    std::string out = masked(eeprom);
    const auto before = onie::decode_tlv_info(as_bytes(eeprom));
    const auto after = onie::decode_tlv_info(as_bytes(out));
    if (!before || before->condition != onie::Condition::ok) return out;
    if (!after || after->condition != onie::Condition::bad_checksum) return out;
    const std::size_t sum = after->fields.back().offset + 2;
    for (std::size_t i = 0; i < 4; ++i) out[sum + i] = static_cast<char>(after->computed >> (24 - 8 * i));
    return out;
}

CaptureFiles masked_files(const CaptureFiles& files, const Inventory& inventory, Bytes salt) {
    Masks masks(std::move(salt));
    masks.learn(inventory);
    for (const auto& [path, entry] : files) {
        if (entry.kind != RecordedTree::Kind::file) continue;
        if (path == "sys/firmware/dmi/tables/DMI") masks.learn_smbios(as_bytes(entry.bytes));
        masks.learn_addresses(entry.bytes);
        masks.learn_tlv_info(as_bytes(entry.bytes));
    }
    CaptureFiles out;
    for (const auto& [path, entry] : files) {
        RecordedTree::Entry one = entry;
        if (path == "proc/sys/kernel/hostname" || path == "etc/hostname") {
            if (one.kind == RecordedTree::Kind::file) one.bytes = "masked\n";
        } else if (path != "LABEL" && path != "kernel/digests") {
            one.bytes = masks.masked_tlv_info(one.bytes);
        }
        out.insert_or_assign(masks.masked(path), std::move(one));
    }
    return out;
}

}  // namespace assay::agent
