#include "base/reader.hpp"

#include "base/writer.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("reader") {
    TEST_CASE("what the writer wrote is read back, and nothing is left") {
        const Bytes bytes = Writer().u8(1).u16be(0x0203).u32be(0x04050607).u64be(0x08).sized16(as_bytes("tpm")).take();
        Reader r(bytes);
        CHECK(r.u8() == 1);
        CHECK(r.u16be() == 0x0203);
        CHECK(r.u32be() == 0x04050607);
        CHECK(r.u64be() == 8);
        CHECK(to_text(r.sized16(3, "name")) == "tpm");
        CHECK(r.finish("test"));
    }

    TEST_CASE("numbers go least byte first where the format wants it") {
        const Bytes bytes = Writer().u16le(0x0203).u32le(0x04050607).u64le(0x08).take();
        CHECK(bytes == Bytes{3, 2, 7, 6, 5, 4, 8, 0, 0, 0, 0, 0, 0, 0});
        Reader r(bytes);
        CHECK(r.u16le() == 0x0203);
        CHECK(r.u32le() == 0x04050607);
        CHECK(r.u64le() == 8);
        CHECK(r.finish("test"));
    }

    TEST_CASE("truncation at every length is an error that says so, and later reads yield zero") {
        const Bytes bytes = Writer().u32be(1).sized16(as_bytes("tpm")).take();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CAPTURE(size);
            Reader r(ByteView(bytes).first(size));
            r.u32be();
            r.sized16(16, "name");
            CHECK(r.u64le() == 0);
            CHECK(r.finish("test").error().code == Errc::truncated);
        }
    }

    TEST_CASE("the field that the input ends in is named, where the decoder names its fields") {
        const Bytes bytes = Writer().u16le(1).u32le(2).take();
        const auto where = [&bytes](std::size_t size) {
            Reader r(ByteView(bytes).first(size));
            r.at("first").u16le();
            r.at("second").u32le();
            const auto end = r.finish("test");
            return end ? std::string() : end.error().where;
        };
        for (std::size_t size = 0; size < 2; ++size) CHECK(where(size) == "test.first");
        for (std::size_t size = 2; size < 6; ++size) CHECK(where(size) == "test.second");
        CHECK(where(6).empty());
        Reader refused(bytes);
        refused.at("first").refuse(Errc::bad_value, "", "is none");
        CHECK(refused.finish("test").error().where == "test.first");
        Reader named(bytes);
        named.at("first").refuse(Errc::bad_value, "other", "is none");
        CHECK(named.finish("test").error().where == "test.other");
    }

    TEST_CASE("a sized field at its limit passes, one past it is refused by name") {
        const Bytes bytes = Writer().sized16(Bytes(4)).take();
        Reader at_limit(bytes);
        CHECK(at_limit.sized16(4, "f").size() == 4);
        Reader past(bytes);
        past.sized16(3, "f");
        CHECK(past.finish("t").error().where == "t.f");
    }

    TEST_CASE("left-over bytes are an error") {
        Reader r(as_bytes("ab"));
        r.u8();
        CHECK(r.finish("t").error().code == Errc::trailing_bytes);
        CHECK(r.finish_prefix("t"));
    }

    TEST_CASE("little-endian reads") {
        const Bytes bytes{1, 2, 3, 4, 5, 6};
        Reader r(bytes);
        CHECK(r.u16le() == 0x0201);
        CHECK(r.u32le() == 0x06050403);
    }
}
