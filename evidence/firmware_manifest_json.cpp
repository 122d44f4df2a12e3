#include "base/encoding.hpp"
#include "base/words.hpp"
#include "evidence/document_json.hpp"
#include "evidence/firmware_manifest.hpp"

#include <algorithm>
#include <tuple>

namespace assay {
namespace {

constexpr auto requests = words<FirmwareRequest>({
    {FirmwareRequest::unseen, "unseen"},
    {FirmwareRequest::loaded, "loaded"},
    {FirmwareRequest::failed, "failed"},
});

constexpr auto reaches = words<LogReach>({
    {LogReach::whole, "whole"},
    {LogReach::cut, "cut"},
    {LogReach::absent, "absent"},
    {LogReach::denied, "denied"},
    {LogReach::error, "error"},
});

json::Object file_value(const FirmwareFile& file) {
    json::Object out{{"file", file.file}, {"state", name(file.state)}};
    put_text(out, "driver", file.driver);
    if (file.sha256) {
        out["size"] = static_cast<std::int64_t>(file.size);
        out["sha256"] = to_hex(*file.sha256);
    }
    if (file.request != FirmwareRequest::unseen) out["request"] = name(file.request);
    if (file.loaded_sha256) out["loaded_sha256"] = to_hex(*file.loaded_sha256);
    return out;
}

FirmwareFile read_file(Fields& f) {
    FirmwareFile out;
    out.driver = f.text_if("driver", limits::text_bytes).value_or("");
    out.file = f.text("file", limits::text_bytes);
    const std::string state = f.text("state", limits::text_bytes);
    if (!f.failed()) out.state = taken(f, "state", source_state_named(state, "state"));
    out.sha256 = f.hex32_if("sha256");
    if (out.sha256) out.size = static_cast<std::uint64_t>(f.number("size", 0, json::max_integer));
    if (out.sha256.has_value() != (out.state == SourceState::ok))
        f.refuse(Errc::bad_value, "sha256", "stands with state ok, and only there");
    if (f.has("request")) out.request = requests.named(f.one_of("request", {"loaded", "failed"})).value_or(out.request);
    out.loaded_sha256 = f.hex32_if("loaded_sha256");
    if (out.loaded_sha256 && out.request != FirmwareRequest::loaded)
        f.refuse(Errc::bad_value, "loaded_sha256", "stands with what was loaded, and only there");
    if (out.driver.empty() && out.request == FirmwareRequest::unseen)
        f.refuse(Errc::bad_value, "driver", "nobody names the file");
    return out;
}

}  // namespace

std::string_view name(FirmwareRequest request) {
    return requests.of(request);
}

std::string_view name(LogReach reach) {
    return reaches.of(reach);
}

std::string encode_firmware_manifest(const FirmwareManifest& manifest) {
    json::Array files;
    for (const FirmwareFile& file : manifest.files) files.push_back(file_value(file));
    return json::canonical(
        json::Object{{"format", firmware_manifest_format}, {"log", name(manifest.log)}, {"files", std::move(files)}}
    );
}

Result<FirmwareManifest> decode_firmware_manifest(std::string_view text) {
    TRY(const json::Value value, json::parse(text, document_limits, "firmware manifest"));
    Fields f(value, "firmware manifest");
    check_format(f, firmware_manifest_format);
    FirmwareManifest out;
    out.log = reaches.named(f.one_of("log", {"whole", "cut", "absent", "denied", "error"})).value_or(out.log);
    for (Fields& file : f.objects("files", limits::firmware_files)) out.files.push_back(read_file(file));
    CHECK_OK(f.finish());
    // A file of a driver stands once: two that say different things of it would contradict each other.
    const auto key = [](const FirmwareFile& file) { return std::tie(file.driver, file.file); };
    if (std::ranges::adjacent_find(out.files, std::ranges::greater_equal{}, key) != out.files.end()) {
        return fail(Errc::bad_value, "firmware manifest.files", "are not strictly ascending by driver and file");
    }
    CHECK_OK(check_canonical(text, encode_firmware_manifest(out), "firmware manifest"));
    return out;
}

}  // namespace assay
