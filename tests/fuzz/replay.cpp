// The main of a fuzz target where libFuzzer is not there: feeds it every file of the corpus directory named on the
// command line, mutations of these, and a few inputs of its own. The same inputs in every run: the generator's seed is
// fixed. It explores nothing; it keeps what was found once from coming back.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr unsigned mutations_per_input = 1000;

std::vector<Input> read_corpus(const std::filesystem::path& directory) {
    std::vector<Input> inputs{{}, {0}, Input(64, 0), Input(64, 0xff), {'{', '}'}, {'[', ']'}};
    if (!std::filesystem::is_directory(directory)) return inputs;
    std::set<std::filesystem::path> files;  // sorted, so that mutations do not depend on the directory's order
    for (const auto& entry : std::filesystem::directory_iterator(directory)) files.insert(entry.path());
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return inputs;
}

Input mutated(Input input, std::mt19937& random) {
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
        if (input.empty()) input.push_back(0);
        const auto at = random() % input.size();
        const auto there = input.begin() + static_cast<std::ptrdiff_t>(at);
        const auto byte = static_cast<std::uint8_t>(random() % 256);
        switch (random() % 5) {
            case 0: *there = static_cast<std::uint8_t>(*there ^ (1U << (byte % 8))); break;
            case 1: *there = byte; break;
            case 2: input.resize(at + 1); break;
            case 3: input.insert(there, byte); break;
            default: input.erase(there);
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: fuzz_NAME CORPUS_DIRECTORY\n", stderr), 2;
    std::mt19937 random(20240501);
    std::size_t runs = 0;
    for (const auto& input : read_corpus(argv[1])) {
        LLVMFuzzerTestOneInput(input.data(), input.size());
        for (unsigned i = 0; i < mutations_per_input; ++i) {
            const auto changed = mutated(input, random);
            LLVMFuzzerTestOneInput(changed.data(), changed.size());
        }
        runs += 1 + mutations_per_input;
    }
    std::printf("%zu inputs\n", runs);
    return 0;
}
