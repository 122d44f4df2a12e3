// The view of this machine. Its sysfs and procfs are mounts of the agent's own, attached nowhere: nobody can mount
// anything over them. Where that is not permitted they are /sys and /proc, checked to be what they should, and no mount
// below them is crossed.

#include "agent/kernel/live_kernel.hpp"
#include "agent/root/overmounts.hpp"
#include "agent/root/view_state.hpp"

#include <linux/magic.h>
#include <sys/mount.h>

#include <cerrno>

namespace assay::agent {
namespace {

constexpr const char* security = "sys/kernel/security";
constexpr std::uint64_t efivarfs_magic = 0xde5e81e4;
constexpr std::size_t mountinfo_bytes = 4U << 20U;

// A sysfs or procfs of our own; no descriptor when the kernel or a sandbox does not permit it.
FileDescriptor own_mount(const char* file_system) {
    const FileDescriptor context(::fsopen(file_system, FSOPEN_CLOEXEC));
    if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return {};
    return FileDescriptor(::fsmount(
        context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC
    ));
}

// `dir` as a tree of kernel files, when it is of the file system it should be.
Result<Tree> kernel_tree(const std::string& dir, std::uint64_t magic) {
    TRY(FileDescriptor top, open_directory(dir));
    Tree tree(std::move(top), Containment::kernel_files);
    if (tree.magic() != magic) return fail(Errc::bad_magic, dir, "is not the file system it should be");
    return tree;
}

Result<Tree> measured_tree() {
    return kernel_tree(std::string("/") + security, SECURITYFS_MAGIC);
}

}  // namespace

Result<View> View::live() {
    auto state = std::make_shared<State>();
    // Their own file systems, inside /sys: the firmware's measurements and variables.
    if (auto measured = measured_tree()) state->mounts.push_back({security, *std::move(measured)});
    if (auto variables = kernel_tree("/sys/firmware/efi/efivars", efivarfs_magic)) {
        state->mounts.push_back({"sys/firmware/efi/efivars", *std::move(variables)});
    }
    if (FileDescriptor own = own_mount("sysfs")) {
        state->access = SysfsAccess::own_mount;
        state->mounts.push_back({"sys", Tree(std::move(own), Containment::kernel_files)});
    } else {
        state->access = SysfsAccess::system_mount;
        TRY(Tree sysfs, kernel_tree("/sys", SYSFS_MAGIC));
        state->mounts.push_back({"sys", std::move(sysfs)});
    }
    TRY(Tree procfs, kernel_tree("/proc", PROC_SUPER_MAGIC));
    const auto mountinfo = procfs.read("self/mountinfo", mountinfo_bytes, {});
    if (mountinfo) state->overmounts = overmounted(*mountinfo);
    // A service manager's sandbox mounts over /proc/sys, and no mount below a tree is crossed: so here too one of our
    // own.
    if (FileDescriptor own = own_mount("proc")) procfs = Tree(std::move(own), Containment::kernel_files);
    state->mounts.push_back({"proc", std::move(procfs)});
    return with_root(std::move(state));
}

Result<View> View::measurements() {
    auto state = std::make_shared<State>();
    state->access = SysfsAccess::system_mount;
    TRY(Tree measured, measured_tree());
    state->mounts.push_back({security, std::move(measured)});
    return with_root(std::move(state));
}

// What is in none of the trees so far is below the root directory; nobody but the kernel is asked.
Result<View> View::with_root(std::shared_ptr<State> state) {
    TRY(FileDescriptor root, open_directory("/"));
    state->mounts.push_back({"", Tree(std::move(root), Containment::rooted)});
    state->kernel = std::make_unique<LiveKernel>();
    return View(std::move(state));
}

}  // namespace assay::agent
