// Option ROMs: those that Debian's packages carry against another reading of them, hand-made chains with the offsets of
// PCI 3.0 6.3.1, and chains that are cut, lie or do not end.

#include "evidence/hardware/option_rom.hpp"

#include "base/encoding.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"
#include "tests/support/joined.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace assay::option_rom {
namespace {

using test::joined;

constexpr std::size_t structure_at = 0x1c;

// An image of `units` times 512 bytes whose data structure stands at 0x1c.
Bytes image(std::uint8_t code_type, std::size_t units, bool last, std::uint8_t filler = 0x5a) {
    Bytes out(units * 512, filler);
    std::fill_n(out.begin(), 0x40, std::uint8_t{0});
    out[0] = 0x55;
    out[1] = 0xaa;
    out[2] = static_cast<std::uint8_t>(units);
    out[0x18] = structure_at;
    const Bytes structure{
        'P',
        'C',
        'I',
        'R',
        0x86,
        0x80,
        0x72,
        0x15,
        0x00,
        0x00,
        0x1c,
        0x00,
        0x03,
        0x00,
        0x00,
        0x02,
        static_cast<std::uint8_t>(units),
        0x00,
        0x34,
        0x12,
        code_type,
        static_cast<std::uint8_t>(last ? 0x80 : 0x00),
        0x00,
        0x00
    };
    std::ranges::copy(structure, out.begin() + structure_at);
    if (code_type == 3) {  // UEFI 2.10 table 14.22
        out[4] = 0xf1;
        out[5] = 0x0e;
        out[8] = 11;
        out[10] = 0x64;
        out[11] = 0x86;
        out[12] = 1;
    }
    if (code_type == 0) {
        const unsigned sum = std::accumulate(out.begin(), out.end(), 0U);
        out[6] = static_cast<std::uint8_t>(0x100U - (sum & 0xffU));
    }
    return out;
}

Chain decoded(const Bytes& bytes) {
    const auto chain = decode_chain(bytes);
    REQUIRE(chain.has_value());
    return *chain;
}

std::string lines_of(const Chain& chain) {
    std::string out;
    for (const Image& one : chain.images) {
        out += fmt::format(
            "{} {} {} {:04x}:{:04x} {}\n", one.offset, one.size, one.code_type, one.vendor, one.device,
            to_hex(one.sha256)
        );
    }
    return out;
}

std::string another_reading(const std::string& file) {
    const std::string script = std::string(ASSAY_SOURCE_DIR) + "/tests/evidence/hardware/read_option_rom.py";
    const test::CommandResult read = test::run_command("python3 " + script + " " + file);
    CHECK(read.status == 0);
    return read.output;
}

TEST_SUITE("option_rom") {
    TEST_CASE("ROMs of Debian's ipxe-qemu and seabios decode to what another reading finds") {
        std::size_t chains = 0;
        std::size_t images = 0;
        for (const char* const directory : {"/usr/lib/ipxe/qemu", "/usr/share/seabios"}) {
            std::error_code absent;
            for (const auto& entry : std::filesystem::directory_iterator(directory, absent)) {
                const std::string file = entry.path().string();
                const std::string name = entry.path().filename().string();
                if (!name.ends_with(".rom") && !name.starts_with("vgabios")) continue;
                CAPTURE(file);
                const auto chain = decode_chain(test::read_file(file));
                const std::string other = another_reading(file);
                if (!chain) {
                    CHECK(chain.error().code == Errc::bad_magic);  // one for ISA has no data structure
                    CHECK(other.empty());
                    continue;
                }
                CHECK_FALSE(chain->broken.has_value());
                CHECK(lines_of(*chain) == other);
                ++chains;
                for (const Image& one : chain->images) {
                    ++images;
                    if (one.code_type == 0) CHECK(one.sums_to_zero == true);
                    if (one.code_type == 3) {
                        REQUIRE(one.efi.has_value());
                        CHECK(one.efi->machine == 0x8664);
                        CHECK(one.efi->subsystem == 11);
                    }
                }
            }
        }
        if (chains == 0) {
            MESSAGE("skipped: neither ipxe-qemu nor seabios is installed");
            return;
        }
        MESSAGE(chains << " ROMs with " << images << " images");
    }

    TEST_CASE("each image is hashed by itself over its declared length, the chain over all, padding over none") {
        const Bytes legacy = image(0, 3, false);
        const Bytes efi = image(3, 2, true);
        const Chain chain = decoded(joined({legacy, efi, Bytes(1000, 0xff)}));
        CHECK_FALSE(chain.broken.has_value());
        REQUIRE(chain.images.size() == 2);
        CHECK(chain.size == 5 * 512);
        CHECK(chain.sha256 == sha256(joined({legacy, efi})));
        const Image& first = chain.images[0];
        CHECK(first.offset == 0);
        CHECK(first.size == 3 * 512);
        CHECK(first.sha256 == sha256(legacy));
        CHECK(first.vendor == 0x8086);
        CHECK(first.device == 0x1572);
        CHECK(first.class_code == 0x020000);
        CHECK(first.structure_revision == 3);
        CHECK(first.code_revision == 0x1234);
        CHECK(first.sums_to_zero == true);
        CHECK_FALSE(first.efi.has_value());
        CHECK_FALSE(first.last);
        const Image& second = chain.images[1];
        CHECK(second.offset == 3 * 512);
        CHECK(second.sha256 == sha256(efi));
        CHECK_FALSE(second.sums_to_zero.has_value());
        REQUIRE(second.efi.has_value());
        CHECK(second.efi->machine == 0x8664);
        CHECK(second.efi->subsystem == 11);
        CHECK(second.efi->compression == 1);
        CHECK(second.last);
    }

    TEST_CASE("one changed bit changes its image's hash and no other's") {
        Bytes rom = joined({image(1, 1, false), image(3, 1, true)});
        const Chain before = decoded(rom);
        rom[1000] ^= 1;
        const Chain after = decoded(rom);
        CHECK(after.images[0].sha256 == before.images[0].sha256);
        CHECK(after.images[1].sha256 != before.images[1].sha256);
        CHECK(after.sha256 != before.sha256);
    }

    TEST_CASE("a legacy image's sum is over what its own header counts") {
        Bytes rom = image(0, 2, true);
        rom[700] ^= 1;
        CHECK(decoded(rom).images[0].sums_to_zero == false);
        rom[700] ^= 1;
        rom[2] = 3;  // more than the image has
        CHECK(decoded(rom).images[0].sums_to_zero == false);
        rom[2] = 0;
        CHECK(decoded(rom).images[0].sums_to_zero == false);
    }

    TEST_CASE("an EFI image whose header is none has no EFI values") {
        Bytes rom = image(3, 1, true);
        rom[4] = 0;
        CHECK_FALSE(decoded(rom).images[0].efi.has_value());
    }

    TEST_CASE("cut anywhere, images that are whole stay and the cut is told") {
        const Bytes rom = joined({image(0, 1, false), image(3, 2, true)});
        for (std::size_t size = 0; size < rom.size(); ++size) {
            CAPTURE(size);
            const auto chain = decode_chain(ByteView(rom).first(size));
            REQUIRE(chain.has_value() == (size >= 512));
            if (!chain) {
                CHECK(chain.error().code == Errc::truncated);
                continue;
            }
            CHECK(chain->broken->code == Errc::truncated);
            CHECK(chain->images.size() == 1);
            CHECK(chain->size == 512);
        }
    }

    TEST_CASE("what does not begin with an image is no ROM") {
        for (const std::uint8_t filler : std::initializer_list<std::uint8_t>{0x00, 0xff}) {
            CHECK(decode_chain(Bytes(512, filler)).error().code == Errc::bad_magic);
        }
        Bytes rom = image(0, 1, true);
        rom[structure_at] = 'p';
        CHECK(decode_chain(rom).error().code == Errc::bad_magic);
        rom = image(0, 1, true);
        rom[0x18] = 0x10;  // the structure inside the header
        CHECK(decode_chain(rom).error().code == Errc::bad_magic);
    }

    TEST_CASE("lengths that lie: none, shorter than the headers, longer than what is there") {
        Bytes rom = image(0, 1, true);
        rom[structure_at + 0x10] = 0;
        CHECK(decode_chain(rom).error().code == Errc::bad_value);
        rom[structure_at + 0x10] = 2;
        CHECK(decode_chain(rom).error().code == Errc::truncated);
        rom = image(0, 2, true);
        rom[0x18] = 0xf0;  // the structure in the second unit of an image that says it has one
        rom[0x19] = 0x01;
        std::copy_n(rom.begin() + structure_at, 0x18, rom.begin() + 0x1f0);
        rom[0x1f0 + 0x10] = 1;
        CHECK(decode_chain(rom).error().code == Errc::bad_value);
        rom[0x1f0 + 0x10] = 2;
        CHECK(decode_chain(rom).has_value());
    }

    TEST_CASE("a chain without a last image ends where no image follows, and says so") {
        const Chain chain = decoded(joined({image(0, 1, false), Bytes(512, 0xff)}));
        CHECK(chain.images.size() == 1);
        CHECK(chain.broken->code == Errc::bad_magic);
    }

    TEST_CASE("limits: as many images and bytes as are allowed, and one more") {
        Bytes rom;
        for (std::size_t i = 0; i + 1 < max_images; ++i) rom = joined({rom, image(1, 1, false)});
        CHECK_FALSE(decoded(joined({rom, image(1, 1, true)})).broken.has_value());
        const Chain more = decoded(joined({rom, image(1, 1, false), image(1, 1, true)}));
        CHECK(more.broken->code == Errc::limit_exceeded);
        CHECK(more.images.size() == max_images);
        Bytes large = image(0, 1, true);
        large.resize(max_bytes);
        CHECK(decode_chain(large).has_value());
        large.push_back(0);
        CHECK(decode_chain(large).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("kinds of code have a word, unknown ones their number") {
        CHECK(code_type_name(0) == "x86");
        CHECK(code_type_name(3) == "efi");
        CHECK(code_type_name(0x70) == "type_70");
    }
}

}  // namespace
}  // namespace assay::option_rom
