#pragma once
// The command line of `assay`, read into a value. docs/man/assay.1 describes it.

#include "collector/cli/offline.hpp"
#include "collector/cli/online.hpp"
#include "collector/cli/settings.hpp"

#include <string>
#include <variant>
#include <vector>

namespace assay::cli {

using Command = std::variant<
    Inspect, Explain, PolicyMatch, PolicyCheck, DiffInventories, VerifyBundle, FetchBundle, ListDevices, ShowDevice,
    ShowModules, ShowFirmware, PlaceDevice, ListComponents, ListFindings, ListConflicts, ListUnknown, ListWorklist,
    ShowItem, MoveItems, ListChanges, ListPacks, ListEnrolments, DecideEnrolments, TrustAdd, TrustList, TrustRemove,
    ListReferences, ShowReference, LearnReference, AddReference, DecideReference, ImportInventory, ListAttempts,
    Overview>;

struct Invocation {
    Command command;
    Given given;
    Format format = Format::table;
    bool no_colour = false;
};

// Nothing to run: help or version to be printed, or what is wrong with the command line.
struct NoInvocation {
    Exit status = Exit::usage;
    std::string text;
};

std::variant<Invocation, NoInvocation> parse_command_line(const std::vector<std::string>& arguments);

Exit run(const Invocation& invocation, const Context& context);

}  // namespace assay::cli
