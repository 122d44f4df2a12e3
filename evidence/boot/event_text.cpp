#include "evidence/boot/event_text.hpp"

#include "base/text.hpp"
#include "evidence/boot/device_path.hpp"
#include "evidence/boot/event_data.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

struct Shown {
    std::string operator()(const boot::Raw&) const { return ""; }
    std::string operator()(const SpecId&) const { return ""; }
    std::string operator()(const boot::NoAction&) const { return ""; }
    std::string operator()(const boot::FirmwareBlob&) const { return ""; }
    std::string operator()(const boot::HandoffTables&) const { return ""; }
    std::string operator()(const boot::GptTable&) const { return ""; }
    std::string operator()(const boot::Tagged&) const { return ""; }
    std::string operator()(const boot::GuidValue&) const { return ""; }
    std::string operator()(const boot::DeviceSecurity&) const { return ""; }
    std::string operator()(const boot::Variable& variable) const {
        const std::string name = variable.name_text();
        // Flags such as SecureBoot say themselves what they are.
        return variable.data.size() == 1 ? name + " = " + std::to_string(variable.data[0]) : name;
    }
    std::string operator()(const boot::ImageLoad& image) const {
        const auto path = decode_device_path(image.device_path);
        return path ? text(*path) : "";
    }
    std::string operator()(const boot::Text& words) const { return words.shown(); }
    std::string operator()(const boot::SeparatorValue& separator) const {
        return separator.value == 1 ? "of an error" : "";
    }
};

}  // namespace

std::string event_text(const LogEvent& event) {
    const EventType type = event.type.shown();
    std::string out = name(type);
    const std::string words = std::visit(Shown{}, boot::decode_event_data(type, event.data.shown()).data);
    if (!words.empty()) out += " " + words;
    return clean_text(out, limits::text_bytes);
}

}  // namespace assay
