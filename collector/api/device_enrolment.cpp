#include "collector/api/device_enrolment.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace assay::api {
namespace {

std::unexpected<RejectedAttempt> reject(Reason reason, Errc code, std::string where, std::string what) {
    return std::unexpected(RejectedAttempt{reason, code, std::move(where), std::move(what)});
}

HostHints cleaned(const HostHints& host) {
    const auto clean = [](const std::string& text) { return clean_text(text, limits::text_bytes); };
    return {clean(host.name), clean(host.maker), clean(host.model), clean(host.serial)};
}

std::set<DeviceId> known_devices(store::Database& db, const CheckedEnrolment& enrolment) {
    std::set<DeviceId> out;
    for (const VouchedEk& key : enrolment.endorsement_keys()) {
        if (const auto device = store::device_of_ek(db, key.fingerprint)) out.insert(*device);
    }
    return out;
}

// Adds the keys that are not there yet; how many these were.
std::size_t add_keys(store::Database& db, const DeviceId& device, const CheckedEnrolment& enrolment, UnixMillis now) {
    std::size_t added = 0;
    for (const VouchedEk& key : enrolment.endorsement_keys()) {
        if (store::device_of_ek(db, key.fingerprint) == device) continue;
        store::add_endorsement_key(
            db, device, {key.fingerprint, std::string(key.template_name), key.public_area, key.certificate, now}
        );
        ++added;
    }
    return added;
}

store::Enrolment enrolment_row(
    const DeviceId& device, std::uint64_t generation, const ProvenEnrolment& proven, bool pending,
    const EnrolmentContext& context
) {
    const EnrolmentRequest& request = proven.enrolment().request();
    const EkTier& tier = proven.enrolment().tier();
    store::Enrolment out;
    out.device = device;
    out.generation = generation;
    out.tier = tier.reason;
    out.detail = tier.detail;
    out.decision = pending ? store::Decision::pending : store::Decision::automatic;
    out.agent_version = clean_text(request.agent_version, limits::text_bytes);
    out.peer = context.peer;
    if (request.join_token) out.join_token = sha256(*request.join_token);
    out.enrolled_at = context.now;
    return out;
}

EnrolmentResult result_of(const store::Device& device) {
    const LifecycleState& lifecycle = device.standing.lifecycle;
    return {
        device.id, device.generation, std::string(name(lifecycle.state)), std::string(word(lifecycle.reason)),
        lifecycle.detail
    };
}

store::StoredAk stored_ak(const AttestationKey& ak, std::uint64_t generation, UnixMillis now) {
    return {generation, ak.public_area(), ak.name(), now};
}

std::unexpected<RejectedAttempt> conflict(
    store::Database& db, std::set<DeviceId> devices, Reason reason, std::string what, const EnrolmentContext& context
) {
    store::add_conflict(db, {context.now, context.peer, {devices.begin(), devices.end()}, what});
    return reject(reason, Errc::conflict, "enrolment", std::move(what));
}

std::expected<EnrolmentResult, RejectedAttempt> add_new(
    store::Database& db, const ProvenEnrolment& proven, const EnrolmentContext& context
) {
    const CheckedEnrolment& enrolment = proven.enrolment();
    const EnrolmentRequest& request = enrolment.request();
    store::Device device;
    if (request.join_token) {
        const auto token = store::find_join_token(db, sha256(*request.join_token));
        if (token && !token->revoked) device.site = token->site;
    }
    if (context.join_token_required) {
        if (auto usable = check_join_token(db, request.join_token, context.now); !usable)
            return std::unexpected(usable.error());
        if (!store::use_join_token(db, sha256(*request.join_token))) {
            return reject(Reason::join_token_used_up, Errc::denied, "enrolment.join_token", "has no uses left");
        }
    }
    device.id = enrolment.new_device_id();
    device.generation = 1;
    device.host = cleaned(request.host);
    device.enrolled_at = context.now;
    device.tpm_firmware = proven.tpm_firmware();
    device.standing = new_standing(proven.initial_lifecycle(context.now), context.now);
    store::insert_device(db, device);
    add_keys(db, device.id, enrolment, context.now);
    store::set_enrolment_chain(db, device.id, request.chain);
    store::add_ak(db, device.id, stored_ak(enrolment.ak(), 1, context.now));
    const bool pending = device.standing.lifecycle.state == Lifecycle::pending_review;
    store::add_enrolment(db, enrolment_row(device.id, 1, proven, pending, context));
    store::add_device_event(
        db, device.id,
        {0, context.now, "enrolled", "device",
         fmt::format("{} endorsement keys; {}", enrolment.endorsement_keys().size(), enrolment.tier().detail)}
    );
    return result_of(device);
}

// The keys' tier admits now what waited for a person before.
void end_review(store::Database& db, const store::Device& device, const ProvenEnrolment& proven, UnixMillis now) {
    const auto row = store::find_enrolment(db, device.id, device.generation);
    const EkTier& tier = proven.enrolment().tier();
    const bool waits = device.standing.lifecycle.state == Lifecycle::pending_review && row &&
                       row->decision == store::Decision::pending && device.standing.lifecycle.reason == row->tier;
    if (!waits || !admits(tier)) return;
    store::set_tier(db, device.id, device.generation, tier.reason, tier.detail, store::Decision::automatic);
    store::set_lifecycle(db, device.id, Lifecycle::active, tier.reason, tier.detail, now);
    store::add_device_event(db, device.id, {0, now, "vouched", "device", tier.detail});
}

void change_generation(
    store::Database& db, const store::Device& device, const ProvenEnrolment& proven, bool known_ak,
    const EnrolmentContext& context
) {
    const AttestationKey& ak = proven.enrolment().ak();
    std::uint64_t generation = 1;
    for (const store::StoredAk& one : store::aks(db, device.id)) {
        if (known_ak && one.name == ak.name()) {
            generation = one.generation;
            break;
        }
        generation = one.generation + 1;
    }
    if (!known_ak) {
        store::add_ak(db, device.id, stored_ak(ak, generation, context.now));
        const bool pending = device.standing.lifecycle.state == Lifecycle::pending_review;
        store::add_enrolment(db, enrolment_row(device.id, generation, proven, pending, context));
    }
    store::set_generation(db, device.id, generation);
    store::add_device_event(
        db, device.id,
        {0, context.now, "new_generation", "device",
         fmt::format("generation {}, was {}: another attestation key was proven", generation, device.generation)}
    );
}

}  // namespace

std::expected<void, RejectedAttempt> check_join_token(
    store::Database& db, const std::optional<std::string>& token, UnixMillis now
) {
    const std::string where = "enrolment.join_token";
    if (!token) {
        return reject(Reason::join_token_required, Errc::denied, where, "this collector admits devices by token");
    }
    const auto known = store::find_join_token(db, sha256(*token));
    if (!known) return reject(Reason::join_token_unknown, Errc::denied, where, "is not known");
    if (known->revoked) return reject(Reason::join_token_expired, Errc::denied, where, "was revoked");
    if (known->expires_at && *known->expires_at <= now) {
        return reject(Reason::join_token_expired, Errc::denied, where, "has expired");
    }
    if (known->uses_left <= 0) return reject(Reason::join_token_used_up, Errc::denied, where, "has no uses left");
    return {};
}

std::expected<void, RejectedAttempt> check_admission(store::Database& db, std::string_view body, UnixMillis now) {
    const auto request = decode_enrolment_request(body);
    if (!request) return {};
    const auto is_known = [&db](const Sha256& fingerprint) { return store::device_of_ek(db, fingerprint).has_value(); };
    if (std::ranges::any_of(claimed_fingerprints(*request), is_known)) return {};
    return check_join_token(db, request->join_token, now);
}

std::expected<EnrolmentResult, RejectedAttempt> record_enrolment(
    store::Database& db, const ProvenEnrolment& proven, const EnrolmentContext& context
) {
    const CheckedEnrolment& enrolment = proven.enrolment();
    const std::set<DeviceId> known = known_devices(db, enrolment);
    const auto of_ak = store::device_of_ak(db, enrolment.ak().name());
    if (known.size() > 1) {
        return conflict(
            db, known, Reason::ek_of_other_device, "its endorsement keys belong to two known devices", context
        );
    }
    if (of_ak && !known.contains(*of_ak)) {
        std::set<DeviceId> both = known;
        both.insert(*of_ak);
        return conflict(
            db, std::move(both), Reason::ak_of_other_device, "its attestation key belongs to another device", context
        );
    }
    if (known.empty()) return add_new(db, proven, context);

    const store::Device device = store::find_device(db, *known.begin()).value();
    if (device.standing.lifecycle.state == Lifecycle::retired) {
        return reject(Reason::device_retired, Errc::denied, "enrolment", "the device is retired");
    }
    if (const std::size_t added = add_keys(db, device.id, enrolment, context.now); added > 0) {
        store::add_device_event(
            db, device.id, {0, context.now, "keys_added", "device", fmt::format("{} endorsement keys", added)}
        );
    }
    store::set_enrolment_chain(db, device.id, enrolment.request().chain);
    const auto current = store::current_ak(db, device.id);
    if (!current || current->name != enrolment.ak().name()) {
        change_generation(db, device, proven, of_ak.has_value(), context);
    }
    end_review(db, store::find_device(db, device.id).value(), proven, context.now);
    return result_of(store::find_device(db, device.id).value());
}

}  // namespace assay::api
