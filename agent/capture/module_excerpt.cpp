#include "agent/capture/module_excerpt.hpp"

#include "agent/sources/module_file.hpp"
#include "agent/sources/module_signature.hpp"
#include "agent/unpack/unpacking.hpp"
#include "base/writer.hpp"

#include <optional>

namespace assay::agent {
namespace {

constexpr std::uint16_t header_bytes = 64;
constexpr std::uint16_t entry_bytes = 64;

void put_section(Writer& out, std::uint32_t name, std::uint64_t at, std::uint64_t size) {
    constexpr std::uint32_t type_progbits = 1;
    out.u32le(name).u32le(type_progbits).u64le(0).u64le(0);
    out.u64le(at).u64le(size).u32le(0).u32le(0).u64le(1).u64le(0);
}

std::string with_sections(const ModuleSections& module, ByteView trailer) {
    using namespace std::string_view_literals;
    constexpr std::string_view names = "\0.modinfo\0.note.gnu.build-id\0.shstrtab\0"sv;
    constexpr std::uint16_t relocatable = 1;
    constexpr std::uint16_t sections = 4;
    const std::uint64_t id_at = header_bytes + module.modinfo.size();
    const std::uint64_t names_at = id_at + module.build_id.size();
    Writer out;
    constexpr std::string_view ident =
        "\x7f"
        "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"sv;
    out.raw(as_bytes(ident)).u16le(relocatable).u16le(0).u32le(1);
    out.u64le(0).u64le(0).u64le(names_at + names.size()).u32le(0).u16le(header_bytes);
    out.u16le(0).u16le(0).u16le(entry_bytes).u16le(sections).u16le(sections - 1);
    out.raw(as_bytes(module.modinfo)).raw(as_bytes(module.build_id)).raw(as_bytes(names)).raw(Bytes(entry_bytes));
    put_section(out, 1, header_bytes, module.modinfo.size());
    put_section(out, 10, id_at, module.build_id.size());
    put_section(out, 29, names_at, names.size());
    return to_text(out.raw(trailer).bytes());
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
    std::string excerpt = with_sections(*sections, *trailer);
    const ModuleInMemory again(as_bytes(excerpt));
    const auto same = module_sections(again);
    return same && *same == *sections && excerpt.size() < module.size() ? excerpt : module;
}

}  // namespace assay::agent
