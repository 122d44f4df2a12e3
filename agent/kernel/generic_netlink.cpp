#include "agent/kernel/generic_netlink.hpp"

#include "agent/kernel/netlink_message.hpp"
#include "agent/root/tree.hpp"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

namespace assay::agent {
namespace {

constexpr timeval answer_time{.tv_sec = 3, .tv_usec = 0};
constexpr std::size_t question_bytes = 1024;
constexpr std::size_t answer_bytes = 64U << 10U;
constexpr std::size_t max_datagrams = 4096;  // of one dump

Error error_of_answer(int number) {
    if (number == ENODEV) return {Errc::gone, "netlink", "the driver says that it is not there"};
    if (number == ENXIO) return {Errc::io_error, "netlink", "the device does not answer"};
    return error_of(number, "netlink");
}

enum class Went { on, done };

// One message of a datagram.
Result<Went> read_message(const nlmsghdr* message, const GenericNetlink::TakeAnswer& take) {
    if (message->nlmsg_type == NLMSG_ERROR) {
        if (mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)) return fail(Errc::bad_value, "netlink", "is cut");
        const auto* const answer = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
        if (answer->error == 0) return Went::done;
        return fail(error_of_answer(-answer->error));
    }
    if (message->nlmsg_type == NLMSG_DONE) return Went::done;
    if (message->nlmsg_type < NLMSG_MIN_TYPE) return Went::on;
    if (mnl_nlmsg_get_payload_len(message) < sizeof(genlmsghdr)) return fail(Errc::bad_value, "netlink", "is cut");
    const ByteView payload(
        static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload_offset(message, sizeof(genlmsghdr))),
        mnl_nlmsg_get_payload_len(message) - sizeof(genlmsghdr)
    );
    CHECK_OK(take(payload));
    return Went::on;
}

}  // namespace

void GenericNetlink::Close::operator()(mnl_socket* socket) const {
    mnl_socket_close(socket);
}

Result<GenericNetlink> GenericNetlink::open(const std::string& family, std::uint8_t version) {
    GenericNetlink out;
    out.socket_.reset(mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC));
    if (!out.socket_) return fail(error_of(errno, "netlink"));
    if (mnl_socket_bind(out.socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0) return fail(error_of(errno, "netlink"));
    const int fd = mnl_socket_get_fd(out.socket_.get());
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &answer_time, sizeof answer_time) != 0) {
        return fail(error_of(errno, "netlink"));
    }
    out.family_ = GENL_ID_CTRL;
    out.version_ = 1;
    std::uint16_t id = 0;
    const auto asked = out.ask(
        CTRL_CMD_GETFAMILY, false,
        [&family](nlmsghdr* message) { mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, family.c_str()); },
        [&id](ByteView payload) -> Result<void> {
            TRY(id, read_family_id(payload));
            return {};
        }
    );
    if (!asked) {
        if (asked.error().code != Errc::not_found) return fail(asked.error());
        return fail(Errc::unsupported, family, "the kernel has no such family of netlink");
    }
    out.family_ = id;
    out.version_ = version;
    return out;
}

Result<void> GenericNetlink::ask(std::uint8_t command, bool dump, const AddAttributes& add, const TakeAnswer& take) {
    alignas(nlmsghdr) std::array<char, question_bytes> buffer{};
    nlmsghdr* const message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = family_;
    message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK));
    message->nlmsg_seq = ++sequence_;
    auto* const head = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(message, sizeof(genlmsghdr)));
    head->cmd = command;
    head->version = version_;
    add(message);
    if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0) return fail(error_of(errno, "netlink"));
    return receive(sequence_, take);
}

Result<void> GenericNetlink::receive(std::uint32_t sequence, const TakeAnswer& take) {
    std::vector<char> buffer(answer_bytes);
    for (std::size_t datagram = 0; datagram < max_datagrams; ++datagram) {
        const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (got < 0) {
            if (errno == EAGAIN) return fail(Errc::timed_out, "netlink", "no answer came");
            return fail(error_of(errno, "netlink"));
        }
        int left = static_cast<int>(got);
        const auto* message = static_cast<const nlmsghdr*>(static_cast<const void*>(buffer.data()));
        for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_seq != sequence) continue;  // of a question that was given up
            TRY(const Went went, read_message(message, take));
            if (went == Went::done) return {};
        }
    }
    return fail(Errc::limit_exceeded, "netlink", "the answer does not end");
}

}  // namespace assay::agent
