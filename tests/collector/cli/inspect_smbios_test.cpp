// assay inspect smbios: a virtual machine's table in full, and every captured table against what siderolabs/go-smbios
// made of it, member by member.

#include "base/text.hpp"
#include "collector/cli/inspect/smbios_summary.hpp"
#include "tests/collector/cli/fake_context.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/smbios_bytes.hpp"

namespace assay::cli::test {
namespace {

TEST_SUITE_BEGIN("cli: inspect smbios");

using assay::test::smbios_structure;

json::Value printed(Fake& fake, const std::string& file) {
    fake.out.clear();
    CHECK(fake.assay({"inspect", "smbios", file}) == Exit::done);
    const auto value = json::parse(fake.out, {.max_bytes = 8U << 20U}, file);
    REQUIRE(value.has_value());
    return *value;
}

// Where go-smbios departs from DSP0134: of words it reads the low byte (type 17, 0x13) or the low half (0x1c), of an
// enclosure no asset tag, and bytes that are no UTF-8 as nothing.
bool departs(const std::string& path, const json::Value& theirs, const json::Value& ours) {
    if (path == ".SystemEnclosure.AssetTagNumber") return theirs.as_string().empty();
    if (path == ".MemoryDevices[].TypeDetail") return (ours.as_int64() & 0xff) == theirs.as_int64();
    if (path == ".MemoryDevices[].ExtendedSize") return (ours.as_int64() & 0xffff) == theirs.as_int64();
    return theirs.is_string() && theirs.as_string().empty() && ours.as_string().find("\\x") != std::string::npos;
}

std::size_t compared = 0;

// Everything that `theirs` has is in `ours`, the same.
void check_same(const json::Value& theirs, const json::Value& ours, const std::string& path) {
    CAPTURE(path);
    if (theirs.is_object()) {
        REQUIRE(ours.is_object());
        for (const auto& [key, value] : theirs.as_object()) {
            const std::string below = path + "." + std::string(key);
            CAPTURE(below);
            REQUIRE(ours.as_object().contains(key));
            check_same(value, ours.as_object().at(key), below);
        }
    } else if (theirs.is_array()) {
        REQUIRE(ours.is_array());
        REQUIRE(ours.as_array().size() == theirs.as_array().size());
        for (std::size_t i = 0; i < theirs.as_array().size(); ++i) {
            check_same(theirs.as_array()[i], ours.as_array()[i], path + "[]");
        }
    } else if (theirs.is_null()) {
        CHECK(ours.as_array().empty());
    } else {
        ++compared;
        const bool same = theirs.is_string() ? clean_text(std::string_view(theirs.as_string()), 256) == ours.as_string()
                                             : theirs.as_int64() == ours.as_int64();
        if (!same)
            CHECK_MESSAGE(departs(path, theirs, ours), json::compact(theirs) << " is not " << json::compact(ours));
    }
}

// How many structures of the type the whole list has.
std::size_t count_of(const json::Value& value, std::int64_t type) {
    const json::Array& all = value.as_object().at("structures").as_array();
    return static_cast<std::size_t>(std::ranges::count_if(all, [type](const json::Value& one) {
        return one.as_object().at("type").as_int64() == type;
    }));
}

void check_capture(const std::string& name) {
    CAPTURE(name);
    const auto raw = assay::test::capture("smbios/" + name + ".dmi");
    const auto expected = assay::test::capture("smbios/" + name + ".json");
    if (!raw || !expected) return;
    Fake fake;
    fake.files["table"] = to_text(*raw);
    const json::Value ours = printed(fake, "table");
    auto parsed = json::parse(as_text(*expected), {}, name);
    REQUIRE(parsed.has_value());
    json::Object theirs = parsed->as_object();
    theirs.erase("Version");  // the same in all their files, and of no table
    // They take an entry point for a structure, which swallows the BIOS behind it.
    if (as_text(*raw).starts_with("_SM")) theirs.erase("BIOSInformation");
    compared = 0;
    check_same(theirs, ours, "");
    CHECK(compared > 30);
    const json::Object& object = ours.as_object();
    CHECK_FALSE(object.contains("broken"));
    CHECK(count_of(ours, 4) == object.at("ProcessorInformation").as_array().size());
    CHECK(count_of(ours, 7) == object.at("CacheInformation").as_array().size());
    CHECK(count_of(ours, 8) == object.at("PortConnectorInformation").as_array().size());
    CHECK(count_of(ours, 9) == object.at("SystemSlots").as_array().size());
    CHECK(count_of(ours, 17) == object.at("MemoryDevices").as_array().size());
}

TEST_CASE("inspect smbios shows every structure of a table with its fields") {
    Fake fake;
    CHECK(fake.assay({"inspect", "smbios", "tests/data/vm-measured-boot/fw/DMI"}) == Exit::done);
    check_golden("inspect_smbios.json", fake.out);
}

TEST_CASE("every captured table decodes to the JSON beside it") {
    const std::filesystem::path folder = std::filesystem::path(assay::test::captures_root()) / "smbios";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: no captures of SMBIOS tables");
        return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".dmi") check_capture(entry.path().stem().string());
    }
}

TEST_CASE("text that is absent, empty or names no string is told apart in the list, and empty in the short form") {
    Fake fake;
    fake.files["table"] = to_text(smbios_structure(1, {1, 9, 0}, {"  To Be Filled By O.E.M. "}));
    const json::Value value = printed(fake, "table");
    const json::Object& fields =
        value.as_object().at("structures").as_array().at(0).as_object().at("fields").as_object();
    CHECK(fields.at("Manufacturer").as_string() == "To Be Filled By O.E.M.");
    CHECK(fields.at("ProductName").as_object().contains("unreadable"));
    CHECK_FALSE(fields.contains("Version"));
    const json::Object& brief = value.as_object().at("SystemInformation").as_object();
    CHECK(brief.at("Manufacturer").as_string().empty());
    CHECK(brief.at("ProductName").as_string().empty());
    CHECK(brief.at("WakeUpType").as_int64() == 0);
    CHECK_FALSE(value.as_object().contains("Version"));
}

TEST_CASE("the short form has every member, also of a table with nothing in it") {
    const json::Object none = smbios_summary({}, {3, 7});
    CHECK(none.size() == 14);
    CHECK(none.at("MemoryDevices").as_array().empty());
    CHECK(none.at("PhysicalMemoryArray").as_object().at("MaximumCapacity").as_int64() == 0);
    CHECK(none.at("SystemEnclosure").as_object().at("SKUNumber").as_string().empty());
    CHECK(none.at("OEMStrings").as_object().at("Strings").as_array().empty());
}

TEST_CASE("a number beyond what JSON carries is text; a table that breaks says where") {
    Fake fake;
    Bytes table = smbios_structure(
        38, assay::test::smbios_fields(0x12, {{0x08, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}}})
    );
    table.insert(table.end(), {1, 2, 0, 0});
    fake.files["table"] = to_text(table);
    const json::Value value = printed(fake, "table");
    const json::Object& fields =
        value.as_object().at("structures").as_array().at(0).as_object().at("fields").as_object();
    CHECK(fields.at("BaseAddress").as_string() == "0x7fffffffffffffff");
    CHECK(value.as_object().at("broken").as_string().find("shorter than its header") != std::string::npos);
}

TEST_CASE("inspect smbios refuses what is no table, and names the file") {
    Fake fake;
    fake.files["text"] = "\x01";
    CHECK(fake.assay({"inspect", "smbios", "text"}) == Exit::failed);
    CHECK(fake.out.empty());
    CHECK(fake.err.find("text") != std::string::npos);
    fake.files["empty"] = "";
    CHECK(fake.assay({"inspect", "smbios", "empty"}) == Exit::failed);
    fake.files["anchor"] = "_SM_";
    CHECK(fake.assay({"inspect", "smbios", "anchor"}) == Exit::failed);
}

TEST_SUITE_END();

}  // namespace
}  // namespace assay::cli::test
