#pragma once
// An archive of tests/data/trees, unpacked for one test.

#include "tests/agent/support/scratch_tree.hpp"
#include "tests/support/files.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace assay::test {

class CapturedTree {
  public:
    explicit CapturedTree(const std::string& name) : name_(name) {
        const std::string archive = std::string(ASSAY_SOURCE_DIR) + "/tests/data/trees/" + name + ".tar.gz";
        const std::string command = "tar -xzf " + archive + " -C " + tree_.path();
        if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
    }
    std::string path() const { return tree_.path(); }
    const ScratchTree& tree() const { return tree_; }
    // What another program printed on that machine.
    std::string printed(const std::string& file) const { return to_text(data("trees/" + name_ + "/" + file)); }

  private:
    ScratchTree tree_;
    std::string name_;
};

}  // namespace assay::test
