// A program that is no agent and reports in a device's name: the agent's code, the device's own TPM and key, and an
// inventory of its own making. assay_impostor CONFIG reports once; as root on the device (runtime_changes.py).

#include "agent/run.hpp"
#include "evidence/inventory.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <string_view>

namespace {

using namespace assay;
using namespace assay::agent;

// Whatever sits there says that it is an Intel 82574.
void forge(Inventory& inventory) {
    for (Component& component : inventory.components) {
        for (Identifier& one : component.identifiers) {
            if (one.registry == Registry::pci) one.value = "8086:10d3";
        }
    }
}

Result<ScannedDocuments> scan_and_forge(const ScanOrder& order) {
    TRY(ScannedDocuments out, scan_to_documents(order));
    const auto ref = std::ranges::find(out.documents, DocumentKind::inventory, &DocumentRef::kind);
    if (ref == out.documents.end()) return out;  // the IMA list alone was asked for
    const StateDirectory state = StateDirectory::held_by_parent(order.state_dir);
    TRY(const std::string text, state.document(ref->sha256));
    TRY(Inventory inventory, decode_inventory(text));
    forge(inventory);
    const std::string forged = encode_inventory(inventory);
    *ref = {DocumentKind::inventory, sha256(forged), forged.size()};
    CHECK_OK(state.keep_document(ref->sha256, forged));
    return out;
}

Result<RunResult> report_once(const char* file) {
    TRY(const Config config, load_config(file));
    TRY(const StateDirectory state, StateDirectory::open(config.state_dir));
    const Log log(system_now, Log::standard_error(), config.log_level);
    ServiceNotify notify;
    Session session(state.recall().memory, {.once = true});
    ShellParts parts;
    parts.alive = [] {};
    parts.hardware_events = [] { return std::uint64_t{0}; };
    Shell shell(config, state, std::move(parts));
    return run({session, shell, state, log, notify, {}, system_random, -1});
}

int dispatch(int argc, char** argv) {
    if (argc != 2) return 2;
    if (std::string_view(argv[1]) == scan_child_command) {
        return scan_child_main(STDIN_FILENO, STDOUT_FILENO, scan_and_forge);
    }
    const auto reported = report_once(argv[1]);
    if (!reported) {
        fmt::print(stderr, "{}\n", reported.error().message());
        return 1;
    }
    fmt::print("{}\n", reported->detail);
    return reported->succeeded ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    ::setenv("TSS2_LOG", "all+none", 0);
    ::signal(SIGPIPE, SIG_IGN);
    try {
        return dispatch(argc, argv);
    } catch (const std::exception& broken) {
        fmt::print(stderr, "{}\n", broken.what());
        return 1;
    }
}
