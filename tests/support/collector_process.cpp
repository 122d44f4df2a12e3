#include "tests/support/collector_process.hpp"

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "tests/support/command.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace assay::test {
namespace {

constexpr int patience_ms = 30'000;
constexpr int step_ms = 10;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message());
    return *std::move(result);
}

// One that nothing listens on now.
std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0) {
        throw std::runtime_error("no free port");
    }
    ::close(socket);
    return ntohs(address.sin_port);
}

std::string text_of(const std::string& file) {
    return must(read_file(file, 4U << 20U));
}

std::string value_in(const std::string& toml, const std::string& key) {
    const std::size_t at = toml.find("\n" + key + " = \"");
    if (at == std::string::npos) throw std::runtime_error("no " + key);
    const std::size_t begin = toml.find('"', at) + 1;
    return toml.substr(begin, toml.find('"', begin) - begin);
}

// In a file of its own that another program can look at.
std::atomic<std::int64_t>* shared_number(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (::ftruncate(descriptor, sizeof(std::int64_t)) != 0) throw std::runtime_error("no file for the clock");
    void* const at = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (at == MAP_FAILED) throw std::runtime_error("no memory for the clock");
    return static_cast<std::atomic<std::int64_t>*>(at);
}

void replace(std::string& text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error("no " + what);
    text.replace(at, what.size(), by);
}

}  // namespace

std::string CollectorProcess::listed_maker() {
    return R"(
pack = { id = "own", version = 1, date = 2026-11-23, title = "Our own list", source = "Network board" }
entities = [{ id = "maker", name = "Maker" }]
identifiers = [{ entity = "maker", registry = "pci", values = ["19e5"], confidence = "registered", source = "pci.ids" }]
[[entries]]
id = "own-maker"
entity = "maker"
authority = "Network board"
citation = "Decision 17 of 2 November 2026"
from = 2020-11-02
action = "review"
)";
}

CollectorProcess::CollectorProcess(const std::string& pack)
    : authority_("Test vendor"), device_port_(free_port()), operator_port_(free_port()) {
    const CommandResult made = run_command(
        std::string(ASSAY_BINARY_DIR) + "/assay-collector init " + directory_.path().string() +
        "/c --name localhost --device-port " + std::to_string(device_port_) + " --operator-port " +
        std::to_string(operator_port_) + " --packs " + path("packs")
    );
    if (made.status != 0) throw std::runtime_error("init: " + made.output);
    std::filesystem::create_directory(directory_ / "packs");
    if (const auto done = create_file(path("packs/own.toml"), pack, 0644); !done) throw std::runtime_error("pack");
    if (const auto done =
            create_file(path("vendor.pem"), pem(authority_.root()) + pem(authority_.intermediate()), 0644);
        !done) {
        throw std::runtime_error("anchors");
    }
    configure("#trust_anchors = []", "trust_anchors = [\"" + path("vendor.pem") + "\"]");
    configure("#level = \"info\"", "level = \"debug\"");
    ca_pem_ = text_of(path("c/ca.pem"));
    join_token_ = value_in(text_of(path("c/agent.toml")), "join_token");
    operator_token_ = text_of(path("c/operator.token"));
    operator_token_.pop_back();
    client_ = std::make_unique<net::Client>(device_client());
    ahead_ms_ = shared_number(path("clock"));
    start();
}

void CollectorProcess::configure(const std::string& line, const std::string& by) const {
    std::string config = text_of(path("c/collector.toml"));
    replace(config, line, by);
    if (const auto done = replace_file(path("c/collector.toml"), config, 0644); !done)
        throw std::runtime_error("config");
}

std::string CollectorProcess::command(const std::string& arguments) const {
    CommandResult done = run_command(
        std::string(ASSAY_BINARY_DIR) + "/assay-collector " + arguments + " --config " + path("c/collector.toml")
    );
    if (done.status != 0) throw std::runtime_error(arguments + ": " + done.output);
    return std::move(done.output);
}

CollectorProcess::~CollectorProcess() {
    if (process_ > 0) kill();
    ::munmap(ahead_ms_, sizeof *ahead_ms_);
}

void CollectorProcess::pass(std::chrono::milliseconds time) {
    *ahead_ms_ += time.count();
}

void CollectorProcess::start() {
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int log = ::open(path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        const std::string program = std::string(ASSAY_BINARY_DIR) + "/assay-collector";
        const std::string config = path("c/collector.toml");
        ::setenv("LD_PRELOAD", ASSAY_MOVED_CLOCK, 1);
        ::setenv("ASSAY_TEST_CLOCK", path("clock").c_str(), 1);
        ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);  // another library is loaded before it
        ::execl(program.c_str(), program.c_str(), "run", "--config", config.c_str(), nullptr);
        ::_exit(127);
    }
    for (int waited = 0; waited < patience_ms; waited += step_ms) {
        if (!running()) break;
        net::Client device = device_client();
        net::Client person = operator_client();
        if (device.connect() && person.connect()) return;  // its listeners open one after the other
        std::this_thread::sleep_for(std::chrono::milliseconds(step_ms));
    }
    throw std::runtime_error("the collector does not serve: " + log());
}

bool CollectorProcess::running() {
    return process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) == 0;
}

void CollectorProcess::kill() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

int CollectorProcess::terminate() {
    int status = -1;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return status;
}

net::Client CollectorProcess::device_client() const {
    net::ClientConfig config;
    config.url = must(net::parse_url("https://localhost:" + std::to_string(device_port_)));
    config.ca_pem = ca_pem_;
    return must(net::Client::create(std::move(config)));
}

net::Client CollectorProcess::operator_client() const {
    net::ClientConfig config;
    config.url = must(net::parse_url("https://localhost:" + std::to_string(operator_port_)));
    config.ca_pem = ca_pem_;
    return must(net::Client::create(std::move(config)));
}

net::Connection CollectorProcess::connect() {
    client_->forget_tickets();
    return must(client_->connect());
}

std::string CollectorProcess::log() const {
    return text_of(path("log"));
}

SoftDevice CollectorProcess::enrolled(const std::vector<std::string>& ek_templates) const {
    SoftDevice out(&authority_, ek_templates);
    net::Client client = device_client();
    net::Connection connection = must(client.connect());
    must(out.enrol(connection, join_token_));
    return out;
}

void CollectorProcess::add_operator_token(const std::string& token, std::optional<UnixMillis> expires_at, bool revoked)
    const {
    const std::string hash = to_hex(sha256(token));
    const std::string expires = expires_at ? std::to_string(expires_at->value) : "null";
    const std::string insert = "insert into api_tokens (sha256, name, created_at, expires_at, revoked) values (x'" +
                               hash + "', '" + hash + "', 1, " + expires + ", " + (revoked ? "1" : "0") + ")";
    sqlite3* db = nullptr;
    const bool done =
        sqlite3_open_v2(path("c/collector.db").c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
        sqlite3_busy_timeout(db, patience_ms) == SQLITE_OK &&
        sqlite3_exec(db, insert.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(db);
    if (!done) throw std::runtime_error("no token can be added");
}

std::uint64_t CollectorProcess::attempt_with(const std::string& reason, std::uint64_t after) const {
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(path("c/collector.db").c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
        throw std::runtime_error("cannot open the database");
    }
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(db, "select max(number) from attempts where reason = ? and number > ?", -1, &query, nullptr);
    std::uint64_t found = 0;
    for (int waited = 0; waited < patience_ms && found == 0; waited += step_ms) {
        sqlite3_bind_text(query, 1, reason.c_str(), -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(query, 2, static_cast<sqlite3_int64>(after));
        if (sqlite3_step(query) == SQLITE_ROW) found = static_cast<std::uint64_t>(sqlite3_column_int64(query, 0));
        sqlite3_reset(query);
        if (found == 0) std::this_thread::sleep_for(std::chrono::milliseconds(step_ms));
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    return found;
}

}  // namespace assay::test
