// Under --root nothing is asked of this machine: a scan of a captured tree runs to its end in a process that the kernel
// kills at the first socket, ioctl, or opening by anything but a tree's own directory. The same process dies when it
// scans the live machine, so the filter bites.

#include "agent/scan.hpp"
#include "base/crypto/hash.hpp"
#include "tests/agent/support/captured_tree.hpp"
#include "tests/agent/support/demo_tree.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <vector>

namespace assay::agent {
namespace {

sock_filter statement(unsigned code, std::uint32_t k) {
    return {static_cast<std::uint16_t>(code), 0, 0, k};
}

sock_filter jump_if(std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
    return {static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K), yes, no, k};
}

// Kills this process, all its threads, at any call that could ask this machine something.
bool forbid_asking() {
    const std::array<long, 10> forbidden{
        SYS_socket, SYS_connect, SYS_ioctl,  SYS_openat,    SYS_open_by_handle_at,
        SYS_execve, SYS_mount,   SYS_fsopen, SYS_open_tree, SYS_bpf,
    };
    std::vector<sock_filter> program{statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
#ifdef SYS_open
    program.push_back(jump_if(SYS_open, 0, 1));
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
#endif
    for (const long call : forbidden) {
        program.push_back(jump_if(static_cast<std::uint32_t>(call), 0, 1));
        program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    }
    // openat2 from a directory that is held open is how a tree is read; from the working directory it is not.
    program.push_back(jump_if(SYS_openat2, 0, 3));
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])));
    program.push_back(jump_if(static_cast<std::uint32_t>(AT_FDCWD), 0, 1));
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

constexpr int scanned = 7;

// How a child ended that scanned `view` under the filter: wait status.
int status_of_scan(const View& view) {
    (void)sha256("OpenSSL reads its configuration at the first hash");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!forbid_asking()) ::_exit(1);
        const Scan result = scan(view, {});
        ::_exit(result.inventory.components.size() > 20 ? scanned : 2);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

void check_asks_nothing(const std::string& dir) {
    const auto view = View::replay(dir);
    REQUIRE(view.has_value());
    const int status = status_of_scan(*view);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == scanned);
}

TEST_SUITE("replay_asks_nothing") {
    TEST_CASE("a captured machine is scanned without asking this one") {
        check_asks_nothing(test::CapturedTree("vm-q35").path());
    }

    TEST_CASE("a made-up tree with modules and firmware files is scanned without asking this machine") {
        check_asks_nothing(test::DemoTree("branch-cpe").path());
    }

    TEST_CASE("the filter bites: scanning the live machine under it is the end") {
        const auto view = View::live();
        REQUIRE(view.has_value());
        const int status = status_of_scan(*view);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == SIGSYS);
    }
}

}  // namespace
}  // namespace assay::agent
