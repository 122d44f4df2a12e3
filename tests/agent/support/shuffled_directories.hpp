#pragma once
// Directories of the whole process are read in a random order while one of these lives: readdir(3) is this program's.

namespace assay::test {

class ShuffledDirectories {
  public:
    explicit ShuffledDirectories(unsigned seed);
    ShuffledDirectories(const ShuffledDirectories&) = delete;
    ShuffledDirectories(ShuffledDirectories&&) = delete;
    ShuffledDirectories& operator=(const ShuffledDirectories&) = delete;
    ShuffledDirectories& operator=(ShuffledDirectories&&) = delete;
    ~ShuffledDirectories();
};

}  // namespace assay::test
