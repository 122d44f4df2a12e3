// The scanning child of a machine that a tree stands for: stand_in_child DIR, in the agent's place.

#include "agent/scan_child.hpp"

#include <unistd.h>

using namespace assay::agent;

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    return scan_child_main(
        STDIN_FILENO, STDOUT_FILENO,
        [argv](const ScanOrder& order) -> assay::Result<ScannedDocuments> {
            TRY(const View view, View::stand_in(argv[1]));
            return scan_to_documents(order, view);
        }
    );
}
