#include "agent/scan_child.hpp"

#include "base/fields.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace assay::agent {
namespace {

constexpr std::size_t max_answer_bytes = 16U << 10U;
constexpr int sources_at_most = 16;  // for the time that all of them together may take
constexpr std::chrono::milliseconds beyond_sources{30'000};
constexpr std::chrono::milliseconds alive_interval{5'000};

DocumentRef keep(
    const StateDirectory& state, DocumentKind kind, const std::string& document, std::set<Sha256>& kept,
    Result<void>& outcome
) {
    DocumentRef out{kind, sha256(document), document.size()};
    kept.insert(out.sha256);
    if (outcome && out.size > limits::document_bytes) {
        outcome = fail(Errc::limit_exceeded, std::string(name(kind)), "larger than a document may be");
    }
    if (outcome) outcome = state.keep_document(out.sha256, document);
    return out;
}

// --- What the child says to its parent: {"documents": [...], "host": {...}} or {"error": {...}}, as one JSON text.

std::string encode_answer(const Result<ScannedDocuments>& answer) {
    if (!answer) {
        return json::compact(
            json::Object{{"error", json::Object{{"where", answer.error().where}, {"what", answer.error().what}}}}
        );
    }
    json::Array documents;
    for (const DocumentRef& document : answer->documents) {
        documents.push_back(json::Object{
            {"kind", static_cast<std::int64_t>(document.kind)},
            {"sha256", to_hex(document.sha256)},
            {"size", static_cast<std::int64_t>(document.size)}
        });
    }
    const HostHints& host = answer->host;
    return json::compact(json::Object{
        {"documents", std::move(documents)},
        {"host",
         json::Object{{"name", host.name}, {"maker", host.maker}, {"model", host.model}, {"serial", host.serial}}}
    });
}

Result<ScannedDocuments> decode_answer(const std::string& text) {
    if (text.empty()) return fail(Errc::io_error, "scan", "the scanning process died");
    TRY(const json::Value value, json::parse(text, {.max_bytes = max_answer_bytes}, "scan"));
    Fields f(value, "scan");
    if (auto error = f.object_if("error")) {
        const std::string where = error->text_or_empty("where", 4096);
        const std::string what = error->text_or_empty("what", 4096);
        CHECK_OK(f.finish());
        return fail(Errc::io_error, where, what);
    }
    ScannedDocuments out;
    constexpr std::array kinds{DocumentKind::inventory, DocumentKind::placement, DocumentKind::firmware_manifest};
    for (Fields& document : f.objects("documents", kinds.size())) {
        const auto kind = static_cast<std::size_t>(document.number("kind", 0, kinds.size() - 1));
        const Sha256 name = document.hex32("sha256");
        const auto size = static_cast<std::uint64_t>(document.number("size", 1, std::int64_t{limits::document_bytes}));
        out.documents.push_back({kinds.at(kind), name, size});
    }
    Fields host = f.object("host");
    out.host.name = host.text_or_empty("name", limits::text_bytes);
    out.host.maker = host.text_or_empty("maker", limits::text_bytes);
    out.host.model = host.text_or_empty("model", limits::text_bytes);
    out.host.serial = host.text_or_empty("serial", limits::text_bytes);
    CHECK_OK(f.finish());
    return out;
}

struct Child {
    pid_t process = -1;
    FileDescriptor answer;
    ~Child() {
        if (process <= 0) return;
        ::kill(process, SIGKILL);  // only this child, and after its answer there is nothing it has to do
        ::waitpid(process, nullptr, 0);
    }
};

[[noreturn]] void be_child(int answer_fd, pid_t parent, const ScanOrder& order, const StateDirectory& state) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    std::string answer;
    try {
        answer = encode_answer(scan_to_documents(order, state));
    } catch (const std::exception& broken) {
        answer = encode_answer(fail(Errc::io_error, "scan", broken.what()));
    }
    std::string_view left = answer;
    while (!left.empty()) {
        const ssize_t put = ::write(answer_fd, left.data(), left.size());
        if (put <= 0) ::_exit(1);
        left.remove_prefix(static_cast<std::size_t>(put));
    }
    ::_exit(0);
}

}  // namespace

HostHints host_hints(const View& view, const Inventory& inventory) {
    HostHints out;
    for (const char* path : {"proc/sys/kernel/hostname", "etc/hostname"}) {
        const auto name = view.read(path, 4096);
        if (name && out.name.empty()) out.name = clean_text(std::string_view(*name).substr(0, name->find('\n')), 255);
    }
    for (const Component& component : inventory.components) {
        if (component.kind != ComponentKind::system) continue;
        const auto named = [&component](const char* name) {
            const auto found = component.names.find(name);
            return found == component.names.end() ? std::string() : found->second.text();
        };
        out.maker = named("manufacturer");
        out.model = named("product");
        out.serial = component.serial.text();
        break;
    }
    return out;
}

Result<ScannedDocuments> scan_to_documents(const ScanOrder& order, const StateDirectory& state) {
    TRY(const View view, order.root.empty() ? View::live() : View::replay(order.root));
    const Scan found = scan(view, {order.source_deadline, order.tpm});
    ScannedDocuments out;
    out.host = host_hints(view, found.inventory);
    std::set<Sha256> kept;
    Result<void> outcome;
    const auto add = [&](DocumentKind kind, const std::string& document) {
        out.documents.push_back(keep(state, kind, document, kept, outcome));
    };
    add(DocumentKind::inventory, encode_inventory(found.inventory));
    add(DocumentKind::placement, encode_placement(found.placement));
    add(DocumentKind::firmware_manifest, encode_firmware_manifest(found.firmware));
    if (!outcome) return fail(outcome.error());
    state.forget_documents_but(kept);
    return out;
}

Result<ScannedDocuments> scan_in_child(
    const ScanOrder& order, const StateDirectory& state, const std::function<void()>& alive
) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(Errc::io_error, "scan", "cannot make a pipe");
    Child child;
    child.answer = FileDescriptor(ends[0]);
    FileDescriptor child_end(ends[1]);
    const pid_t parent = ::getpid();
    child.process = ::fork();
    if (child.process < 0) return fail(Errc::io_error, "scan", "cannot start a process");
    if (child.process == 0) be_child(child_end.get(), parent, order, state);
    child_end = FileDescriptor();

    std::string answer;
    std::chrono::milliseconds left = order.source_deadline * sources_at_most + beyond_sources;
    while (left.count() > 0) {
        pollfd waited{child.answer.get(), POLLIN, 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(alive_interval.count()));
        if (ready < 0 && errno != EINTR) break;
        if (ready <= 0) {
            alive();
            left -= alive_interval;
            continue;
        }
        std::array<char, 4096> buffer{};
        const ssize_t got = ::read(child.answer.get(), buffer.data(), buffer.size());
        if (got <= 0) return decode_answer(answer);
        answer.append(buffer.data(), static_cast<std::size_t>(got));
        if (answer.size() > max_answer_bytes) break;
    }
    return fail(Errc::timed_out, "scan", fmt::format("the sources took too long, or said too much"));
}

}  // namespace assay::agent
