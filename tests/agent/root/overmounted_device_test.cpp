// A directory of sysfs is hidden by a mount, in a mount namespace of the test's own: the agent's own sysfs shows what
// is beneath, the system's /sys does not and says so, and either way the source "view" names the mount. Needs root.

#include "agent/root/overmounts.hpp"
#include "agent/scan.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace assay::agent {
namespace {

constexpr int as_expected = 7;
constexpr int not_permitted = 8;
constexpr int hidden_already = 9;

const SourceReport* report(const Scan& result, std::string_view source) {
    const auto found = std::ranges::find(result.inventory.sources, source, &SourceReport::source);
    return found == result.inventory.sources.end() ? nullptr : &*found;
}

void give_up_mounting() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    ::syscall(SYS_capget, &header, sets);
    sets[0].effective &= ~(1U << CAP_SYS_ADMIN);
    ::syscall(SYS_capset, &header, sets);
}

// A container mounts below /sys, too: then the agent names other places first.
bool something_is_hidden() {
    std::ifstream mountinfo("/proc/self/mountinfo");
    return !overmounted(std::string(std::istreambuf_iterator<char>(mountinfo), {})).empty();
}

int scan_with_hidden_interfaces(const std::string& empty, SysfsAccess access) {
    if (something_is_hidden()) return hidden_already;
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(empty.c_str(), "/sys/class/net", nullptr, MS_BIND, nullptr) != 0) {
        return not_permitted;
    }
    if (access == SysfsAccess::system_mount) give_up_mounting();
    const auto view = View::live();
    if (!view || view->sysfs_access() != access) return not_permitted;
    const Scan result = scan(*view, {});
    const SourceReport* const root = report(result, "view");
    const SourceReport* const net = report(result, "net");
    if (root == nullptr || net == nullptr) return 1;
    if (root->state != SourceState::error || root->detail != "overmounted: /sys/class/net") return 2;
    // Through the own mount the interfaces are there; through /sys it is an error, not an empty machine.
    if (access == SysfsAccess::own_mount && net->state != SourceState::ok) return 3;
    if (access == SysfsAccess::system_mount &&
        (net->state != SourceState::error || net->detail.find("overmounted") == std::string::npos)) {
        return 4;
    }
    return as_expected;
}

void check_in_child(SysfsAccess access) {
    const test::ScratchTree empty;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(scan_with_hidden_interfaces(empty.path(), access));
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) == not_permitted) {
        MESSAGE("skipped: mounting is not permitted here");
        return;
    }
    if (WEXITSTATUS(status) == hidden_already) {
        MESSAGE("skipped: something is mounted below /sys here already");
        return;
    }
    CHECK(WEXITSTATUS(status) == as_expected);
}

TEST_SUITE("overmounted_device") {
    TEST_CASE("the agent's own sysfs shows what a mount hides, and the mount is reported") {
        check_in_child(SysfsAccess::own_mount);
    }

    TEST_CASE("without it, what a mount hides is an error and not an empty answer") {
        check_in_child(SysfsAccess::system_mount);
    }
}

}  // namespace
}  // namespace assay::agent
