#pragma once
// The least kernel modules, section by section: ELF64, little endian, no code.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::test {

inline std::string little(std::uint64_t value, int size) {
    std::string out;
    for (int i = 0; i < size; ++i) out += static_cast<char>((value >> (8 * i)) & 0xffU);
    return out;
}

// {".modinfo", "license=GPL\0"}: in this order, then the names, then the section table.
inline std::string least_module(const std::vector<std::pair<std::string, std::string>>& sections) {
    std::string bytes;
    std::string names(1, '\0');
    std::string table(64, '\0');
    const auto add = [&bytes, &table](std::size_t name, std::string_view content) {
        table += little(name, 4) + little(1, 4) + little(0, 8) + little(0, 8) + little(64 + bytes.size(), 8);
        table += little(content.size(), 8) + little(0, 8) + little(1, 8) + little(0, 8);
        bytes += content;
    };
    for (const auto& [name, content] : sections) {
        add(names.size(), content);
        names += name + '\0';
    }
    const std::size_t own = names.size();
    names += ".shstrtab";
    names += '\0';
    add(own, names);
    std::string head(
        "\x7f"
        "ELF\x02\x01\x01",
        7
    );
    head.resize(16, '\0');
    head += little(1, 2) + little(62, 2) + little(1, 4) + little(0, 8) + little(0, 8) + little(64 + bytes.size(), 8);
    head += little(0, 4) + little(64, 2) + little(0, 2) + little(0, 2) + little(64, 2);
    head += little(sections.size() + 2, 2) + little(sections.size() + 1, 2);
    return head + bytes + table;
}

// A note as the linker writes it: 4 bytes of name, `id`, type NT_GNU_BUILD_ID.
inline std::string build_id_note(std::string_view id) {
    return little(4, 4) + little(id.size(), 4) + little(3, 4) + std::string("GNU\0", 4) + std::string(id);
}

// "firmware=a.bin", "srcversion=0123": each with its NUL.
inline std::string modinfo(const std::vector<std::string>& entries) {
    std::string out;
    for (const std::string& one : entries) out += one + '\0';
    return out;
}

}  // namespace assay::test
