#pragma once
// What the copies of a View share: the trees it is made of and where each is seen. Private to agent/root.

#include "agent/kernel/kernel.hpp"
#include "agent/root/capture_lists.hpp"
#include "agent/root/tree.hpp"
#include "agent/root/view.hpp"

namespace assay::agent {

struct View::State {
    struct Mounted {
        std::string prefix;  // "sys/kernel/security"
        Tree tree;
    };
    struct Place {
        const Tree& tree;
        std::string path;  // below the tree's top
    };

    Place place(std::string_view path) const;
    std::optional<Error> listed_unreadable(std::string_view path) const;

    std::vector<Mounted> mounts;
    UnreadList unreadable;  // replay: what could not be read where it was captured
    DigestList digests;     // replay: files of which it has only the digest
    std::vector<std::string> overmounts;
    SysfsAccess access = SysfsAccess::tree;
    std::unique_ptr<Kernel> kernel;
};

}  // namespace assay::agent
