// SMBIOS: the walk ends within its limits, what was read before a cut does not depend on what follows, and no text of
// a table can reach a terminal raw.

#include "base/text.hpp"
#include "evidence/hardware/smbios.hpp"
#include "evidence/hardware/smbios_values.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace smbios = assay::smbios;
    const assay::ByteView bytes(data, size);
    (void)smbios::decode_entry_point(bytes);
    const auto file = smbios::decode_file(bytes);
    if (!file) return 0;
    const smbios::Table& table = file->table;
    REQUIRE_ALWAYS(table.structures.size() <= smbios::max_structures);
    std::size_t used = 0;
    for (const auto& structure : table.structures) {
        used += structure.formatted.size();
        for (const std::string& text : structure.text) REQUIRE_ALWAYS(assay::printable(text) == text);
        for (const smbios::NamedValue& field : smbios::named_values(structure, {3, 7})) {
            const auto* reading = std::get_if<assay::Reading>(&field.value);
            if (reading != nullptr) REQUIRE_ALWAYS(assay::printable(reading->text()) == reading->text());
        }
    }
    REQUIRE_ALWAYS(used <= size);
    const smbios::Table half = smbios::decode_table(bytes.first(size / 2), {3, 7});
    const smbios::Table whole = smbios::decode_table(bytes, {3, 7});
    REQUIRE_ALWAYS(half.structures.size() <= whole.structures.size());
    for (std::size_t i = 0; i < half.structures.size(); ++i) {
        REQUIRE_ALWAYS(half.structures[i].formatted == whole.structures[i].formatted);
    }
    return 0;
}
