#pragma once
// The text of the nodes of a device path, by their type. Not for anyone but device_path_node_text(): each reads the
// node's data through the reader it is given and need not look whether enough was there; the caller does.

#include "base/reader.hpp"
#include "evidence/boot/device_path.hpp"

#include <optional>
#include <string>

namespace assay {

// A node alone, not cleaned.
std::string device_path_node_text(const DevicePathNode& node);

// nullopt: a subtype that the specification does not name.
std::optional<std::string> hardware_node_text(std::uint8_t subtype, Reader& reader);
std::optional<std::string> acpi_node_text(std::uint8_t subtype, Reader& reader);
std::optional<std::string> messaging_node_text(std::uint8_t subtype, Reader& reader);
std::optional<std::string> media_node_text(std::uint8_t subtype, Reader& reader);

// A GUID of 16 bytes as text; all zeros when they are not there.
std::string read_guid_text(Reader& reader);

}  // namespace assay
