#pragma once
// A tree of scripts/demo-trees, written for one test by scripts/make-demo-tree.

#include "tests/agent/support/scratch_tree.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace assay::test {

class DemoTree {
  public:
    // `name` as in scripts/demo-trees/<name>.toml; `options` as on the script's command line.
    explicit DemoTree(const std::string& name, const std::string& options = "") {
        const std::string scripts = std::string(ASSAY_SOURCE_DIR) + "/scripts/";
        const std::string command =
            scripts + "make-demo-tree " + scripts + "demo-trees/" + name + ".toml " + path() + " " + options;
        if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
    }
    std::string path() const { return tree_.path("tree"); }
    const ScratchTree& around() const { return tree_; }

  private:
    ScratchTree tree_;
};

}  // namespace assay::test
