#pragma once
// The PCI functions that the bus lists, for sources that read one more attribute of each. Virtual functions, and
// entries that are no functions, are left out: the source "pci" tells of both.

#include "agent/root/view.hpp"
#include "agent/sources/device_path.hpp"
#include "evidence/component.hpp"

#include <string>
#include <vector>

namespace assay::agent {

struct PciFunction {
    PciNode node;         // its key and where it is
    std::string address;  // "0000:03:00.0", as this boot numbered it
    bool has_driver = false;

    std::string file(const char* name) const { return node.path + "/" + name; }
    // Whether it has such a file, by asking for a link of the name: nothing is opened.
    bool has(const View& view, const char* name) const;
    // What another source says of this function (Found::additions).
    Component addition() const;
};

// In the order of their addresses. Errors: as View::list; not_found when there is no PCI bus.
Result<std::vector<PciFunction>> pci_functions(const View& view);

// "pci/0000:00" of every root bus that there is, by its "0000:00".
std::vector<std::string> pci_root_keys(const View& view);

}  // namespace assay::agent
