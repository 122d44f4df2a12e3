#pragma once
// Devices, their keys, and what became of enrolling them. A device is what its endorsement keys say it is: the unique
// constraint on an EK's fingerprint decides, not a look before. Every write that changes how a report of the device is
// judged raises its epoch, and reports commit only on the epoch they were judged by.

#include "collector/store/database.hpp"
#include "collector/verifier/standing.hpp"
#include "evidence/device_id.hpp"
#include "evidence/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::store {

// Where the device's inventory comes from; shown wherever the device is.
enum class Origin {
    live,      // an agent on the device, under a quote
    replayed,  // an agent that read a tree given with --root
    imported,  // a person's file, no TPM: everything is `declared`
};
std::string_view name(Origin origin);
std::optional<Origin> origin_named(std::string_view name);
Origin stored_origin(std::string_view word);  // throws DatabaseBroken for another word

struct Device {
    DeviceId id;
    Origin origin = Origin::live;
    std::uint64_t generation = 0;  // of the AK in force, from 1; 0: imported
    std::uint64_t epoch = 0;
    HostHints host;    // hostile text
    std::string site;  // of the join token, or set by the operator; may be empty
    std::string role;  // set by the operator; may be empty
    UnixMillis enrolled_at;
    std::optional<std::uint64_t> tpm_firmware;  // firmwareVersion at enrolment, or when an operator last approved
    Standing standing;                          // lifecycle and the last appraisal; never "enrolling"
    std::string judged_on;                      // the day of the last judgement of its components, or ""
    Sha256 judged_by{};                         // which packs it was by; zero: none yet
};

std::optional<Device> find_device(Database& db, const DeviceId& id);
// For queries that begin with these columns. The standing's axes are left to read_axes.
inline constexpr Sql device_columns(
    "d.device_id, d.origin, d.host_name, d.host_maker, d.host_model, d.host_serial, d.site, d.role, d.enrolled_at, "
    "d.tpm_firmware, h.epoch, h.generation, h.accepted_at, h.valid_until, d.judged_on, d.judged_by"
);
inline constexpr Sql device_tables("devices d join device_heads h on h.device_id = d.device_id");
inline constexpr int device_column_count = 16;
Device read_device(const Cursor& row);
void read_axes(Database& db, const DeviceId& id, Standing& standing);
// ConstraintBroken when the id is known.
void insert_device(Database& db, const Device& device);
// Compare-and-set: false, and nothing changed, when the epoch is no longer `epoch`.
bool advance_epoch(Database& db, const DeviceId& id, std::uint64_t epoch);
// The four axes and valid_until; when it was reported comes with reports. Does not raise the epoch: the caller has
// advanced it.
void set_standing(Database& db, const DeviceId& id, const Standing& standing);
// These raise the epoch. False: no such device.
bool set_lifecycle(
    Database& db, const DeviceId& id, Lifecycle lifecycle, Reason reason, std::string_view detail, UnixMillis now
);
bool set_tpm_firmware(Database& db, const DeviceId& id, std::uint64_t version);
bool raise_epoch(Database& db, const DeviceId& id);
// Its components have to be judged again.
bool set_place(Database& db, const DeviceId& id, std::string_view site, std::string_view role);
void set_host(Database& db, const DeviceId& id, const HostHints& host);
void set_judged(Database& db, const DeviceId& id, std::string_view day, const Sha256& packs);
void set_origin(Database& db, const DeviceId& id, Origin origin);

// What happened to a device, in order, never changed.
struct DeviceEvent {
    std::uint64_t number = 0;  // from 1 within the device; given by add_device_event
    UnixMillis at;
    std::string event;  // "enrolled", "new_generation", "approved", "rejected", "retired", "appraisal", "conflict", ...
    std::string actor;  // "device", "collector", or the operator's name
    std::string detail;  // one sentence
};
void add_device_event(Database& db, const DeviceId& id, const DeviceEvent& event);
std::vector<DeviceEvent> device_events(Database& db, const DeviceId& id, std::size_t newest);

struct StoredEndorsementKey {
    Sha256 fingerprint{};
    std::string ek_template;  // "L-1"
    Bytes public_area;
    Bytes certificate;  // DER, or empty
    UnixMillis added_at;
};
// The device that holds the key with this fingerprint.
std::optional<DeviceId> device_of_ek(Database& db, const Sha256& fingerprint);
// ConstraintBroken when another device holds it; nothing happens when this one does.
void add_endorsement_key(Database& db, const DeviceId& id, const StoredEndorsementKey& key);
std::vector<StoredEndorsementKey> endorsement_keys(Database& db, const DeviceId& id);

struct StoredAk {
    std::uint64_t generation = 0;
    Bytes public_area;  // TPMT_PUBLIC
    Bytes name;         // computed by the collector
    UnixMillis added_at;
};
// ConstraintBroken when the same key is known under any device or generation.
void add_ak(Database& db, const DeviceId& id, const StoredAk& ak);
std::optional<StoredAk> current_ak(Database& db, const DeviceId& id);
std::optional<DeviceId> device_of_ak(Database& db, ByteView name);
std::vector<StoredAk> aks(Database& db, const DeviceId& id);
// Puts the new generation in force and raises the epoch.
void set_generation(Database& db, const DeviceId& id, std::uint64_t generation);

}  // namespace assay::store
