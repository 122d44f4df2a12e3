#pragma once
// A directory made for one test, filled file by file, and gone with it.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace assay::test {

class ScratchTree {
  public:
    ScratchTree() {
        std::string made = (std::filesystem::temp_directory_path() / "assay-tree-XXXXXX").string();
        if (::mkdtemp(made.data()) == nullptr) throw std::runtime_error("cannot make " + made);
        dir_ = made;
    }
    ScratchTree(const ScratchTree&) = delete;
    ScratchTree(ScratchTree&&) = delete;
    ScratchTree& operator=(const ScratchTree&) = delete;
    ScratchTree& operator=(ScratchTree&&) = delete;
    ~ScratchTree() {
        std::error_code ignored;
        std::filesystem::remove_all(dir_, ignored);
    }

    std::string path(std::string_view below = "") const { return (dir_ / below).string(); }

    void file(std::string_view below, std::string_view text) const {
        std::filesystem::create_directories((dir_ / below).parent_path());
        std::ofstream(dir_ / below, std::ios::binary) << text;
    }
    void directory(std::string_view below) const { std::filesystem::create_directories(dir_ / below); }
    void link(std::string_view below, std::string_view target) const {
        std::filesystem::create_directories((dir_ / below).parent_path());
        std::filesystem::create_symlink(target, dir_ / below);
    }
    void remove(std::string_view below) const { std::filesystem::remove_all(dir_ / below); }

  private:
    std::filesystem::path dir_;
};

}  // namespace assay::test
