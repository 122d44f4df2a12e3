#include "agent/capture/module_excerpt.hpp"

#include "agent/sources/module_file.hpp"
#include "agent/sources/module_signature.hpp"
#include "agent/unpack/unpacking.hpp"

#include <optional>

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

std::string with_sections(const ModuleSections& module, std::string_view trailer) {
    using namespace std::string_view_literals;
    constexpr std::string_view names = "\0.modinfo\0.note.gnu.build-id\0.shstrtab\0"sv;
    constexpr std::uint64_t relocatable = 1;
    constexpr std::uint64_t sections = 4;
    const std::uint64_t id_at = header_bytes + module.modinfo.size();
    const std::uint64_t names_at = id_at + module.build_id.size();
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
    out.text(module.modinfo).text(module.build_id).text(names).text(std::string(entry_bytes, '\0'));
    out.section(1, header_bytes, module.modinfo.size()).section(10, id_at, module.build_id.size());
    out.section(29, names_at, names.size()).text(trailer);
    return out.bytes();
}

std::optional<std::string> unpacked(const std::string& module) {
    std::string out;
    Unpacking unpacking(unpacked_module_bytes);
    const auto take = [&out](std::string_view bytes) { out += bytes; };
    unpacking.feed(module, take);
    if (!unpacking.finish(take)) return std::nullopt;
    return out;
}

}  // namespace

std::string module_excerpt(const std::string& module) {
    const auto whole = unpacked(module);
    if (!whole) return module;
    const ModuleInMemory bytes(as_bytes(*whole));
    const auto sections = module_sections(bytes);
    const auto trailer = signature_trailer(bytes);
    if (!sections || !trailer) return module;
    std::string excerpt = with_sections(*sections, as_text(*trailer));
    const ModuleInMemory again(as_bytes(excerpt));
    const auto same = module_sections(again);
    return same && *same == *sections && excerpt.size() < module.size() ? excerpt : module;
}

}  // namespace assay::agent
