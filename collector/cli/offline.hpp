#pragma once
// What `assay` does without a collector: decode evidence, judge an inventory, check packs, explain a code.

#include "collector/cli/context.hpp"
#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/module_list.hpp"
#include "policy/pack_set.hpp"
#include "policy/registries.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

// assay inspect KIND FILE: what stands in it, as JSON. Decoded only: no signature is looked at.
struct Inspect {
    std::string kind;  // one of inspect_kinds()
    std::string file;
    bool pcrs = false;  // of an event log: only the PCRs, as text
    std::string name;   // of a UEFI variable; "" for what the file is called
};
Exit run(const Inspect& command, const Context& context);

// assay explain [CODE]: what a word means and what to do; without one, every word.
struct Explain {
    std::string code;
};
Exit run(const Explain& command, const Context& context);

// assay policy match: judges what `assay-agent scan --json` printed. Without --pack: the packs that ship.
struct PolicyMatch {
    std::string inventory;
    std::vector<std::string> packs;
    std::optional<std::string> as_of;
    std::string site;
    std::string role;
    bool why = false;
};
Exit run(const PolicyMatch& command, const Context& context);

// assay policy check FILE...: reads each, then puts them together with the packs that ship (one of the same id is
// replaced).
struct PolicyCheck {
    std::vector<std::string> files;
};
Exit run(const PolicyCheck& command, const Context& context);

// assay verify BUNDLE --ca PIN... [--collector PIN...] [--reviewer PIN...]: the appraisal of a report bundle over again
// (collector/bundle/verify_bundle.hpp).
struct VerifyBundle {
    std::string file;
    // Files of CA certificates, or the SHA-256 of one's DER in hex.
    std::vector<std::string> vendors;
    std::vector<std::string> collectors;
    std::vector<std::string> reviewers;
};
Exit run(const VerifyBundle& command, const Context& context);

// assay inventory diff BEFORE AFTER: what differs between two scans of one device (evidence/inventory_diff.hpp). The
// exit status is diff's: 0 nothing, 1 something, 2 a file could not be read or is none.
struct DiffInventories {
    std::string before;
    std::string after;
};
Exit run(const DiffInventories& command, const Context& context);

// A bare inventory document, or the documents of a scan; in any layout of JSON.
struct ScannedDocuments {
    Inventory inventory;
    Placement placement;
    FirmwareManifest firmware;
    ModuleList modules;
};
Result<ScannedDocuments> read_scan(std::string_view text, const std::string& file);

// The packs in `given` and those that they use of the packs that ship; all of these when `with_shipped` or when nothing
// is given. One that was given stands for one that ships under the same id.
Result<policy::PackSet> load_packs(const Context& context, const std::vector<std::string>& given, bool with_shipped);

// The registry snapshots that ship; none where there is no directory of them.
Result<policy::Registries> shipped_registries(const Context& context);

}  // namespace assay::cli
