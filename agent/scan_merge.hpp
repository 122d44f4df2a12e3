#pragma once
// Puts what the sources found into one scan: keys are unique, what one source says of a part of another joins it, and
// nothing goes beyond evidence/limits.hpp; what had to be left out is an error of the source whose part it was. Pure.

#include "agent/scan.hpp"
#include "agent/sources/source.hpp"

#include <map>
#include <string>
#include <vector>

namespace assay::agent {

class Merger {
  public:
    // Two devices that claim one key are a broken or hostile tree: the first stands, and the later source says so.
    void add(Found&& found);
    // Joins the additions to their parts and drops what belongs to none. The inventory is normalised.
    Scan finish() &&;

  private:
    void take(Component&& component, SourceReport& report);
    void join(Component&& addition);

    Scan scan_;
    struct Place {
        std::size_t component = 0;
        std::size_t report = 0;  // of the source that found it
    };

    std::map<std::string, Place> places_;  // by key
    std::vector<Component> additions_;
};

}  // namespace assay::agent
