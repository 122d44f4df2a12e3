#include "evidence/boot/variable_event.hpp"

#include "base/reader.hpp"
#include "base/text.hpp"
#include "base/utf16.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay::boot {

Result<Variable> decode_variable(ByteView data) {
    Reader reader(data);
    Variable out;
    std::ranges::copy(reader.at("VariableName").take(out.vendor.size()), out.vendor.begin());
    const std::uint64_t characters = reader.at("UnicodeNameLength").u64le();
    const std::uint64_t bytes = reader.at("VariableDataLength").u64le();
    if (characters > reader.left() / 2) {
        reader.refuse(Errc::truncated, "UnicodeNameLength", "is more than is there");
    } else {
        out.name = reader.take(2 * characters);
    }
    out.data = reader.at("VariableData").take(bytes);
    out.trailing = reader.take(reader.left());
    CHECK_OK(reader.finish("UEFI_VARIABLE_DATA"));
    return out;
}

Bytes encode_variable(const Variable& variable) {
    Writer w;
    w.raw(variable.vendor).u64le(variable.name.size() / 2).u64le(variable.data.size());
    return w.raw(variable.name).raw(variable.data).raw(variable.trailing).take();
}

std::string Variable::name_text() const {
    return clean_text(utf8_of_utf16le(name), limits::text_bytes);
}

bool holds_signature_lists(std::string_view name) {
    static constexpr std::array<std::string_view, 19> names{"PK",        "KEK",        "db",         "dbx",
                                                            "dbt",       "dbr",        "PKDefault",  "KEKDefault",
                                                            "dbDefault", "dbxDefault", "dbtDefault", "dbrDefault",
                                                            "MokList",   "MokListX",   "MokListRT",  "MokListXRT",
                                                            "VendorDb",  "vendor_db",  "vendor_dbx"};
    return std::ranges::find(names, name) != names.end();
}

}  // namespace assay::boot
