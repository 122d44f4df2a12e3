// The schema as SQLite has it, one text per version, append-only: a text that was released never changes. STRICT tables
// refuse values of another type. Every table that grows with the fleet has device_id first in its key.

#include "collector/store/sqlite_schema.hpp"

#include <array>

namespace assay::store {
namespace {

constexpr std::string_view version_1 = R"sql(
create table devices (
    device_id blob primary key not null,
    origin text not null,
    host_name text not null,
    host_maker text not null,
    host_model text not null,
    host_serial text not null,
    site text not null,
    role text not null,
    enrolled_at integer not null,
    tpm_firmware integer,
    judged_on text not null,
    judged_by blob not null
) strict, without rowid;
create index devices_by_site on devices (site);

-- What every report changes, in one row: the epoch to compare and set, and the last report of the open interval.
create table device_heads (
    device_id blob primary key not null references devices,
    epoch integer not null,
    generation integer not null,
    interval integer not null,
    reports integer not null,
    statement blob,
    attest blob,
    signature blob,
    accepted_at integer,
    valid_until integer
) strict;

create table standings (
    device_id blob not null references devices,
    axis text not null,
    word text not null,
    reason text not null,
    detail text not null,
    since integer not null,
    primary key (device_id, axis)
) strict, without rowid;
create index standings_by_word on standings (axis, word);

create table device_events (
    device_id blob not null references devices,
    number integer not null,
    at integer not null,
    event text not null,
    actor text not null,
    detail text not null,
    primary key (device_id, number)
) strict, without rowid;

create table endorsement_keys (
    device_id blob not null references devices,
    fingerprint blob not null unique,
    template text not null,
    public_area blob not null,
    certificate blob not null,
    added_at integer not null,
    primary key (device_id, fingerprint)
) strict;

create table attestation_keys (
    device_id blob not null references devices,
    generation integer not null,
    public_area blob not null,
    name blob not null unique,
    added_at integer not null,
    primary key (device_id, generation)
) strict;

create table enrolments (
    device_id blob not null references devices,
    generation integer not null,
    tier text not null,
    detail text not null,
    decision text not null,
    decided_by text not null,
    note text not null,
    decided_at integer,
    agent_version text not null,
    peer text not null,
    join_token blob not null,
    enrolled_at integer not null,
    primary key (device_id, generation)
) strict;
create index enrolments_by_decision on enrolments (decision, enrolled_at);

create table enrolment_conflicts (
    number integer primary key not null,
    at integer not null,
    peer text not null,
    devices text not null,
    detail text not null
) strict;

create table attempts (
    number integer primary key not null,
    at integer not null,
    peer text not null,
    claimed blob,
    step text not null,
    code text not null,
    reason text not null,
    detail text not null
) strict;
create table attempt_counts (
    step text not null,
    reason text not null,
    count integer not null,
    last_at integer not null,
    primary key (step, reason)
) strict, without rowid;

create table report_intervals (
    device_id blob not null references devices,
    interval integer not null,
    generation integer not null,
    reports integer,
    first_statement blob not null,
    first_attest blob not null,
    first_signature blob not null,
    first_at integer not null,
    last_statement blob,
    last_attest blob,
    last_signature blob,
    last_at integer,
    selection text not null,
    pcr_digest blob not null,
    primary key (device_id, interval)
) strict;
create index report_intervals_by_pcrs on report_intervals (device_id, pcr_digest);

create table interval_pcrs (
    device_id blob not null,
    interval integer not null,
    bank integer not null,
    pcr integer not null,
    digest blob not null,
    primary key (device_id, interval, bank, pcr),
    foreign key (device_id, interval) references report_intervals
) strict, without rowid;

create table failed_reports (
    device_id blob primary key not null references devices,
    at integer not null,
    reason text not null,
    detail text not null,
    statement blob not null,
    attest blob not null,
    signature blob not null
) strict;

create table report_checks (
    device_id blob not null references devices,
    position integer not null,
    name text not null,
    outcome text not null,
    reason text not null,
    detail text not null,
    primary key (device_id, position)
) strict, without rowid;


create table documents (
    sha256 blob primary key not null,
    body blob not null
) strict;
create table possessions (
    device_id blob not null references devices,
    sha256 blob not null references documents,
    kind text not null,
    size integer not null,
    replayed integer not null,
    used_at integer not null,
    primary key (device_id, sha256)
) strict, without rowid;

create table models (
    model_id integer primary key not null,
    sha256 blob not null unique,
    kind text not null,
    listed integer not null
) strict;
create index models_listed on models (listed) where listed = 1;
create table model_identifiers (
    model_id integer not null references models,
    registry text not null,
    value text not null,
    primary key (model_id, registry, value)
) strict, without rowid;
create index model_identifiers_by_value on model_identifiers (registry, value);

create table components (
    device_id blob not null references devices,
    component text not null,
    model_id integer not null references models,
    kind text not null,
    proof text not null,
    first_seen_at integer not null,
    changed_at integer not null,
    body text not null,
    primary key (device_id, component)
) strict;
create index components_by_model on components (model_id);

create table placements (
    device_id blob not null references devices,
    component text not null,
    word text not null,
    value text not null,
    primary key (device_id, component, word)
) strict, without rowid;

create table sources (
    device_id blob not null references devices,
    source text not null,
    state text not null,
    detail text not null,
    covered text not null,
    primary key (device_id, source)
) strict, without rowid;

create table findings (
    device_id blob not null references devices,
    finding text not null,
    component text not null,
    entry text not null,
    entity text not null,
    named text not null,
    authority text not null,
    list text not null,
    action text not null,
    deadline text not null,
    reason text not null,
    excepted text not null,
    proof text not null,
    explanation text not null,
    first_seen_at integer not null,
    last_seen_at integer not null,
    primary key (device_id, finding)
) strict;
create index findings_by_component on findings (device_id, component);
create index findings_by_entity on findings (entity);

create table items (
    device_id blob not null references devices,
    item integer not null unique,
    component text not null,
    state text not null,
    grade text not null,
    body text not null,
    version integer not null,
    opened_at integer not null,
    changed_at integer not null,
    primary key (device_id, item)
) strict;
create table item_demands (
    device_id blob not null,
    item integer not null,
    entry text not null,
    entity text not null,
    authority text not null,
    primary key (device_id, item, entry, entity),
    foreign key (device_id, item) references items
) strict, without rowid;
create table item_traits (
    device_id blob not null,
    item integer not null,
    trait text not null,
    primary key (device_id, item, trait),
    foreign key (device_id, item) references items
) strict, without rowid;
create index item_traits_by_trait on item_traits (trait);
create table item_events (
    device_id blob not null references devices,
    item integer not null,
    number integer not null,
    at integer not null,
    actor text not null,
    event text not null,
    from_state text not null,
    to_state text not null,
    note text not null,
    attachment text not null,
    primary key (device_id, item, number)
) strict, without rowid;

create table api_tokens (
    sha256 blob primary key not null,
    name text not null unique,
    created_at integer not null,
    expires_at integer,
    revoked integer not null
) strict, without rowid;
create table join_tokens (
    sha256 blob primary key not null,
    name text not null unique,
    site text not null,
    uses_left integer not null,
    created_at integer not null,
    expires_at integer
) strict, without rowid;

create table trust_anchors (
    sha256 blob primary key not null,
    der blob not null,
    subject text not null,
    note text not null,
    added_by text not null,
    added_at integer not null
) strict;
create table allowed_endorsement_keys (
    fingerprint blob primary key not null,
    note text not null,
    added_by text not null,
    added_at integer not null
) strict, without rowid;

create table packs (
    sha256 blob primary key not null,
    pack text not null,
    version integer not null,
    dated text not null,
    title text not null,
    body text not null,
    loaded_at integer not null,
    active integer not null
) strict;
)sql";

// A name is a person's: one token of it that is not revoked. What was revoked stays, for the events that name it.
constexpr std::string_view version_2 = R"sql(
create table api_tokens_2 (
    sha256 blob primary key not null,
    name text not null,
    created_at integer not null,
    expires_at integer,
    revoked integer not null,
    last_used_at integer
) strict, without rowid;
insert into api_tokens_2 select sha256, name, created_at, expires_at, revoked, null from api_tokens;
drop table api_tokens;
alter table api_tokens_2 rename to api_tokens;
create unique index api_tokens_by_name on api_tokens (name) where revoked = 0;

create table join_tokens_2 (
    sha256 blob primary key not null,
    name text not null,
    site text not null,
    uses_left integer not null,
    created_at integer not null,
    expires_at integer,
    revoked integer not null
) strict, without rowid;
insert into join_tokens_2 select sha256, name, site, uses_left, created_at, expires_at, 0 from join_tokens;
drop table join_tokens;
alter table join_tokens_2 rename to join_tokens;
create unique index join_tokens_by_name on join_tokens (name) where revoked = 0;
)sql";

// Which documents an interval's reports name, and which a device let go of: what nothing keeps is deleted.
constexpr std::string_view version_3 = R"sql(
create index possessions_by_document on possessions (sha256);
create table interval_documents (
    device_id blob not null,
    interval integer not null,
    sha256 blob not null,
    primary key (device_id, interval, sha256),
    foreign key (device_id, interval) references report_intervals
) strict, without rowid;
create index interval_documents_by_document on interval_documents (sha256);
create table released_documents (
    sha256 blob primary key not null
) strict, without rowid;

create index documents_by_hex on documents (lower(hex(sha256)));
insert or ignore into interval_documents
    select r.device_id, r.interval, d.sha256
    from report_intervals r, json_each(case when json_valid(cast(r.first_statement as text))
        then cast(r.first_statement as text) else '{}' end, '$.documents') named
    join documents d on lower(hex(d.sha256)) = json_extract(named.value, '$.sha256');
drop index documents_by_hex;
insert into released_documents
    select sha256 from documents d where not exists (select 1 from possessions p where p.sha256 = d.sha256);
)sql";

// Sessions of the dashboard: what a browser's cookie stands for.
constexpr std::string_view version_4 = R"sql(
create table operator_sessions (
    sha256 blob primary key not null,
    token blob not null,
    created_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index operator_sessions_by_token on operator_sessions (token);
)sql";

// For lists in other orders than by id, for counts of what is open, and for what happened by time.
constexpr std::string_view version_5 = R"sql(
create index devices_by_name on devices (host_name);
create index device_events_by_time on device_events (at);
create index item_events_by_time on item_events (at);
create index findings_counted on findings (device_id) where excepted = '';
create index items_open on items (device_id) where state not in ('closed', 'excepted', 'false_positive');
)sql";

// Sessions of before were never noted as used: they end, and a person signs in again.
constexpr std::string_view version_6 = R"sql(
alter table operator_sessions add column used_at integer not null default 0;
)sql";

// What registers say of parts beside findings. Filled as devices are judged again: by rules of another fingerprint.
constexpr std::string_view version_7 = R"sql(
create table identity_conflicts (
    device_id blob not null references devices,
    conflict text not null,
    component text not null,
    rule text not null,
    registry text not null,
    value text not null,
    holder text not null,
    against text not null,
    proof text not null,
    explanation text not null,
    first_seen_at integer not null,
    primary key (device_id, conflict)
) strict;
create table unknown_identifiers (
    device_id blob not null references devices,
    component text not null,
    registry text not null,
    value text not null,
    vendor text not null,
    reason text not null,
    first_seen_at integer not null,
    primary key (device_id, component, registry, value)
) strict, without rowid;
create index unknown_identifiers_by_vendor on unknown_identifiers (registry, vendor);
)sql";

// What a quote was bound to (nonce and TLS exporter), the newest report's IMA tail, and the CA certificates that came
// with an enrolment, so that all this can be checked again without the collector; Reference Values and runtime
// policies; and how far each device's IMA list was replayed, with its bytes.
constexpr std::string_view version_8 = R"sql(
alter table device_heads add column binding blob not null default x'';
alter table device_heads add column ima_tail blob not null default x'';
alter table report_intervals add column first_binding blob not null default x'';
alter table report_intervals add column last_binding blob not null default x'';

create table enrolment_certificates (
    device_id blob not null references devices,
    position integer not null,
    certificate blob not null,
    primary key (device_id, position)
) strict;

create table reference_documents (
    sha256 blob primary key not null,
    kind text not null,
    name text not null,
    body text not null,
    state text not null,
    learned_from blob,
    added_by text not null,
    added_at integer not null,
    decided_by text not null,
    decided_at integer,
    note text not null,
    signature blob not null,
    signed_by text not null
) strict;
create index reference_documents_by_state on reference_documents (kind, state);

create table device_boots (
    device_id blob primary key not null references devices,
    maker text not null,
    model text not null,
    version text not null,
    proof text not null
) strict, without rowid;

create table runtime_states (
    device_id blob primary key not null references devices,
    generation integer not null,
    reset_count integer not null,
    boot text not null,
    entries integer not null,
    bank integer not null,
    value blob not null,
    extension text not null,
    proven integer not null,
    otherwise blob not null,
    kept_bytes integer,
    judged text not null
) strict;
create table ima_segments (
    device_id blob not null references devices,
    number integer not null,
    generation integer not null,
    reset_count integer not null,
    first integer not null,
    entries integer not null,
    body blob not null,
    primary key (device_id, number)
) strict;
)sql";

constexpr std::array versions{version_1, version_2, version_3, version_4, version_5, version_6, version_7, version_8};

}  // namespace

std::span<const std::string_view> sqlite_schema() {
    return versions;
}

Result<void> check_schema(Database& db, std::span<const std::string_view> schema) {
    std::int64_t current = 0;
    {
        const auto known = db.query("select count(*) from sqlite_schema where name = 'schema_versions'");
        if (!known->next() || known->integer(0) == 0) return fail(Errc::bad_value, "database", "is empty");
        const auto row = db.query("select coalesce(max(version), 0) from schema_versions");
        row->next();
        current = row->integer(0);
    }
    if (current == std::int64_t(schema.size())) return {};
    return fail(
        Errc::unsupported, "database",
        "has schema version " + std::to_string(current) + ", this program works with " + std::to_string(schema.size()) +
            ": start the collector of this program first"
    );
}

Result<void> migrate(Database& db, std::span<const std::string_view> schema) {
    db.begin_write();
    try {
        db.script(
            "create table if not exists schema_versions (version integer primary key not null, "
            "applied_at integer not null) strict"
        );
        std::size_t current = 0;
        {
            const auto row = db.query("select coalesce(max(version), 0) from schema_versions");
            row->next();
            current = static_cast<std::size_t>(row->integer(0));
        }
        if (current > schema.size()) {
            db.rollback();
            return fail(
                Errc::unsupported, "database",
                "has schema version " + std::to_string(current) + ", this program knows " +
                    std::to_string(schema.size()) + ": it was written by a newer one"
            );
        }
        for (std::size_t version = current + 1; version <= schema.size(); ++version) {
            db.script(schema[version - 1]);
            db.execute(
                "insert into schema_versions (version, applied_at) values ($version, $now)",
                {{"$version", std::int64_t(version)}, {"$now", db.now()}}
            );
        }
        db.commit();
    } catch (...) {
        db.rollback();
        throw;
    }
    return {};
}

}  // namespace assay::store
