#pragma once
// Processors as /proc/cpuinfo shows them: one part per package of an x86 machine, one per kind of core of an ARM
// machine, with the microcode that runs. In a virtual machine all of it is what the host chose to show.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_processors(const View& view);

// The components of a cpuinfo text, by itself; at most `max_packages`, the rest is dropped.
std::vector<Component> processors_of(std::string_view cpuinfo, std::size_t max_packages = 256);

}  // namespace assay::agent
