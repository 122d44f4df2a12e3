#include "agent/capture/module_excerpt.hpp"

#include "agent/sources/module_info.hpp"

namespace assay::agent {
namespace {

constexpr std::size_t header_bytes = 64;
constexpr std::size_t entry_bytes = 64;

// Little endian numbers into a file that is built up.
class Writer {
  public:
    Writer& put(std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xffU);
        return *this;
    }
    Writer& text(std::string_view text) {
        bytes_ += text;
        return *this;
    }
    Writer& section(std::uint64_t name, std::uint64_t at, std::uint64_t size) {
        constexpr std::uint64_t type_progbits = 1;
        put(name, 4).put(type_progbits, 4).put(0, 8).put(0, 8);
        return put(at, 8).put(size, 8).put(0, 4).put(0, 4).put(1, 8).put(0, 8);
    }
    const std::string& bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

std::string with_modinfo(std::string_view modinfo) {
    using namespace std::string_view_literals;
    constexpr std::string_view names = "\0.modinfo\0.shstrtab\0"sv;
    constexpr std::uint64_t relocatable = 1;
    constexpr std::uint64_t sections = 3;
    const std::uint64_t names_at = header_bytes + modinfo.size();
    Writer out;
    out.text(
           "\x7f"
           "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"sv
    )
        .put(relocatable, 2)
        .put(0, 2)
        .put(1, 4);
    out.put(0, 8).put(0, 8).put(names_at + names.size(), 8).put(0, 4).put(header_bytes, 2);
    out.put(0, 2).put(0, 2).put(entry_bytes, 2).put(sections, 2).put(sections - 1, 2);
    out.text(modinfo).text(names).text(std::string(entry_bytes, '\0'));
    out.section(1, header_bytes, modinfo.size()).section(10, names_at, names.size());
    return out.bytes();
}

}  // namespace

std::string module_excerpt(ByteView module) {
    std::string whole(as_text(module));
    const auto section = modinfo_section(module);
    const auto names = firmware_names(module);
    if (!section || !names) return whole;
    std::string excerpt = with_modinfo(as_text(*section));
    const auto again = firmware_names(as_bytes(excerpt));
    return again && *again == *names && excerpt.size() < whole.size() ? excerpt : whole;
}

}  // namespace assay::agent
