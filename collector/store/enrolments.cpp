#include "collector/store/enrolments.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"
#include "evidence/tpm/attest.hpp"

namespace assay::store {
namespace {

constexpr auto decisions = words<Decision>({
    {Decision::automatic, "automatic"},
    {Decision::pending, "pending"},
    {Decision::approved, "approved"},
    {Decision::rejected, "rejected"},
});

constexpr std::size_t conflicts_kept = 1'000;

// What the device's last accepted quote said.
std::optional<std::uint64_t> last_tpm_firmware(Database& db, const DeviceId& id) {
    return first_row(
        db.query("select attest from device_heads where device_id = $device and attest is not null", {{"$device", id}}),
        [](const Cursor& row) { return stored(decode_quote_attest(row.blob(0))).firmware_version; }
    );
}

std::string ids_text(const std::vector<DeviceId>& devices) {
    std::string out;
    for (const DeviceId& id : devices) out += (out.empty() ? "" : " ") + id.text();
    return out;
}

std::vector<DeviceId> ids_of(std::string_view text) {
    std::vector<DeviceId> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        out.push_back(stored(DeviceId::parse(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

std::string_view name(Decision decision) {
    return decisions.of(decision);
}
std::optional<Decision> decision_named(std::string_view name) {
    return decisions.named(name);
}

void add_enrolment(Database& db, const Enrolment& enrolment) {
    db.execute(
        "insert into enrolments (device_id, generation, tier, detail, decision, decided_by, note, decided_at, "
        "agent_version, peer, join_token, enrolled_at) values ($device, $generation, $tier, $detail, "
        "$decision, $by, $note, $decided, $version, $peer, $token, $at)",
        {{"$device", enrolment.device.value},
         {"$generation", enrolment.generation},
         {"$tier", word(enrolment.tier)},
         {"$detail", enrolment.detail},
         {"$decision", name(enrolment.decision)},
         {"$by", enrolment.decided_by},
         {"$note", enrolment.note},
         {"$decided", enrolment.decided_at},
         {"$version", enrolment.agent_version},
         {"$peer", enrolment.peer},
         {"$token", enrolment.join_token},
         {"$at", enrolment.enrolled_at}}
    );
}

void set_tier(
    Database& db, const DeviceId& id, std::uint64_t generation, Reason tier, std::string_view detail, Decision decision
) {
    db.execute(
        "update enrolments set tier = $tier, detail = $detail, decision = $decision "
        "where device_id = $device and generation = $generation",
        {{"$tier", word(tier)},
         {"$detail", detail},
         {"$decision", name(decision)},
         {"$device", id.value},
         {"$generation", generation}}
    );
}

Enrolment read_enrolment(const Cursor& row) {
    Enrolment out;
    out.device.value = row.sha256(0);
    out.generation = row.count(1);
    out.tier = stored_word(reason_named(row.text(2)), row.text(2));
    out.detail = row.string(3);
    out.decision = stored_word(decisions.named(row.text(4)), row.text(4));
    out.decided_by = row.string(5);
    out.note = row.string(6);
    out.decided_at = row.time_if(7);
    out.agent_version = row.string(8);
    out.peer = row.string(9);
    out.join_token = row.sha256(10);
    out.enrolled_at = row.time(11);
    return out;
}

void set_enrolment_chain(Database& db, const DeviceId& id, std::span<const Bytes> chain) {
    db.execute("delete from enrolment_certificates where device_id = $device", {{"$device", id.value}});
    for (std::size_t i = 0; i < chain.size(); ++i) {
        db.execute(
            "insert into enrolment_certificates (device_id, position, certificate) "
            "values ($device, $position, $certificate)",
            {{"$device", id.value}, {"$position", i}, {"$certificate", chain[i]}}
        );
    }
}

std::vector<Bytes> enrolment_chain(Database& db, const DeviceId& id) {
    return every_row(
        db.query(
            "select certificate from enrolment_certificates where device_id = $device order by position",
            {{"$device", id}}
        ),
        [](const Cursor& row) { return row.bytes(0); }
    );
}

std::optional<Enrolment> find_enrolment(Database& db, const DeviceId& id, std::uint64_t generation) {
    Select query{"select ", enrolment_columns, " from enrolments e"};
    query.where("e.device_id = $device and e.generation = $generation", {{"$device", id}, {"$generation", generation}});
    return first_row(db.query(query), &read_enrolment);
}

Result<void> decide_enrolment(
    Database& db, const DeviceId& id, Decision decision, std::string_view actor, std::string_view note
) {
    const std::optional<Device> device = find_device(db, id);
    if (!device) return fail(Errc::not_found, "device", "no such device");
    if (device->standing.lifecycle.state != Lifecycle::pending_review) {
        return fail(Errc::conflict, "device", "does not wait for review");
    }
    const UnixMillis now = db.now();
    db.execute(
        "update enrolments set decision = $decision, decided_by = $actor, note = $note, decided_at = $now "
        "where device_id = $device and generation = $generation",
        {{"$decision", name(decision)},
         {"$actor", actor},
         {"$note", note},
         {"$now", now},
         {"$device", id.value},
         {"$generation", device->generation}}
    );
    const bool approved = decision == Decision::approved;
    set_lifecycle(
        db, id, approved ? Lifecycle::active : Lifecycle::retired, approved ? Reason::approved : Reason::rejected, note,
        now
    );
    if (const auto firmware = last_tpm_firmware(db, id); approved && firmware) set_tpm_firmware(db, id, *firmware);
    add_device_event(db, id, {0, now, std::string(name(decision)), std::string(actor), std::string(note)});
    return {};
}

void add_conflict(Database& db, const EnrolmentConflict& conflict) {
    db.execute(
        "insert into enrolment_conflicts (number, at, peer, devices, detail) values "
        "((select coalesce(max(number), 0) + 1 from enrolment_conflicts), $at, $peer, $devices, $detail)",
        {{"$at", conflict.at},
         {"$peer", conflict.peer},
         {"$devices", ids_text(conflict.devices)},
         {"$detail", conflict.detail}}
    );
    db.execute(
        "delete from enrolment_conflicts where number <= (select max(number) from enrolment_conflicts) - $kept",
        {{"$kept", conflicts_kept}}
    );
}

std::vector<EnrolmentConflict> conflicts(Database& db, std::size_t newest) {
    return every_row(
        db.query(
            "select at, peer, devices, detail from enrolment_conflicts order by number desc limit $limit",
            {{"$limit", newest}}
        ),
        [](const Cursor& row) {
            return EnrolmentConflict{row.time(0), row.string(1), ids_of(row.text(2)), row.string(3)};
        }
    );
}

}  // namespace assay::store
