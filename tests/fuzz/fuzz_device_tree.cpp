// Device tree values: the strings of a list joined again are its bytes, whom a name names has the registry's spelling,
// and the hash tells any two trees apart: the input's first half is one tree, its second another.

#include "evidence/hardware/device_tree.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using assay::ByteView;
namespace tree = assay::device_tree;

// A tree of records: the top bit of a byte says node or property, the rest how many bytes it takes.
struct Fed {
    tree::TreeHash hash;
    std::string told;  // the same, spelled so that no two trees are one text
};

void feed(ByteView bytes, Fed& fed) {
    while (!bytes.empty()) {
        const bool node = (bytes[0] & 0x80U) != 0;
        const std::size_t size = std::min<std::size_t>(bytes[0] & 0x7fU, bytes.size() - 1);
        const ByteView value = bytes.subspan(1, size);
        if (node)
            fed.hash.node(assay::as_text(value));
        else
            fed.hash.property(assay::as_text(value.first(size / 2)), value.subspan(size / 2));
        fed.told += node ? 'n' : 'p';
        fed.told += static_cast<char>(size);
        fed.told += assay::as_text(value);
        bytes = bytes.subspan(1 + size);
    }
}

void check_strings(ByteView bytes) {
    const auto list = tree::decode_strings(bytes);
    if (!list) return;
    REQUIRE_ALWAYS(list->size() <= tree::max_strings);
    std::string joined;
    for (const std::string& one : *list) {
        joined += one + '\0';
        (void)tree::status_of(one);
        const auto maker = tree::maker_of(one);
        if (maker) REQUIRE_ALWAYS(assay::make_identifier(maker->registry, maker->value).has_value());
        if (!tree::bus_below(one).empty()) REQUIRE_ALWAYS(!tree::volatile_node("/" + one));
    }
    REQUIRE_ALWAYS(joined == assay::as_text(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes(data, size);
    check_strings(bytes);
    Fed one;
    Fed other;
    feed(bytes.first(size / 2), one);
    feed(bytes.subspan(size / 2), other);
    REQUIRE_ALWAYS((one.hash.finish() == other.hash.finish()) == (one.told == other.told));
    return 0;
}
