#include "agent/sources/module_info.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::size_t header_bytes = 0x40;
constexpr std::uint32_t no_bits = 8;  // SHT_NOBITS: has a size, but no bytes in the file

// Where things stand in the two classes of ELF header and section header.
struct Layout {
    std::size_t table_offset, entry_size, entry_count, names_index;
    std::size_t section_offset, section_size;
    std::size_t word;
    std::size_t least_entry;
};
constexpr Layout layout32{0x20, 0x2e, 0x30, 0x32, 0x10, 0x14, 4, 40};
constexpr Layout layout64{0x28, 0x3a, 0x3c, 0x3e, 0x18, 0x20, 8, 64};

// A number of the file's byte order; `at` is within `bytes` by what the callers checked.
std::uint64_t number(ByteView bytes, std::size_t at, std::size_t size, bool big_endian) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = (value << 8U) | bytes[at + (big_endian ? i : size - 1 - i)];
    return value;
}

std::string_view text_at(ByteView names, std::uint64_t at) {
    if (at >= names.size()) return {};
    const std::string_view rest = as_text(names).substr(at);
    return rest.substr(0, rest.find('\0'));
}

// The section table of an ELF file.
class Sections {
  public:
    static Result<Sections> read(const ModuleBytes& module) {
        TRY(const Bytes head, module.bytes(0, header_bytes));
        if (!as_text(head).starts_with("\x7f"
                                       "ELF"))
            return fail(Errc::bad_magic, "module", "is no ELF file");
        constexpr std::size_t class_at = 4;
        constexpr std::size_t order_at = 5;
        Sections out(module, head[class_at] == 2 ? layout64 : layout32, head[order_at] == 2);
        const Layout& layout = out.layout_;
        const std::uint64_t table = number(head, layout.table_offset, layout.word, out.big_endian_);
        out.entry_ = number(head, layout.entry_size, 2, out.big_endian_);
        out.count_ = number(head, layout.entry_count, 2, out.big_endian_);
        out.names_index_ = number(head, layout.names_index, 2, out.big_endian_);
        if (out.entry_ < layout.least_entry) return fail(Errc::bad_value, "module", "has section headers too short");
        if (out.names_index_ >= out.count_) return fail(Errc::truncated, "module", "has no section names");
        if (out.count_ * out.entry_ > max_section_bytes)
            return fail(Errc::limit_exceeded, "module", "has too many sections");
        TRY(out.table_, module.bytes(table, out.count_ * out.entry_));
        TRY(out.names_, out.content(out.names_index_));
        return out;
    }

    // The content of the last section of this name; empty when there is none.
    Result<std::string> named(std::string_view name) const {
        // Only the last one is read: each reading can mean to unpack the whole file again.
        for (std::size_t index = count_; index-- > 0;) {
            if (text_at(names_, at(index, 0, 4)) != name) continue;
            TRY(const Bytes bytes, content(index));
            return std::string(as_text(bytes));
        }
        return std::string();
    }

  private:
    Sections(const ModuleBytes& module, const Layout& layout, bool big_endian)
        : module_(module), layout_(layout), big_endian_(big_endian) {}

    std::uint64_t at(std::size_t index, std::size_t field, std::size_t size) const {
        return number(table_, index * entry_ + field, size, big_endian_);
    }

    Result<Bytes> content(std::size_t index) const {
        if (at(index, 4, 4) == no_bits) return Bytes();
        const std::uint64_t size = at(index, layout_.section_size, layout_.word);
        if (size > module_.size()) return fail(Errc::truncated, "module", "ends before its sections do");
        if (size > max_section_bytes) return fail(Errc::limit_exceeded, "module", "has a section too long");
        return module_.bytes(at(index, layout_.section_offset, layout_.word), size);
    }

    const ModuleBytes& module_;
    const Layout& layout_;
    bool big_endian_;
    std::size_t entry_ = 0;
    std::size_t count_ = 0;
    std::size_t names_index_ = 0;
    Bytes table_;
    Bytes names_;
};

// Calls `take` with each value of `key`, until it says false.
template <class Take>
void each_value(std::string_view modinfo, std::string_view key, Take take) {
    while (!modinfo.empty()) {
        std::string_view entry = modinfo.substr(0, modinfo.find('\0'));
        modinfo.remove_prefix(std::min(entry.size() + 1, modinfo.size()));
        if (!entry.starts_with(key) || entry.size() == key.size() || entry[key.size()] != '=') continue;
        entry.remove_prefix(key.size() + 1);
        if (!take(entry)) return;
    }
}

}  // namespace

Result<Bytes> ModuleInMemory::bytes(std::uint64_t at, std::size_t count) const {
    if (at > module_.size() || count > module_.size() - at)
        return fail(Errc::truncated, "module", "ends before its sections do");
    return to_bytes(module_.subspan(at, count));
}

Result<ModuleSections> module_sections(const ModuleBytes& module) {
    TRY(const Sections sections, Sections::read(module));
    ModuleSections out;
    TRY(out.modinfo, sections.named(".modinfo"));
    TRY(out.build_id, sections.named(".note.gnu.build-id"));
    return out;
}

Result<std::vector<std::string>> firmware_names(std::string_view modinfo) {
    std::vector<std::string> names;
    bool too_many = false;
    each_value(modinfo, "firmware", [&names, &too_many](std::string_view name) {
        too_many = names.size() == max_firmware_names;
        if (!too_many) names.emplace_back(name);
        return !too_many;
    });
    if (too_many) return fail(Errc::limit_exceeded, "module", "names too many files");
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

std::string modinfo_value(std::string_view modinfo, std::string_view key) {
    std::string found;
    each_value(modinfo, key, [&found](std::string_view value) {
        found = value;
        return false;
    });
    return found;
}

}  // namespace assay::agent
