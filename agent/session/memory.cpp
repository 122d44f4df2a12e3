#include "agent/session/memory.hpp"

#include "agent/ima_reading_json.hpp"
#include "base/writer.hpp"

namespace assay::agent {
namespace {

void put(json::Object& out, std::string_view key, const std::optional<Sha256>& value) {
    if (value) out[key] = to_hex(*value);
}

}  // namespace

std::string encode_memory(const Memory& memory) {
    json::Object out{
        {"format", memory_format},
        {"generation", static_cast<std::int64_t>(memory.generation)},
        {"sequence", static_cast<std::int64_t>(memory.sequence)}
    };
    if (memory.device) out["device"] = memory.device->text();
    put(out, "ak", memory.ak);
    put(out, "previous", memory.previous);
    put(out, "pcrs", memory.pcrs);
    if (memory.ima) out["ima"] = ima_place_value(*memory.ima);
    return json::canonical(out) + "\n";
}

Result<Memory> decode_memory(std::string_view text) {
    const json::Limits bounds{.max_bytes = max_memory_bytes, .max_depth = 2, .max_values = 32};
    TRY(const json::Value value, json::parse(text, bounds, "state"));
    Fields f(value, "state");
    if (f.text("format", 64) != memory_format) f.refuse(Errc::bad_value, "format", "is of another version");
    Memory out;
    if (const auto device = f.hex32_if("device")) out.device = DeviceId{*device};
    out.generation = static_cast<std::uint64_t>(f.number("generation", 0, json::max_integer));
    out.ak = f.hex32_if("ak");
    out.previous = f.hex32_if("previous");
    // One below the largest: the next report's is this and one more.
    out.sequence = static_cast<std::uint64_t>(f.number("sequence", 0, json::max_integer - 1));
    out.pcrs = f.hex32_if("pcrs");
    if (auto ima = f.object_if("ima")) out.ima = read_ima_place(*ima);
    CHECK_OK(f.finish());
    if (out.device.has_value() != out.ak.has_value() || out.device.has_value() != (out.generation > 0)) {
        return fail(Errc::bad_value, "state", "names a device without its key, or a key without its device");
    }
    return out;
}

Sha256 pcr_fingerprint(ByteView selection, ByteView pcr_digest) {
    return sha256(Writer().framed(selection).framed(pcr_digest).bytes());
}

}  // namespace assay::agent
