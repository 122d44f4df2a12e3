#include "agent/sources/module_info.hpp"

#include "agent/sources/device_path.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

// Reads fields of an ELF file by offset. Out of bounds marks it failed and gives 0.
class Elf {
  public:
    Elf(ByteView bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

    std::size_t number(std::size_t at, std::size_t size) {
        if (at > bytes_.size() || bytes_.size() - at < size) {
            failed_ = true;
            return 0;
        }
        std::size_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t place = big_endian_ ? i : size - 1 - i;
            value = (value << 8U) | bytes_[at + place];
        }
        return value;
    }

    ByteView section(std::size_t at, std::size_t size) {
        if (at > bytes_.size() || size > bytes_.size() - at) {
            failed_ = true;
            return {};
        }
        return bytes_.subspan(at, size);
    }

    bool failed() const { return failed_; }

  private:
    ByteView bytes_;
    bool big_endian_;
    bool failed_ = false;
};

struct Section {
    std::size_t name = 0;
    ByteView bytes;
};

// Where things stand in the two classes of ELF header and section header.
struct Layout {
    std::size_t table_offset, entry_size, entry_count, names_index;
    std::size_t section_offset, section_size;
    std::size_t word;
    std::size_t least_entry;
};
constexpr Layout layout32{0x20, 0x2e, 0x30, 0x32, 0x10, 0x14, 4, 40};
constexpr Layout layout64{0x28, 0x3a, 0x3c, 0x3e, 0x18, 0x20, 8, 64};

std::string_view text_at(ByteView names, std::size_t at) {
    if (at >= names.size()) return {};
    const std::string_view rest = as_text(names).substr(at);
    return rest.substr(0, rest.find('\0'));
}

}  // namespace

Result<ByteView> modinfo_section(ByteView module) {
    constexpr std::size_t class_at = 4;
    constexpr std::size_t order_at = 5;
    constexpr std::uint32_t no_bits = 8;  // SHT_NOBITS: has a size, but no bytes in the file
    if (module.size() < 0x40) return fail(Errc::truncated, "module", "is shorter than an ELF header");
    const Layout& layout = module[class_at] == 2 ? layout64 : layout32;
    Elf elf(module, module[order_at] == 2);
    const std::size_t table = elf.number(layout.table_offset, layout.word);
    const std::size_t entry = elf.number(layout.entry_size, 2);
    const std::size_t count = elf.number(layout.entry_count, 2);
    const std::size_t names_index = elf.number(layout.names_index, 2);
    if (entry < layout.least_entry) return fail(Errc::bad_value, "module", "has section headers too short");
    if (names_index >= count) return fail(Errc::truncated, "module", "has no section names");
    elf.section(table, count * entry);  // the whole table has to be there
    const auto read_section = [&elf, &layout, table, entry](std::size_t index) {
        const std::size_t at = table + index * entry;
        Section section{elf.number(at, 4), {}};
        if (elf.number(at + 4, 4) != no_bits) {
            section.bytes = elf.section(
                elf.number(at + layout.section_offset, layout.word), elf.number(at + layout.section_size, layout.word)
            );
        }
        return section;
    };
    const ByteView names = read_section(names_index).bytes;
    ByteView found;
    for (std::size_t index = 0; index < count && !elf.failed(); ++index) {
        const Section section = read_section(index);
        if (text_at(names, section.name) == ".modinfo") found = section.bytes;
    }
    if (elf.failed()) return fail(Errc::truncated, "module", "ends before its sections do");
    return found;
}

namespace {

bool compressed(ByteView module) {
    const std::string_view text = as_text(module);
    using namespace std::string_view_literals;
    return text.starts_with(
               "\xfd"
               "7zXZ\0"sv
           ) ||
           text.starts_with("\x28\xb5\x2f\xfd"sv) || text.starts_with("\x1f\x8b"sv);
}

}  // namespace

Result<std::vector<std::string>> firmware_names(ByteView module) {
    if (compressed(module)) return fail(Errc::unsupported, "module", "compressed module");
    if (!as_text(module).starts_with("\x7f"
                                     "ELF"))
        return fail(Errc::bad_magic, "module", "is no ELF file");
    TRY(const ByteView section, modinfo_section(module));
    std::vector<std::string> names;
    for (std::string_view rest = as_text(section); !rest.empty();) {
        const std::string_view entry = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
        if (!entry.starts_with("firmware=")) continue;
        if (names.size() == max_firmware_names) return fail(Errc::limit_exceeded, "module", "names too many files");
        names.emplace_back(entry.substr(std::string_view("firmware=").size()));
    }
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

std::string module_name(std::string_view path) {
    const std::string_view file = last_part(path);
    std::string name(file.substr(0, file.find(".ko")));
    std::ranges::replace(name, '-', '_');
    return name;
}

std::map<std::string, std::string, std::less<>> module_paths(std::string_view modules_dep) {
    std::map<std::string, std::string, std::less<>> paths;
    while (!modules_dep.empty()) {
        const std::string_view line = modules_dep.substr(0, modules_dep.find('\n'));
        modules_dep.remove_prefix(std::min(line.size() + 1, modules_dep.size()));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos) paths.emplace(module_name(line.substr(0, colon)), line.substr(0, colon));
    }
    return paths;
}

}  // namespace assay::agent
