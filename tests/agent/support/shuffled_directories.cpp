#include "tests/agent/support/shuffled_directories.hpp"

#include <dirent.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <map>
#include <mutex>
#include <random>
#include <vector>

namespace {

std::atomic<unsigned> order{0};
std::mutex mutex;
std::map<DIR*, std::vector<dirent>> waiting;
std::mt19937 chance;

template <class Function>
Function next_definition(const char* name) {
    return std::bit_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// The program's own definitions come before the C library's.
extern "C" dirent* readdir(DIR* dir) {
    static const auto real = next_definition<dirent* (*)(DIR*)>("readdir");
    if (order == 0) return real(dir);
    const std::scoped_lock lock(mutex);
    const auto [entry, begins] = waiting.try_emplace(dir);
    std::vector<dirent>& left = entry->second;
    if (begins) {
        left.emplace_back();  // the place of what is handed out
        while (const dirent* const one = real(dir)) left.push_back(*one);
        std::shuffle(left.begin() + 1, left.end(), chance);
    }
    if (left.size() == 1) return nullptr;
    left.front() = left.back();
    left.pop_back();
    return left.data();
}

extern "C" int closedir(DIR* dir) {
    static const auto real = next_definition<int (*)(DIR*)>("closedir");
    {
        const std::scoped_lock lock(mutex);
        waiting.erase(dir);
    }
    return real(dir);
}

namespace assay::test {

ShuffledDirectories::ShuffledDirectories(unsigned seed) {
    chance.seed(seed);
    order = seed + 1;
}

ShuffledDirectories::~ShuffledDirectories() {
    order = 0;
}

}  // namespace assay::test
