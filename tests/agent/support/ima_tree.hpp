#pragma once
// An IMA list as the kernel would show it, in a tree that passes for this machine, growing entry by entry.

#include "agent/root/view.hpp"
#include "tests/agent/support/scratch_tree.hpp"
#include "tests/support/ima_bytes.hpp"

#include <string>
#include <string_view>

namespace assay::test {

inline constexpr const char* ima_list_file = "sys/kernel/security/ima/binary_runtime_measurements";
inline constexpr const char* ima_count_file = "sys/kernel/security/ima/runtime_measurements_count";
inline constexpr const char* boot_id_file = "proc/sys/kernel/random/boot_id";
inline constexpr const char* boot_id = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

// Of a program, as the kernel measures it.
inline std::string ima_line(const std::string& path) {
    return to_text(ima_bytes(ima_file(path, path)));
}

// The kernel's files about IMA, in a tree.
class ImaFiles {
  public:
    explicit ImaFiles(const ScratchTree& of) : tree(of) {
        tree.file("sys/kernel/security/lsm", "capability,ima");
        boot(boot_id);
    }

    // Another boot, or another kernel by kexec: the list begins anew.
    void boot(const std::string& id) {
        tree.file(boot_id_file, id + "\n");
        list.clear();
        count = 0;
        write();
    }
    void measure(const std::string& path) {
        list += ima_line(path);
        ++count;
        write();
    }
    void measure_many(std::size_t how_many) {
        for (std::size_t i = 0; i < how_many; ++i) list += ima_line("/usr/bin/" + std::to_string(count++));
        write();
    }
    void write() const {
        tree.file(ima_list_file, list);
        tree.file(ima_count_file, std::to_string(count) + "\n");
    }

    const ScratchTree& tree;
    std::string list;
    std::size_t count = 0;
};

struct OwnTree {
    ScratchTree own;
};
struct ImaTree : OwnTree, ImaFiles {
    ImaTree() : ImaFiles(own) {}
};

inline agent::View stand_in(const ScratchTree& tree) {
    auto view = agent::View::stand_in(tree.path());
    if (!view) throw std::runtime_error(view.error().message());
    return *view;
}

}  // namespace assay::test
