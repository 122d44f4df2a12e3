#pragma once
// What every source shares: the Found it returns, and the Account it keeps of how its reading went while it reads.
// A source is a function of a View (and of what it needs besides); it prints nothing, judges nothing, and never fails:
// what went wrong stands in its report.

#include "agent/ima_reading.hpp"
#include "agent/root/view.hpp"
#include "agent/sources/firmware_memory.hpp"
#include "base/bytes.hpp"
#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/module_list.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

struct Found {
    SourceReport report;
    std::vector<Component> components;
    // What this source says of parts that another source found, by their keys: names, identifiers, firmware, contents,
    // and a serial, slot or port where the part has none. What the part has already stands.
    std::vector<Component> additions;
    Placement placement;
    std::optional<FirmwareManifest> firmware;
    std::optional<ModuleList> modules;
    std::optional<FirmwareMemory> log;  // what to remember of the kernel's log until the next scan
    std::string event_log;              // the kernel's bytes; empty: none
    std::optional<ImaReading> ima;      // none: no list
    Bytes ima_entries;                  // that it speaks for
};

// Of something that is there and could not be read.
SourceState state_of(Errc code);

// Keeps the worst thing that happened: error over timed_out over denied over ok. Of several that are equally
// bad the least text gives the detail, without what a boot assigns, so that every boot tells the same; the report says
// how many more there were.
class Account {
  public:
    explicit Account(std::string source) { found.report.source = std::move(source); }

    // A part of the source could not be read. not_found and gone are no failure here: ask still_there() first.
    void failed(const Error& error);
    void failed(SourceState state, std::string detail);
    bool has_failed() const { return failures_ > 0; }
    void covered(std::string_view place);
    // The whole source is not there: absent, and why.
    Found absent(std::string_view detail);
    Found finish();

    Found found;

  private:
    SourceState worst_ = SourceState::ok;
    std::string detail_;
    std::size_t failures_ = 0;
};

// One attribute file of sysfs (at most a page) as text: cleaned, its newline gone.
Reading read_text(const View& view, const std::string& path);
// The same without the three values: "" unless it was read. For attributes whose absence means nothing.
std::string text_or_empty(const View& view, const std::string& path);
// Four hex digits from "0x19e5\n" or "19e5\n". Errors as View::read, and bad_value.
Result<std::string> read_hex16(const View& view, const std::string& path);

void add_identifier(Component& component, Registry registry, const std::string& value);  // leaves out what is not one
void add_name(Component& component, const std::string& name, Reading reading);           // leaves out what is absent

}  // namespace assay::agent
