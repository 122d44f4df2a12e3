#pragma once
// A directory made for one test, filled file by file, and gone with it.

#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace assay::test {

class ScratchTree {
  public:
    std::string path(std::string_view below = "") const { return (dir_.path() / below).string(); }

    void file(std::string_view below, std::string_view text) const {
        std::filesystem::create_directories((dir_.path() / below).parent_path());
        std::ofstream(dir_.path() / below, std::ios::binary) << text;
    }
    void directory(std::string_view below) const { std::filesystem::create_directories(dir_.path() / below); }
    void link(std::string_view below, std::string_view target) const {
        std::filesystem::create_directories((dir_.path() / below).parent_path());
        std::filesystem::create_symlink(target, dir_.path() / below);
    }
    void remove(std::string_view below) const { std::filesystem::remove_all(dir_.path() / below); }

  private:
    ScratchDirectory dir_;
};

}  // namespace assay::test
