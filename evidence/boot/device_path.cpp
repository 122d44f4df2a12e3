#include "evidence/boot/device_path.hpp"

#include "base/reader.hpp"
#include "base/text.hpp"
#include "base/writer.hpp"
#include "evidence/boot/device_path_nodes.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

constexpr std::uint8_t end_type = 0x7f;
constexpr std::uint8_t end_entire = 0xff;
constexpr std::size_t header_bytes = 4;

}  // namespace

Result<DevicePath> decode_device_path(ByteView bytes) {
    Reader reader(bytes);
    DevicePath out;
    while (!out.ended && reader.left() > 0) {
        DevicePathNode node;
        node.type = reader.u8();
        node.subtype = reader.u8();
        const std::size_t length = reader.u16le();
        if (reader.failed()) break;
        if (length < header_bytes) {
            reader.refuse(Errc::bad_value, "length", "a node shorter than its header");
            break;
        }
        node.data = reader.take(length - header_bytes);
        if (node.type == end_type && !node.data.empty()) reader.refuse(Errc::bad_value, "end", "an end with data");
        if (node.type == end_type && node.subtype == end_entire) {
            out.ended = true;
        } else if (out.nodes.size() == limits::device_path_nodes) {
            reader.refuse(Errc::limit_exceeded, "nodes", "too many");
        } else {
            out.nodes.push_back(node);
        }
    }
    out.trailing = reader.take(reader.left());
    CHECK_OK(reader.finish("device path"));
    return out;
}

Bytes encode_device_path(const DevicePath& path) {
    Writer w;
    for (const DevicePathNode& node : path.nodes) {
        w.u8(node.type).u8(node.subtype).u16le(static_cast<std::uint16_t>(node.data.size() + header_bytes));
        w.raw(node.data);
    }
    if (path.ended) w.u8(end_type).u8(end_entire).u16le(header_bytes);
    return w.raw(path.trailing).take();
}

std::string text(const DevicePath& path) {
    std::string out;
    bool begins = true;
    for (const DevicePathNode& node : path.nodes) {
        if (node.type == end_type) {
            out += ',';
            begins = true;
            continue;
        }
        if (!begins) out += '/';
        out += device_path_node_text(node);
        begins = false;
    }
    return clean_text(out, limits::boot_text_bytes);
}

}  // namespace assay
