#include "evidence/component.hpp"

#include "base/words.hpp"

namespace assay {
namespace {

constexpr auto kinds = words<ComponentKind>({
    {ComponentKind::system, "system"},
    {ComponentKind::board, "board"},
    {ComponentKind::chassis, "chassis"},
    {ComponentKind::firmware, "firmware"},
    {ComponentKind::processor, "processor"},
    {ComponentKind::memory_module, "memory_module"},
    {ComponentKind::pci_function, "pci_function"},
    {ComponentKind::usb_device, "usb_device"},
    {ComponentKind::network_interface, "network_interface"},
    {ComponentKind::block_device, "block_device"},
    {ComponentKind::tpm, "tpm"},
    {ComponentKind::bmc, "bmc"},
    {ComponentKind::transceiver, "transceiver"},
    {ComponentKind::slot, "slot"},
    {ComponentKind::flash, "flash"},
    {ComponentKind::chip, "chip"},
});

}  // namespace

std::string_view name(ComponentKind kind) {
    return kinds.of(kind);
}

Result<ComponentKind> component_kind_named(std::string_view wanted, std::string_view where) {
    if (const auto kind = kinds.named(wanted)) return *kind;
    return fail(Errc::bad_value, std::string(where), "no such kind of component");
}

}  // namespace assay
