// The documents of an inventory, and a component alone: one value has one text, so what is decoded encodes to the bytes
// it came from.

#include "base/bytes.hpp"
#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/module_list.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = assay::as_text({data, size});
    if (const auto inventory = assay::decode_inventory(text)) {
        REQUIRE_ALWAYS(assay::encode_inventory(*inventory) == text);
    }
    if (const auto placement = assay::decode_placement(text)) {
        REQUIRE_ALWAYS(assay::encode_placement(*placement) == text);
    }
    if (const auto manifest = assay::decode_firmware_manifest(text)) {
        REQUIRE_ALWAYS(assay::encode_firmware_manifest(*manifest) == text);
    }
    if (const auto modules = assay::decode_module_list(text)) {
        REQUIRE_ALWAYS(assay::encode_module_list(*modules) == text);
    }
    if (const auto component = assay::decode_component(text)) {
        REQUIRE_ALWAYS(assay::encode_component(*component) == text);
    }
    return 0;
}
