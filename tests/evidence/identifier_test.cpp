#include "evidence/identifier.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("identifier") {
    TEST_CASE("every registry has one spelling; every other is refused") {
        struct Case {
            Registry registry;
            const char* good;
            const char* bad;
        };
        const Case cases[] = {
            {Registry::pci, "19e5:0222", "19E5:0222"},
            {Registry::pci_subsystem, "19e5:d129", "19e5"},
            {Registry::usb, "12d1:14dc", "0x12d1:14dc"},
            {Registry::mac, "00e0fc123456", "00:e0:fc:12:34:56"},
            {Registry::jedec, "8:b6", "08:b6"},
            {Registry::pen, "2011", "02011"},
            {Registry::pnp, "HWV", "hwv"},
            {Registry::midr, "48", "4"},
            {Registry::sff_oui, "00e0fc", "00e0fcc"},
            {Registry::acpi, "HUAWEI", "HUA WEI"},
            {Registry::devicetree, "hisilicon", "HiSilicon"},
            {Registry::tpm_vendor, "49424d00", "49424d0"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.good);
            CHECK(make_identifier(c.registry, c.good)->value == c.good);
            CHECK(make_identifier(c.registry, c.bad).error().code == Errc::bad_value);
            CHECK(make_identifier(c.registry, "").error().code == Errc::bad_value);
            CHECK(registry_named(name(c.registry), "r").value() == c.registry);
        }
        CHECK(std::size(cases) == all_registries().size());
    }
}
