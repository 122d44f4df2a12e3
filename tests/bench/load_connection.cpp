#include "tests/bench/load_connection.hpp"

#include "net/message_head.hpp"

#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace assay::bench {
namespace {

constexpr std::chrono::seconds patience{20};
constexpr std::size_t max_fields = 64;

net::SteadyTime deadline() {
    return std::chrono::steady_clock::now() + patience;
}

net::Descriptor open_socket(const Target& target) {
    auto socket = net::dial(target.addresses, patience);
    if (!socket) throw std::runtime_error("connect: " + socket.error().what);
    return *std::move(socket);
}

}  // namespace

Target make_target(const std::string& url, const std::string& ca_pem) {
    auto parsed = net::parse_url(url);
    if (!parsed) throw std::runtime_error(parsed.error().message());
    auto context = net::make_client_context({.ca_pem = ca_pem, .certificate_pem = {}, .key_pem = {}});
    if (!context) throw std::runtime_error(context.error().message());
    auto addresses = net::Resolver().resolve(*parsed, patience);
    if (!addresses) throw std::runtime_error(addresses.error().what);
    return {*std::move(parsed), *std::move(context), *std::move(addresses)};
}

LoadConnection::LoadConnection(const Target& target, LoadDevice& device)
    : target_(target),
      device_(device),
      socket_(open_socket(target)),
      stream_(net::TlsStream::client(target.context.get(), socket_.get(), target.url.host, system_now(), nullptr)) {
    for (auto status = stream_.handshake(); status != net::TlsStatus::done; status = stream_.handshake()) {
        const bool waits = status == net::TlsStatus::want_read || status == net::TlsStatus::want_write;
        const short events = status == net::TlsStatus::want_write ? POLLOUT : POLLIN;
        if (!waits || !net::wait_for(socket_.get(), events, deadline())) {
            throw std::runtime_error("handshake: " + stream_.error());
        }
    }
    exporter_ = stream_.exporter();
}

void LoadConnection::send(const std::string& path, std::string_view body) {
    std::string message = fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: assay/bench\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n",
        path, target_.url.authority(), body.size()
    );
    message += body;
    bytes_.requests += message.size();
    std::string_view left = message;
    while (!left.empty()) {
        const net::TlsIo io = stream_.write(as_bytes(left));
        if (io.status == net::TlsStatus::done) {
            left.remove_prefix(io.bytes);
        } else if (io.status != net::TlsStatus::want_write || !net::wait_for(socket_.get(), POLLOUT, deadline())) {
            throw std::runtime_error("send: " + stream_.error());
        }
    }
}

void LoadConnection::begin() {
    bytes_ = {};
    reporting_ = false;
    began_ = std::chrono::steady_clock::now();
    send("/v1/challenge", device_.challenge_request());
}

bool LoadConnection::answer_is_whole() {
    const std::size_t head_bytes = net::head_size(as_bytes(received_));
    if (head_bytes == 0) return false;
    const auto head = net::parse_response_head(as_bytes(received_).first(head_bytes), max_fields);
    if (!head) throw std::runtime_error(head.error().message());
    if (head->response.status != 200) throw std::runtime_error("refused: " + received_);
    body_at_ = head_bytes;
    return received_.size() >= head_bytes + head->content_length;
}

bool LoadConnection::advance() {
    std::array<std::uint8_t, 16U << 10U> buffer;
    do {
        const net::TlsIo io = stream_.read(buffer);
        if (io.status == net::TlsStatus::want_read) return false;
        if (io.status != net::TlsStatus::done) throw std::runtime_error("receive: " + stream_.error());
        received_ += as_text(ByteView(buffer).first(io.bytes));
    } while (!answer_is_whole());
    bytes_.answers += received_.size();
    const std::string answer = std::exchange(received_, {});
    const std::string_view body = std::string_view(answer).substr(body_at_);
    if (!reporting_) {
        const std::string report = device_.report(body, exporter_);
        bytes_.report_body = report.size();
        reporting_ = true;
        send("/v1/reports", report);
        return false;
    }
    took_ = std::chrono::steady_clock::now() - began_;
    if (!device_.take_answer(body)) throw std::runtime_error("not accepted: " + answer);
    last_bytes_ = bytes_;
    return true;
}

std::pair<std::uint64_t, std::uint64_t> LoadConnection::wire_bytes() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
    return {info.tcpi_bytes_acked, info.tcpi_bytes_received};
}

}  // namespace assay::bench
