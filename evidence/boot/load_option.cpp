#include "evidence/boot/load_option.hpp"

#include "base/reader.hpp"
#include "base/text.hpp"
#include "base/utf16.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

namespace assay {

Result<LoadOption> decode_load_option(ByteView data) {
    Reader reader(data);
    LoadOption out;
    out.attributes = reader.at("Attributes").u32le();
    const std::size_t paths = reader.at("FilePathListLength").u16le();
    reader.at("Description");
    const ByteView rest = data.subspan(reader.offset());
    std::size_t end = 0;
    while (end + 1 < rest.size() && (rest[end] != 0 || rest[end + 1] != 0)) end += 2;
    out.description = reader.take(end);
    reader.u16le();  // its NUL
    out.paths = reader.at("FilePathList").take(paths);
    out.optional_data = reader.take(reader.left());
    CHECK_OK(reader.finish("EFI_LOAD_OPTION"));
    return out;
}

Bytes encode_load_option(const LoadOption& option) {
    Writer w;
    w.u32le(option.attributes).u16le(static_cast<std::uint16_t>(option.paths.size()));
    w.raw(option.description).u16le(0).raw(option.paths).raw(option.optional_data);
    return w.take();
}

std::string LoadOption::title() const {
    return clean_text(utf8_of_utf16le(description), limits::text_bytes);
}

Result<std::vector<DevicePath>> paths_of(const LoadOption& option) {
    std::vector<DevicePath> out;
    ByteView rest = option.paths;
    std::size_t nodes = 0;
    while (!rest.empty()) {
        TRY(DevicePath path, decode_device_path(rest));
        rest = path.trailing;
        path.trailing = {};
        nodes += path.nodes.size();
        const bool full = out.size() == limits::device_path_nodes;
        if (full || nodes > limits::device_path_nodes)
            return fail(Errc::limit_exceeded, "device paths", "are too many");
        out.push_back(std::move(path));
    }
    return out;
}

}  // namespace assay
