#include "collector/verifier/boot/event_difference.hpp"

#include <algorithm>
#include <cstdint>

namespace assay {
namespace {

using Events = std::span<const MeasuredEvent>;

bool same(const MeasuredEvent& a, const MeasuredEvent& b) {
    return a.digest == b.digest;
}

// The length of the longest common subsequence of the ends from (i, j) on, for every i and j.
class CommonLengths {
  public:
    CommonLengths(Events a, Events b) : width_(b.size() + 1), lengths_((a.size() + 1) * width_, 0) {
        for (std::size_t i = a.size(); i-- > 0;) {
            for (std::size_t j = b.size(); j-- > 0;) {
                lengths_[i * width_ + j] = static_cast<std::uint16_t>(
                    same(a[i], b[j]) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1))
                );
            }
        }
    }
    unsigned at(std::size_t i, std::size_t j) const { return lengths_[i * width_ + j]; }

  private:
    std::size_t width_;
    std::vector<std::uint16_t> lengths_;
};

constexpr std::size_t most_compared = 1U << 20U;  // pairs of events

std::vector<EventDifference> unaligned(PcrIndex pcr, Events expected, Events found) {
    std::vector<EventDifference> out;
    for (const MeasuredEvent& event : expected) out.push_back({pcr, true, event.digest, event.what});
    for (const MeasuredEvent& event : found) out.push_back({pcr, false, event.digest, event.what});
    return out;
}

}  // namespace

std::vector<EventDifference> event_differences(PcrIndex pcr, Events expected, Events found) {
    while (!expected.empty() && !found.empty() && same(expected.front(), found.front())) {
        expected = expected.subspan(1);
        found = found.subspan(1);
    }
    while (!expected.empty() && !found.empty() && same(expected.back(), found.back())) {
        expected = expected.first(expected.size() - 1);
        found = found.first(found.size() - 1);
    }
    if (expected.size() * found.size() > most_compared) {  // nothing in common that a person would look for
        return unaligned(pcr, expected, found);
    }
    const CommonLengths common(expected, found);
    std::vector<EventDifference> out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < expected.size() || j < found.size()) {
        if (i < expected.size() && j < found.size() && same(expected[i], found[j])) {
            ++i;
            ++j;
        } else if (i < expected.size() && (j == found.size() || common.at(i + 1, j) >= common.at(i, j + 1))) {
            out.push_back({pcr, true, expected[i].digest, expected[i].what});
            ++i;
        } else {
            out.push_back({pcr, false, found[j].digest, found[j].what});
            ++j;
        }
    }
    return out;
}

}  // namespace assay
