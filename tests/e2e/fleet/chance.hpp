#pragma once
// The plan's dice: std::mt19937_64 and a remainder, so that every standard library throws the same.

#include <cstddef>
#include <random>

namespace assay::fleet {

class Chance {
  public:
    Chance(std::uint64_t seed, std::size_t number) : engine_(seed * 1'000'003 + number) {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    std::uint64_t bits() { return engine_(); }

    template <class Row, std::size_t size>
    const Row& of(const Row (&table)[size]) {
        return table[below(size)];
    }
    // The rows' own weights decide; they must add up to `total`.
    template <class Row, std::size_t size>
    const Row& weighted(const Row (&table)[size], std::size_t total) {
        std::size_t left = below(total);
        for (const Row& row : table) {
            if (left < row.weight) return row;
            left -= row.weight;
        }
        return table[size - 1];
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace assay::fleet
