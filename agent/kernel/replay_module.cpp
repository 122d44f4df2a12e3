#include "agent/kernel/replay_module.hpp"

#include "agent/kernel/replay_answer.hpp"
#include "base/encoding.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr std::size_t hex_digits = 2 * module_page_bytes;

// One member: hex digits, why it could not be read, or not there.
Result<Bytes> read_member(Fields& f, const std::string& member, const std::string& interface) {
    if (auto failure = failure_at(f, member, interface)) return fail(*std::move(failure));
    if (f.any(member) == nullptr) return fail(Errc::unsupported, interface, "has no such page");
    auto bytes = from_hex(f.text(member, hex_digits), member);
    if (bytes && bytes->size() == module_page_bytes) return bytes;
    f.refuse(Errc::bad_value, member, "is not 128 bytes in hex");
    return Bytes();
}

DevlinkInfo::Version read_version(Fields& f) {
    DevlinkInfo::Version out;
    out.kind = f.text("kind", limits::text_bytes);
    out.name = f.text("name", limits::text_bytes);
    out.value = f.text_or_empty("value", limits::text_bytes);
    if (out.kind != "fixed" && out.kind != "running" && out.kind != "stored") {
        f.refuse(Errc::bad_value, "kind", "is none of fixed, running, stored");
    }
    return out;
}

DevlinkInfo read_device(Fields& f) {
    DevlinkInfo out;
    out.bus = f.text("bus", limits::text_bytes);
    out.device = f.text("device", limits::text_bytes);
    out.driver = f.any("driver") == nullptr ? "" : f.text_or_empty("driver", limits::text_bytes);
    out.serial = f.any("serial") == nullptr ? "" : f.text_or_empty("serial", limits::text_bytes);
    out.board_serial = f.any("board_serial") == nullptr ? "" : f.text_or_empty("board_serial", limits::text_bytes);
    for (Fields& version : f.objects("versions", max_devlink_versions)) out.versions.push_back(read_version(version));
    std::ranges::sort(out.versions);
    return out;
}

}  // namespace

std::string member_of(ModulePage page) {
    if (!page.upper) return "lower";
    return "page_" + to_hex(Bytes{page.page});
}

Result<Bytes> replay_module_page(const Tree& tree, const std::string& interface, ModulePage page) {
    if (interface.empty() || interface.find('/') != std::string::npos) {
        return fail(Errc::not_found, "interface", "is no name of an interface");
    }
    const std::string path = "kernel/module/" + interface + ".json";
    TRY(const json::Value value, read_answer(tree, path));
    Fields f(value, path);
    // Every member is looked at, so that one that is misspelt is refused whichever is asked for.
    std::array<Result<Bytes>, 3> pages{Bytes(), Bytes(), Bytes()};
    const std::array known{ModulePage{}, ModulePage{true, 0}, ModulePage{true, 1}};
    for (std::size_t i = 0; i < known.size(); ++i) pages[i] = read_member(f, member_of(known[i]), interface);
    CHECK_OK(f.finish());
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i].upper == page.upper && known[i].page == page.page) return std::move(pages[i]);
    }
    return fail(Errc::unsupported, interface, "has no such page");
}

Result<std::vector<DevlinkInfo>> replay_devlink(const Tree& tree) {
    TRY(const json::Value value, read_answer(tree, "kernel/devlink.json"));
    Fields f(value, "kernel/devlink.json");
    if (auto failure = failure_at(f, "devices", "devlink")) {
        CHECK_OK(f.finish());
        return fail(*std::move(failure));
    }
    if (f.any("devices") == nullptr) {
        CHECK_OK(f.finish());
        return fail(Errc::unsupported, "devlink", "no driver knew it");
    }
    std::vector<DevlinkInfo> out;
    for (Fields& device : f.objects("devices", max_devlink_devices)) out.push_back(read_device(device));
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay::agent
