#include "net/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <new>

namespace assay::net {
namespace {

using MethodPtr = std::unique_ptr<BIO_METHOD, Releaser<&BIO_meth_free>>;

int socket_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool would_block() {
    return errno == EAGAIN || errno == EINTR;
}

int write_some(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(socket_of(bio), data, size, MSG_NOSIGNAL);
    if (sent < 0 && would_block()) BIO_set_retry_write(bio);
    *written = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    return sent > 0 ? 1 : 0;
}

int read_some(BIO* bio, char* data, std::size_t size, std::size_t* got) {
    BIO_clear_retry_flags(bio);
    const ssize_t received = ::recv(socket_of(bio), data, size, 0);
    if (received < 0 && would_block()) BIO_set_retry_read(bio);
    if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    *got = received > 0 ? static_cast<std::size_t>(received) : 0;
    return received > 0 ? 1 : 0;
}

long control(BIO* bio, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH: return 1;
        case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        default: return 0;
    }
}

MethodPtr make_method() {
    MethodPtr method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE"));
    if (!method) throw std::bad_alloc();
    BIO_meth_set_write_ex(method.get(), &write_some);
    BIO_meth_set_read_ex(method.get(), &read_some);
    BIO_meth_set_ctrl(method.get(), &control);
    return method;
}

}  // namespace

BioPtr make_socket_bio(int socket) {
    static const MethodPtr method = make_method();
    BioPtr bio(BIO_new(method.get()));
    if (!bio) throw std::bad_alloc();
    // NOLINTNEXTLINE(performance-no-int-to-ptr): a number where a BIO has room for a pointer; never followed
    BIO_set_data(bio.get(), reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio.get(), 1);
    return bio;
}

}  // namespace assay::net
