#pragma once
// A scan for people and for programs. The table shows each part in one line and the sources with their states at the
// end; every text in it is printable(). Modules and firmware are counted, and those named that somebody should look
// at. The JSON holds the documents under "inventory", "placement", "firmware_manifest" and "modules", each exactly as a
// report carries it (compact), or laid out for reading (pretty).

#include "agent/scan.hpp"

#include <string>

namespace assay::agent {

std::string scan_table(const Scan& scan);  // ends with a newline

enum class JsonLayout { compact, pretty };
std::string scan_json(const Scan& scan, JsonLayout layout);  // ends with a newline

}  // namespace assay::agent
