#include "evidence/component.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

struct KindName {
    ComponentKind kind;
    std::string_view name;
};

constexpr std::array kind_names{
    KindName{ComponentKind::system, "system"},
    KindName{ComponentKind::board, "board"},
    KindName{ComponentKind::chassis, "chassis"},
    KindName{ComponentKind::firmware, "firmware"},
    KindName{ComponentKind::processor, "processor"},
    KindName{ComponentKind::memory_module, "memory_module"},
    KindName{ComponentKind::pci_function, "pci_function"},
    KindName{ComponentKind::usb_device, "usb_device"},
    KindName{ComponentKind::network_interface, "network_interface"},
    KindName{ComponentKind::block_device, "block_device"},
    KindName{ComponentKind::tpm, "tpm"},
    KindName{ComponentKind::bmc, "bmc"},
    KindName{ComponentKind::transceiver, "transceiver"},
};

}  // namespace

std::string_view name(ComponentKind kind) {
    return std::ranges::find(kind_names, kind, &KindName::kind)->name;
}

Result<ComponentKind> component_kind_named(std::string_view wanted, std::string_view where) {
    const auto found = std::ranges::find(kind_names, wanted, &KindName::name);
    if (found == kind_names.end()) return fail(Errc::bad_value, std::string(where), "no such kind of component");
    return found->kind;
}

}  // namespace assay
