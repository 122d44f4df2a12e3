// Packed forms, as the programs that kernel builds call pack them (Debian's gzip, xz and zstd at test time).

#include "agent/unpack/unpacking.hpp"

#include "agent/unpack/decoder.hpp"
#include "tests/agent/support/scratch_tree.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>

namespace assay::agent {
namespace {

// `text` through a packing program; options as a kernel's build gives them.
std::string packed(const std::string& text, const std::string& program) {
    const test::ScratchTree tree;
    tree.file("in", text);
    const std::string command = program + " < " + tree.path("in") + " > " + tree.path("out");
    REQUIRE(std::system(command.c_str()) == 0);
    return to_text(test::read_file(tree.path("out")));
}

Result<std::string> unpacked(std::string_view bytes, std::uint64_t most = 1U << 20U, std::size_t piece = 4096) {
    std::string out;
    const auto take = [&out](std::string_view more) { out += more; };
    Unpacking unpacking(most);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        unpacking.feed(bytes.substr(0, piece), take);
    CHECK_OK(unpacking.finish(take));
    return out;
}

// Compresses badly, so that every form has something to say.
std::string some_bytes(std::size_t size) {
    std::string out;
    std::uint32_t state = 1;
    while (out.size() < size) {
        state = state * 1'664'525U + 1'013'904'223U;
        out += static_cast<char>(state >> 24U);
    }
    return out;
}

struct Form {
    Packing packing;
    const char* program;
    const char* hungry;  // asks for more memory than a scan gives; "": the form cannot
};
constexpr std::array forms{
    Form{Packing::gzip, "gzip -n -f -c", ""},
    Form{Packing::xz, "xz --check=crc32 -6 -c", "xz --lzma2=dict=64MiB -c"},
    Form{Packing::zstd, "zstd -q -19 -c", "zstd -q --ultra -22 --long=27 -c"},
};

TEST_SUITE("unpacking") {
    TEST_CASE("what was packed comes out, in pieces of any size") {
        const std::string text = some_bytes(70'000) + std::string(70'000, 'x');
        for (const Form& form : forms) {
            CAPTURE(form.program);
            const std::string bytes = packed(text, form.program);
            CHECK(packing_of(bytes) == form.packing);
            for (const std::size_t piece : {1UL, 7UL, 4096UL, 1UL << 20U})
                CHECK(unpacked(bytes, 1U << 20U, piece).value() == text);
            CHECK(unpacked(packed("", form.program)).value().empty());
        }
    }

    TEST_CASE("what is not packed passes as it is, however short") {
        for (const std::string& text :
             {std::string(), std::string("\x1f"), std::string("\x7f") + "ELF", some_bytes(100'000)}) {
            for (const std::size_t piece : {1UL, 5UL, 100'000UL})
                CHECK(unpacked(text, 1U << 20U, piece).value() == text);
        }
        CHECK(unpacked("12345678", 7).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("a small file that unpacks to more than it may is stopped there, and no byte beyond is given") {
        constexpr std::size_t most = 100'000;
        for (const Form& form : forms) {
            CAPTURE(form.program);
            const std::string bomb = packed(std::string(8U << 20U, '\0'), form.program);
            CHECK(bomb.size() < 10'000);
            std::size_t given = 0;
            const auto take = [&given](std::string_view more) { given += more.size(); };
            Unpacking unpacking(most);
            unpacking.feed(bomb, take);
            CHECK(unpacking.finish(take).error().code == Errc::limit_exceeded);
            CHECK(given <= most);
            CHECK(unpacked(packed(std::string(most, '\0'), form.program), most).value().size() == most);
            CHECK(
                unpacked(packed(std::string(most + 1, '\0'), form.program), most).error().code == Errc::limit_exceeded
            );
        }
    }

    TEST_CASE("a stream that asks for more memory than a scan gives is refused") {
        const std::string text = some_bytes(12U << 20U);  // zstd asks for no larger window than its input
        for (const Form& form : forms) {
            if (*form.hungry == '\0') continue;
            CAPTURE(form.hungry);
            CHECK(unpacked(packed(text, form.hungry), 16U << 20U).error().code == Errc::limit_exceeded);
        }
    }

    TEST_CASE("streams cut anywhere, with something after them, or damaged are refused") {
        const std::string text = some_bytes(300);
        for (const Form& form : forms) {
            CAPTURE(form.program);
            const std::string bytes = packed(text, form.program);
            for (std::size_t size = packing_magic_bytes; size < bytes.size(); ++size) {
                CAPTURE(size);
                CHECK(unpacked(std::string_view(bytes).substr(0, size)).error().code == Errc::truncated);
            }
            CHECK(unpacked(bytes + "x").error().code == Errc::trailing_bytes);
            CHECK(unpacked(bytes + bytes).error().code == Errc::trailing_bytes);
            std::string damaged = bytes;
            damaged[bytes.size() / 2] = static_cast<char>(~damaged[bytes.size() / 2]);
            CHECK_FALSE(unpacked(damaged));  // each form carries a checksum
        }
    }

    TEST_CASE("a decoder leaves what follows its stream") {
        const std::string bytes = packed("short", forms[2].program) + "rest";
        std::string_view left = bytes;
        std::array<char, 64> room;
        const auto step = make_zstd_decoder()->step(left, room);
        REQUIRE(step.has_value());
        CHECK(step->ended);
        CHECK(step->produced == 5);
        CHECK(left == "rest");
    }
}

}  // namespace
}  // namespace assay::agent
