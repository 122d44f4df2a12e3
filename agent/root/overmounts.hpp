#pragma once
// Which mounts hide a part of sysfs. Pure: reads the text of /proc/self/mountinfo (proc(5)).

#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

// Mount points below /sys where nothing belongs ("/sys/devices/...", "/sys/class/..."), sorted, escapes undone. Where
// other file systems have their place (/sys/kernel/security, /sys/fs/cgroup, ...) is not reported, nor /sys itself.
std::vector<std::string> overmounted(std::string_view mountinfo);

}  // namespace assay::agent
