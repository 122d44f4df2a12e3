#include "net/socket_bio.hpp"

#include "net/descriptor.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <csignal>
#include <string>

using namespace assay;
using namespace assay::net;

namespace {

struct Pair {
    Pair() {
        int numbers[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers) == 0);
        near = Descriptor(numbers[0]);
        far = Descriptor(numbers[1]);
    }
    Descriptor near;
    Descriptor far;
};

}  // namespace

TEST_SUITE("socket_bio") {
    TEST_CASE("what is written comes out at the other end, and nothing there yet is no end") {
        const Pair pair;
        const BioPtr near = make_socket_bio(pair.near.get());
        const BioPtr far = make_socket_bio(pair.far.get());
        char buffer[8];
        CHECK(BIO_read(far.get(), buffer, 8) <= 0);
        CHECK(BIO_should_read(far.get()) != 0);
        CHECK(BIO_eof(far.get()) == 0);
        REQUIRE(BIO_write(near.get(), "abc", 3) == 3);
        REQUIRE(BIO_read(far.get(), buffer, 8) == 3);
        CHECK(std::string(buffer, 3) == "abc");
    }

    TEST_CASE("a full socket is to be waited for") {
        const Pair pair;
        const BioPtr near = make_socket_bio(pair.near.get());
        const std::string much(1U << 20U, 'x');
        int written = 1;
        for (int i = 0; i < 100 && written > 0; ++i) written = BIO_write(near.get(), much.data(), 1 << 20);
        CHECK(written <= 0);
        CHECK(BIO_should_write(near.get()) != 0);
    }

    TEST_CASE("a peer that has gone is an error and an end, never a signal") {
        Pair pair;
        const BioPtr near = make_socket_bio(pair.near.get());
        pair.far.reset();
        const auto before = std::signal(SIGPIPE, SIG_DFL);  // which would end this program
        CHECK(BIO_write(near.get(), "abc", 3) <= 0);
        std::signal(SIGPIPE, before);
        CHECK(BIO_should_retry(near.get()) == 0);
        char buffer[8];
        CHECK(BIO_read(near.get(), buffer, 8) <= 0);
        CHECK(BIO_should_retry(near.get()) == 0);
        CHECK(BIO_eof(near.get()) == 1);
    }
}
