#include "agent/scan_child.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <system_error>

namespace assay::agent {
namespace {

constexpr int sources_at_most = 32;  // for the time that all of them together may take
constexpr std::chrono::milliseconds beyond_sources{30'000};
constexpr std::chrono::milliseconds alive_interval{5'000};

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(Errc::io_error, "scan", "cannot make a pipe: " + std::generic_category().message(errno));
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Result<void> write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t put = ::write(fd, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return fail(Errc::io_error, "scan", "the scanning process does not listen");
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

// Up to max_scan_message_bytes until the other end closes.
std::string read_all(int fd) {
    std::string out;
    std::array<char, 4096> buffer{};
    while (out.size() <= max_scan_message_bytes) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        out.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return out;
}

// The child while it runs. Ends with the object: a child that has answered has nothing left to do.
struct Child {
    LeftBehind& left;
    pid_t process = -1;
    std::vector<std::string> hanging{};
    explicit Child(LeftBehind& all) : left(all) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (process > 0) left.end(process, hanging);
    }
};

Result<void> start(Child& child, const std::string& program, const Pipe& order, const Pipe& answer) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, order.read_end.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, answer.write_end.get(), STDOUT_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::string name = "assay-agent";
    std::string command = scan_child_command;
    const std::array<char*, 3> arguments{name.data(), command.data(), nullptr};
    const int error = ::posix_spawn(&child.process, program.c_str(), &files, &attributes, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
    if (error == 0) return {};
    child.process = -1;
    return fail(Errc::io_error, program, "cannot start it: " + std::generic_category().message(error));
}

Result<std::string> await_answer(int fd, std::chrono::milliseconds left, const std::function<void()>& alive) {
    std::string answer;
    while (left.count() > 0) {
        pollfd waited{fd, POLLIN, 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(alive_interval.count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return fail(Errc::io_error, "scan", "cannot wait for the scanning process");
        if (ready == 0) {
            alive();
            left -= alive_interval;
            continue;
        }
        std::array<char, 4096> buffer{};
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got <= 0) return answer;
        answer.append(buffer.data(), static_cast<std::size_t>(got));
        if (answer.size() > max_scan_message_bytes) {
            return fail(Errc::limit_exceeded, "scan", "the scanning process says too much");
        }
    }
    return fail(Errc::timed_out, "scan", "all sources together took too long");
}

// Keeps one document after the other, until one cannot be kept.
class Keeper {
  public:
    Keeper(const StateDirectory& state, const std::vector<Sha256>& kept)
        : state_(state), kept_(kept.begin(), kept.end()) {}

    Result<void> keep(DocumentKind kind, std::string_view document) {
        if (document.size() > limits::document_bytes) {
            return fail(Errc::limit_exceeded, std::string(name(kind)), "larger than a document may be");
        }
        const DocumentRef ref{kind, sha256(document), document.size()};
        CHECK_OK(state_.keep_document(ref.sha256, document));
        kept_.insert(ref.sha256);
        refs_.push_back(ref);
        return {};
    }

    std::vector<DocumentRef> finish() {
        state_.forget_documents_but(kept_);
        return std::move(refs_);
    }

  private:
    const StateDirectory& state_;
    std::set<Sha256> kept_;
    std::vector<DocumentRef> refs_;
};

}  // namespace

HostHints host_hints(const View& view, const Inventory& inventory) {
    HostHints out;
    for (const char* path : {"proc/sys/kernel/hostname", "etc/hostname"}) {
        const auto name = view.read(path, 4096);
        if (name && out.name.empty()) {
            out.name = clean_text(std::string_view(*name).substr(0, name->find('\n')), limits::text_bytes);
        }
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

namespace {

Result<void> keep_hardware(Keeper& keeper, const View& view, const Scan& found) {
    CHECK_OK(keeper.keep(DocumentKind::inventory, encode_inventory(found.inventory)));
    CHECK_OK(keeper.keep(DocumentKind::placement, encode_placement(found.placement)));
    if (found.firmware)
        CHECK_OK(keeper.keep(DocumentKind::firmware_manifest, encode_firmware_manifest(*found.firmware)));
    if (found.modules) CHECK_OK(keeper.keep(DocumentKind::modules, encode_module_list(*found.modules)));
    // A captured tree's event log is of another TPM.
    if (found.event_log.empty() || view.replayed()) return {};
    return keeper.keep(DocumentKind::event_log, found.event_log);
}

}  // namespace

Result<ScannedDocuments> scan_to_documents(const ScanOrder& order, const View& view) {
    const StateDirectory state = StateDirectory::held_by_parent(order.state_dir);
    ScanConfig config{order.source_deadline, order.tpm, order.hanging, order.choices};
    config.hardware = order.hardware;
    config.ima_from = order.ima_from;
    if (!view.replayed()) config.log = state.recall_firmware();
    const Scan found = scan(view, config);
    // A memory that could not be kept is read again from the log, as far as the log still has it.
    if (!view.replayed() && found.log && *found.log != config.log) (void)state.remember_firmware(*found.log);
    Keeper keeper(state, order.keep);
    ScannedDocuments out;
    if (order.hardware) {
        CHECK_OK(keep_hardware(keeper, view, found));
        out.host = host_hints(view, found.inventory);
    } else if (!found.ima) {
        return fail(Errc::io_error, "IMA list", "cannot be read any more: " + found.inventory.sources.at(0).detail);
    }
    if (order.keep_ima && found.ima && found.ima->span.count > 0) {
        CHECK_OK(keeper.keep(DocumentKind::ima, as_text(found.ima_entries)));
    }
    out.documents = keeper.finish();
    out.ima = found.ima;
    for (const SourceReport& source : found.inventory.sources) {
        const bool known = std::ranges::find(order.hanging, source.source) != order.hanging.end();
        if (source.state == SourceState::timed_out && !known) out.hanging.push_back(source.source);
    }
    return out;
}

Result<ScannedDocuments> scan_to_documents(const ScanOrder& order) {
    TRY(const View view, order.root.empty() ? View::live() : View::replay(order.root));
    return scan_to_documents(order, view);
}

int scan_child_main(int order_fd, int answer_fd, const ScanToDocuments& scan) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close_range(static_cast<unsigned>(std::max({STDERR_FILENO, order_fd, answer_fd})) + 1, ~0U, 0);  // the TPM's, say
    const auto order = decode_scan_order(read_all(order_fd));
    const Result<ScannedDocuments> answer = order ? scan(*order) : Result<ScannedDocuments>(fail(order.error()));
    const bool told = write_all(answer_fd, encode_scan_answer(answer)).has_value();
    // Threads of sources that hang may still be there: they end with the process, and nothing is to be torn down. One
    // that no signal reaches keeps the process, and its files with it: the answer's end must not wait for that.
    ::close(answer_fd);
    ::_exit(told ? 0 : 1);
}

Result<ScannedDocuments> scan_in_child(
    const std::string& program, ScanOrder order, const std::function<void()>& alive, LeftBehind& left
) {
    left.look_again();
    if (left.full()) {
        return fail(
            Errc::timed_out, "scan",
            std::to_string(left.count()) +
                " earlier scans still hang in reading a device: `ps -eo pid,stat,wchan:32,args` "
                "shows where (state D); such a device needs a reset or the system a restart"
        );
    }
    order.hanging = left.hanging();
    TRY(Pipe ask, make_pipe());
    TRY(Pipe answer, make_pipe());
    Child child(left);
    CHECK_OK(start(child, program, ask, answer));
    ask.read_end = FileDescriptor();
    answer.write_end = FileDescriptor();
    CHECK_OK(write_all(ask.write_end.get(), encode_scan_order(order)));
    ask.write_end = FileDescriptor();
    const auto longest = order.source_deadline * sources_at_most + beyond_sources;
    TRY(const std::string text, await_answer(answer.read_end.get(), longest, alive));
    TRY(ScannedDocuments documents, decode_scan_answer(text));
    child.hanging = documents.hanging;
    return documents;
}

}  // namespace assay::agent
