#pragma once
// Two kinds of value in an event log. A digest in the log is proven by replaying to quoted PCRs; what stands beside it
// is proven only where that digest is its hash. The event's type never is, nor is data of which something else was
// hashed. So a value that no digest vouches for cannot be read but by saying so, and one that is vouched for is made
// only by the function that hashed it (evidence/boot/coverage.hpp). Neither says that the digest itself was replayed:
// that is compare()'s to say.

#include <utility>

namespace assay {

// Fit to be shown, never to decide by: whoever hands in a log can write anything here, and every PCR stays right.
template <class T>
class Uncovered {
  public:
    Uncovered() = default;
    explicit Uncovered(T value) : value_(std::move(value)) {}
    const T& shown() const { return value_; }

  private:
    T value_{};
};

// Hashed by us to the digest that the log has for the event in one bank.
template <class T>
class Covered {
  public:
    const T& value() const { return value_; }

  private:
    friend struct CoverageCheck;  // evidence/boot/coverage.cpp
    explicit Covered(T value) : value_(std::move(value)) {}
    T value_;
};

}  // namespace assay
