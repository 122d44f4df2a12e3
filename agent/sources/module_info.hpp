#pragma once
// What a kernel module's file says of itself: its .modinfo section (ELF, TIS 1.2; kernel include/linux/module.h), its
// build id, and the bytes of the signature after its end (include/linux/module_signature.h). Pure; nothing is verified.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

// A module's unpacked bytes by place, wherever they are.
class ModuleBytes {
  public:
    virtual ~ModuleBytes() = default;
    virtual std::uint64_t size() const = 0;
    // Exactly `count` bytes from `at` on; truncated when the module ends before.
    virtual Result<Bytes> bytes(std::uint64_t at, std::size_t count) const = 0;
};

// Those of a module in memory, which outlives it.
class ModuleInMemory : public ModuleBytes {
  public:
    explicit ModuleInMemory(ByteView module) : module_(module) {}
    std::uint64_t size() const override { return module_.size(); }
    Result<Bytes> bytes(std::uint64_t at, std::size_t count) const override;

  private:
    ByteView module_;
};

struct ModuleSections {
    std::string modinfo;   // .modinfo: NUL-terminated "key=value" texts
    std::string build_id;  // .note.gnu.build-id as it is, with the note's head
    friend bool operator==(const ModuleSections&, const ModuleSections&) = default;
};
inline constexpr std::size_t max_section_bytes = 1U << 20U;  // of a section that is read, and of the section table

// Empty sections where the file has none. ELF of 32 or 64 bits and either byte order. Errors: bad_magic (no ELF),
// truncated (a table or section beyond the end), bad_value, limit_exceeded.
Result<ModuleSections> module_sections(const ModuleBytes& module);

inline constexpr std::size_t max_firmware_names = 4096;  // of one module

// Values of `firmware=`, sorted, no duplicates; limit_exceeded beyond max_firmware_names.
Result<std::vector<std::string>> firmware_names(std::string_view modinfo);
// The first value of `key`, or "".
std::string modinfo_value(std::string_view modinfo, std::string_view key);

}  // namespace assay::agent
