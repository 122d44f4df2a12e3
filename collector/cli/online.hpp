#pragma once
// What `assay` asks a collector for, and what it tells it. Each command is the value that the command line gave, and a
// function. docs/API.md describes the routes behind them.

#include "collector/cli/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

struct Filters {
    std::string vendor;  // a vendor's number: "19e5", "pci:19e5", "usb:05c6"
    std::string entity;  // id of an entity in the packs
    std::string authority;
    std::string site;
    std::string kind;
    std::string state;
    std::string changed_since;  // RFC 3339 or a day
    std::string sort;           // "name", "-name"; the collector knows which there are
    std::size_t limit = 10'000;
};

struct ListDevices {
    Filters filters;
};
struct ShowDevice {
    std::string device;  // id, its beginning, or a name
    bool why = false;    // every check in order, and what to do
};
// The documents of its last report beside the inventory.
struct ShowModules {
    std::string device;
};
struct ShowFirmware {
    std::string device;
};
struct PlaceDevice {
    std::string device;
    std::optional<std::string> site;
    std::optional<std::string> role;
};
struct ListComponents {
    Filters filters;
    std::string device;
};
struct ListFindings {
    Filters filters;
    std::string device;
    bool why = false;
};
struct ListConflicts {
    Filters filters;
    std::string device;
    std::string rule;  // "mac_maker"; the collector knows which there are
    bool why = false;
};
struct ListUnknown {
    Filters filters;
    std::string device;
    std::string registry;
    std::string reason;  // "not_registered"; the same
};
struct ListWorklist {
    Filters filters;
    std::string device;
    bool all = false;  // closed, excepted and dismissed items too
};
struct ShowItem {
    std::string item;
};
struct MoveItems {
    std::vector<std::string> items;
    std::string action;
    std::string note;
    std::string date;
};
struct ListChanges {
    Filters filters;
    std::string device;
};
struct ListPacks {};
struct ListEnrolments {
    Filters filters;
};
struct DecideEnrolments {
    std::vector<std::string> devices;
    bool approve = false;
    std::string note;
};
struct TrustAdd {
    std::vector<std::string> files;  // PEM
    std::string note;
};
struct TrustList {};
struct TrustRemove {
    std::string sha256;
    std::string note;
};
struct ListReferences {
    std::string state;  // "draft", "approved", "retired"; "": all
};
struct ShowReference {
    bool document = false;  // the bytes that its SHA-256 is of, alone
    std::string reference;  // the beginning of its SHA-256
};
struct LearnReference {
    std::string device;
    std::string name;
    std::string extend;          // the beginning of the SHA-256 of what is known
    std::string until;           // the last day of known values that are replaced
    std::string runtime_policy;  // the beginning of the SHA-256 of what may run after the boot
    bool runtime = false;        // a policy of what has run, instead
    std::string note;
};
struct AddReference {
    std::string file;
    bool runtime = false;  // the file is a runtime policy
    std::string note;
};
struct DecideReference {
    std::string reference;
    bool approve = false;
    std::string note;
    std::string signature;  // file of a detached CMS signature over the document, DER; or ""
};
struct ImportInventory {
    std::string file;
    std::string name;
    std::string site;
};
struct ListAttempts {
    std::size_t limit = 100;
};
struct Overview {};

struct FetchBundle {
    std::string device;
    std::string out;  // the new file, or "-" for standard output
};

Exit run(const ListDevices& command, const Context& context);
Exit run(const ShowDevice& command, const Context& context);
Exit run(const ShowModules& command, const Context& context);
Exit run(const ShowFirmware& command, const Context& context);
Exit run(const FetchBundle& command, const Context& context);
Exit run(const PlaceDevice& command, const Context& context);
Exit run(const ListComponents& command, const Context& context);
Exit run(const ListFindings& command, const Context& context);
Exit run(const ListConflicts& command, const Context& context);
Exit run(const ListUnknown& command, const Context& context);
Exit run(const ListWorklist& command, const Context& context);
Exit run(const ShowItem& command, const Context& context);
Exit run(const MoveItems& command, const Context& context);
Exit run(const ListChanges& command, const Context& context);
Exit run(const ListPacks& command, const Context& context);
Exit run(const ListEnrolments& command, const Context& context);
Exit run(const DecideEnrolments& command, const Context& context);
Exit run(const TrustAdd& command, const Context& context);
Exit run(const TrustList& command, const Context& context);
Exit run(const TrustRemove& command, const Context& context);
Exit run(const ListReferences& command, const Context& context);
Exit run(const ShowReference& command, const Context& context);
Exit run(const LearnReference& command, const Context& context);
Exit run(const AddReference& command, const Context& context);
Exit run(const DecideReference& command, const Context& context);
Exit run(const ImportInventory& command, const Context& context);
Exit run(const ListAttempts& command, const Context& context);
Exit run(const Overview& command, const Context& context);

}  // namespace assay::cli
