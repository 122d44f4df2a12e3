// Firmware volumes: hand-made by UEFI PI 1.7, volume 3, section 3.2.1, and OVMF's of Debian when they are there.

#include "evidence/hardware/firmware_volumes.hpp"

#include "base/writer.hpp"
#include "tests/support/firmware_volume.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace assay::flash {
namespace {

using test::firmware_volume;

Result<Volumes> scanned(ByteView bytes, std::size_t piece = 1U << 20U) {
    VolumeScanner scanner;
    while (!bytes.empty()) {
        const ByteView now = bytes.first(std::min(piece, bytes.size()));
        scanner.feed(now);
        bytes = bytes.subspan(now.size());
    }
    return scanner.finish();
}

Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Bytes erased(std::size_t size) {
    return Bytes(size, 0xff);
}

TEST_SUITE("firmware_volumes") {
    TEST_CASE("the hash is of the volumes with code, with their places, whatever lies between them") {
        const Bytes code = firmware_volume(test::ffs2, 0x3000, 'c');
        const Bytes region = erased(0x2000) + code + erased(0x1000) + firmware_volume(test::ffs2, 0x1000, 'd');
        const auto found = scanned(region);
        REQUIRE(found.has_value());
        CHECK(found->hashed == 2);
        CHECK(found->with_variables == 0);
        CHECK(found->bytes == 0x4000);
        Writer w;
        w.framed(as_bytes("assay/firmware_volumes/1"));
        w.u64be(0x2000).u64be(0x3000).raw(code);
        w.u64be(0x6000).u64be(0x1000).raw(firmware_volume(test::ffs2, 0x1000, 'd'));
        CHECK(found->sha256 == sha256(w.bytes()));
        Bytes padded = region;
        padded[0x100] = 0;
        padded[0x5001] = 0;
        CHECK(*scanned(padded) == *found);
        padded[0x2fff] = 0;  // in the first volume
        CHECK(scanned(padded)->sha256 != found->sha256);
    }

    TEST_CASE("variables change no hash: EDK II's volumes of their own, and AMI's by its first file") {
        const Bytes code = firmware_volume(test::ffs2, 0x2000, 'c');
        for (const test::Guid& store : {test::nv_data, test::nv_data_2}) {
            const auto one = scanned(firmware_volume(store, 0x4000, 'a') + code);
            const auto other = scanned(firmware_volume(store, 0x4000, 'b') + code);
            REQUIRE(one.has_value());
            CHECK(one->with_variables == 1);
            CHECK(one->hashed == 1);
            CHECK(*one == *other);
        }
        for (const bool extended : {false, true}) {
            CAPTURE(extended);
            const auto one = scanned(test::volume_with_file(test::nvar_file, 0x4000, 'a', extended) + code);
            const auto other = scanned(test::volume_with_file(test::nvar_file, 0x4000, 'b', extended) + code);
            REQUIRE(one.has_value());
            CHECK(one->with_variables == 1);
            CHECK(*one == *other);
            CHECK(scanned(test::volume_with_file(test::ffs2, 0x4000, 'a', extended) + code)->with_variables == 0);
        }
    }

    TEST_CASE("the same in pieces of any size") {
        const Bytes region = erased(0x1800) + erased(0x800) + firmware_volume(test::ffs2, 0x2345, 'c') +
                             erased(0x0cbb) + firmware_volume(test::nv_data, 0x1000, 'v') +
                             firmware_volume(test::ffs2, 0x100, 's');
        const auto whole = scanned(region);
        REQUIRE(whole.has_value());
        CHECK(whole->hashed == 2);
        CHECK(whole->with_variables == 1);
        for (const std::size_t piece : {1UL, 7UL, 4095UL, 4096UL, 4097UL, 10'000UL})
            CHECK(*scanned(region, piece) == *whole);
    }

    TEST_CASE("a header that is not one begins no volume") {
        const Bytes good = firmware_volume(test::ffs2, 0x2000, 'c');
        REQUIRE(scanned(good).has_value());
        for (std::size_t i = 0; i < 0x48; ++i) {  // each byte is under the sum
            Bytes bytes = good;
            bytes[i] ^= 0x55;
            CAPTURE(i);
            CHECK(scanned(bytes).error().code == Errc::not_found);
        }
        CHECK(scanned(erased(0x800) + good).error().code == Errc::not_found);  // not aligned
        CHECK(scanned({}).error().code == Errc::not_found);
        CHECK(scanned(firmware_volume(test::nv_data, 0x2000, 'v')).error().code == Errc::not_found);
    }

    TEST_CASE("truncation at every length: a volume that goes beyond its region is an error") {
        const Bytes good = firmware_volume(test::ffs2, 0x1200, 'c');
        for (std::size_t size = 0; size < good.size(); ++size) {
            const auto read = scanned(ByteView(good).first(size));
            CAPTURE(size);
            CHECK(read.error().code == (size < 0x48 ? Errc::not_found : Errc::truncated));
        }
        CHECK(scanned(firmware_volume(test::ffs2, ~std::uint64_t{0}, 'c', 0x2000)).error().code == Errc::truncated);
    }

    TEST_CASE("OVMF's code and variables are told apart") {
        const std::string folder = "/usr/share/OVMF/";
        if (!std::filesystem::exists(folder + "OVMF_CODE_4M.fd")) return;  // of Debian's ovmf
        const auto read = [&folder](const char* name) {
            std::ifstream in(folder + name, std::ios::binary);
            return to_bytes(std::string(std::istreambuf_iterator<char>(in), {}));
        };
        const auto code = scanned(read("OVMF_CODE_4M.fd"));
        REQUIRE(code.has_value());
        CHECK(code->hashed >= 2);
        CHECK(code->with_variables == 0);
        CHECK(scanned(read("OVMF_VARS_4M.fd")).error().code == Errc::not_found);
        const auto plain = scanned(read("OVMF_VARS_4M.fd") + read("OVMF_CODE_4M.fd"));
        const auto enrolled = scanned(read("OVMF_VARS_4M.ms.fd") + read("OVMF_CODE_4M.fd"));
        REQUIRE(plain.has_value());
        CHECK(plain->with_variables == 1);
        CHECK(*plain == *enrolled);
        CHECK(read("OVMF_VARS_4M.fd") != read("OVMF_VARS_4M.ms.fd"));
    }
}

}  // namespace
}  // namespace assay::flash
