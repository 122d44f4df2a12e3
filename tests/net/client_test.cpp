// The client against servers that are absent, broken or hostile.
#include "net/dial.hpp"
#include "tests/net/rig.hpp"
#include "tests/support/no_such_host.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <fstream>
#include <thread>

using namespace assay;
using namespace assay::net;
using namespace assay::net::test;
using assay::test::TestCa;

namespace {

// A TLS server of one connection that reads one request and sends what it is told, then closes.
class FakeServer {
  public:
    explicit FakeServer(std::string answer, bool speaks_tls = true) : leaf_(ca.localhost()) {
        listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(listener_.get() >= 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_.get(), raw, size) == 0);
        REQUIRE(::listen(listener_.get(), 1) == 0);
        REQUIRE(::getsockname(listener_.get(), raw, &size) == 0);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this, text = std::move(answer), speaks_tls] { serve(text, speaks_tls); });
    }
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;
    FakeServer(FakeServer&&) = delete;
    FakeServer& operator=(FakeServer&&) = delete;
    ~FakeServer() { thread_.join(); }

    Client client(const std::function<void(ClientConfig&)>& change = {}) const {
        ClientConfig config;
        config.url = *parse_url("https://127.0.0.1:" + std::to_string(port));
        config.ca_pem = ca.certificate_pem();
        if (change) change(config);
        return *Client::create(std::move(config));
    }

    TestCa ca;
    std::uint16_t port = 0;

  private:
    void serve(const std::string& text, bool speaks_tls) {
        const Descriptor socket(::accept(listener_.get(), nullptr, nullptr));
        if (socket.get() < 0) return;
        if (!speaks_tls) {
            ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
            std::array<char, 1024> ignored;
            while (::recv(socket.get(), ignored.data(), ignored.size(), 0) > 0) {
            }
            return;
        }
        const SslCtxPtr context = *make_server_context({leaf_.certificate_pem, leaf_.key_pem, {}, "fake", nullptr});
        auto stream = TlsStream::server(context.get(), socket.get());
        if (stream.handshake() != TlsStatus::done) return;  // the socket blocks
        std::array<std::uint8_t, 4096> buffer;
        if (stream.read(buffer).status != TlsStatus::done) return;
        std::string_view left = text;
        while (!left.empty()) {
            const TlsIo io = stream.write(as_bytes(left));
            if (io.status != TlsStatus::done) return;
            left.remove_prefix(io.bytes);
        }
        if (text.ends_with("(and waits)")) {
            while (stream.read(buffer).status == TlsStatus::done) {
            }
        }
    }

    const assay::test::Leaf leaf_;
    Descriptor listener_;
    std::thread thread_;
};

Error error_after(
    const std::string& answer, const std::function<void(ClientConfig&)>& change = {},
    std::chrono::milliseconds within = patience
) {
    const FakeServer server(answer);
    Client client = server.client(change);
    Connection connection = open(client);
    const auto response = connection.exchange(get("/"), within);
    REQUIRE(!response);
    CHECK(!connection.usable());
    CHECK(connection.exchange(get("/"), within).error().code == Errc::gone);
    return response.error();
}

ConnectProblem problem_at(std::string_view url, const std::function<void(ClientConfig&)>& change = {}) {
    ClientConfig config;
    config.url = *parse_url(url);
    config.ca_pem = TestCa().certificate_pem();
    if (change) change(config);
    Client client = *Client::create(std::move(config));
    const auto connection = client.connect();
    REQUIRE(!connection);
    REQUIRE(client.problem());
    return *client.problem();
}

std::size_t resident_kib() {
    std::ifstream memory("/proc/self/statm");
    std::size_t whole = 0;
    std::size_t resident = 0;
    memory >> whole >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

}  // namespace

TEST_SUITE("client") {
    TEST_CASE("a server that closes amid its answer, or instead of it, is gone") {
        CHECK(error_after("").code == Errc::gone);
        CHECK(error_after("HTTP/1.1 200 OK\r\nConte").code == Errc::gone);
        CHECK(error_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").code == Errc::gone);
    }

    TEST_CASE("an answer as large as allowed is taken, one byte more is refused") {
        const auto limits = [](ClientConfig& config) {
            config.max_body_bytes = 100;
            config.max_header_bytes = 200;
        };
        const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: ";
        {
            const FakeServer server(start + "100\r\n\r\n" + std::string(100, 'x'));
            Client client = server.client(limits);
            Connection connection = open(client);
            CHECK(ask(connection, get("/")).body.size() == 100);
        }
        CHECK(error_after(start + "101\r\n\r\n" + std::string(101, 'x'), limits).code == Errc::limit_exceeded);
        const std::string filler = start + "0\r\nX: ";
        {
            const FakeServer server(filler + std::string(200 - filler.size() - 4, 'x') + "\r\n\r\n");
            Client client = server.client(limits);
            Connection connection = open(client);
            CHECK(ask(connection, get("/")).status == 200);
        }
        const std::string over = filler + std::string(201 - filler.size() - 4, 'x') + "\r\n\r\n";
        CHECK(error_after(over, limits).code == Errc::limit_exceeded);
        CHECK(error_after(std::string(5000, 'x') + "(and waits)", limits).code == Errc::limit_exceeded);
    }

    TEST_CASE("an answer that does not come is timed out, and so is one that stops") {
        CHECK(error_after("(and waits)", {}, 300ms).code == Errc::timed_out);
        const std::string stops = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n(and waits)";
        CHECK(error_after(stops, {}, 300ms).code == Errc::timed_out);
    }

    TEST_CASE("what is no answer, or goes on after its end, is refused") {
        CHECK(error_after("SSH-2.0-x\r\n\r\n(and waits)").code == Errc::bad_value);
        CHECK(error_after("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n12(and waits)").code == Errc::trailing_bytes);
        CHECK(
            error_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n(and waits)").code == Errc::unsupported
        );
    }

    TEST_CASE("an answer of 400 and above is an answer") {
        const FakeServer server("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\nContent-Type: a/b\r\n\r\n{}");
        Client client = server.client();
        Connection connection = open(client);
        const Response response = ask(connection, get("/"));
        CHECK(response.status == 409);
        CHECK(response.body == "{}");
        CHECK(response.content_type == "a/b");
    }

    TEST_CASE("each way a connection can fail has its own word") {
        Descriptor taken(::socket(AF_INET, SOCK_STREAM, 0));  // bound, not listening: nobody else gets the port
        REQUIRE(taken.get() >= 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(taken.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::getsockname(taken.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        const ConnectProblem refused = problem_at("https://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
        CHECK(refused.failure == ConnectFailure::refused);
        CHECK(refused.error.code == Errc::io_error);
        CHECK(refused.error.where.starts_with("127.0.0.1:"));

        if (!assay::test::absent_names_are_told()) return;
        const ConnectProblem unknown = problem_at("https://" + std::string(assay::test::no_such_host));
        CHECK(unknown.failure == ConnectFailure::name_not_found);
        CHECK(unknown.error.code == Errc::not_found);
    }

    TEST_CASE("a port that accepts and says nothing is timed out at the handshake's deadline") {
        const FakeServer silent("", false);
        Client client = silent.client([](ClientConfig& config) { config.handshake_deadline = 100ms; });
        CHECK(!client.connect());
        CHECK(client.problem()->failure == ConnectFailure::timed_out);
        CHECK(client.problem()->error.code == Errc::timed_out);
    }

    TEST_CASE("a port that speaks something else is named so") {
        const FakeServer other("HTTP/1.1 400 Bad Request\r\n\r\n", false);
        Client client = other.client();
        CHECK(!client.connect());
        CHECK(client.problem()->failure == ConnectFailure::not_tls);
        CHECK(client.problem()->error.code == Errc::unsupported);
    }

    TEST_CASE("a server that offers TLS 1.2 only is refused and named so") {
        // A ServerHello of TLS 1.2: version 3.3, no supported_versions extension.
        std::string hello("\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03", 11);
        hello += std::string(32, 'r') + std::string("\x00\xc0\x2f\x00", 4);
        const FakeServer old(hello, false);
        Client client = old.client();
        CHECK(!client.connect());
        CHECK(client.problem()->failure == ConnectFailure::no_tls13);
    }

    TEST_CASE("a large body that the server refuses early still gets its answer") {
        const Rig rig;
        for (int i = 0; i < 5; ++i) {
            const auto response = rig.ask(post("/", std::string(8U << 20U, 'x')));
            REQUIRE(response);
            CHECK(response->status == 413);
        }
    }

    TEST_CASE("a configuration that cannot work is refused at once") {
        const TestCa ca;
        const auto leaf = ca.localhost();
        const auto problem = [&](const std::function<void(ClientConfig&)>& change) {
            ClientConfig config;
            config.url = *parse_url("https://localhost");
            config.ca_pem = ca.certificate_pem();
            change(config);
            const auto client = Client::create(std::move(config));
            return client ? std::string("fine") : client.error().where;
        };
        CHECK(problem([](ClientConfig&) {}) == "fine");
        CHECK(problem([](ClientConfig& c) { c.ca_pem.clear(); }) == "ca");
        CHECK(problem([](ClientConfig& c) { c.ca_pem = "no PEM"; }) == "ca");
        CHECK(problem([&leaf](ClientConfig& c) { c.ca_pem = leaf.key_pem; }) == "ca");
        CHECK(problem([](ClientConfig& c) { c.ca_pem.resize(c.ca_pem.size() - 40); }) == "ca");
        CHECK(problem([&leaf](ClientConfig& c) { c.certificate_pem = leaf.certificate_pem; }) == "certificate");
        CHECK(problem([&](ClientConfig& c) {
                  c.certificate_pem = leaf.certificate_pem;
                  c.key_pem = ca.localhost().key_pem;
              }) == "key");
    }

    TEST_CASE("the prefix of the URL stands before every path") {
        const Rig rig;
        ClientConfig config = rig.client_config();
        config.url.prefix = "/assay";
        Client client = *Client::create(std::move(config));
        Connection connection = open(client);
        CHECK(ask(connection, get("/v1/x")).body == "/assay/v1/x");
    }

    TEST_CASE("an idle connection holds no buffers of the size of what went through it") {
        ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);  // a huge page counts whole, however little of it is used
        const Rig rig;
        Client client = rig.client();
        Connection connection = open(client);
        ask(connection, post("/", std::string(900, 'x')));
        const std::size_t before = resident_kib();
        std::vector<Connection> idle;
        for (int i = 0; i < 40; ++i) {
            idle.push_back(open(client));
            ask(idle.back(), post("/", std::string(900, 'x')));
        }
        const std::size_t after = std::max(resident_kib(), before);  // what was freed elsewhere may outweigh it
        const std::size_t each = (after - before) / 40;              // both ends live in this process
        MESSAGE("KiB for both ends of an idle connection: " << each);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these keep what was freed
        CHECK(each < 100);
#endif
    }
}
