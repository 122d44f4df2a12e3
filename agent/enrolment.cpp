#include "agent/enrolment.hpp"

#include "agent/exchange.hpp"
#include "base/encoding.hpp"
#include "evidence/binding.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

Result<std::vector<Bytes>> activate_all(
    const Endorsement& endorsement, AttestationKey& key, const EnrolmentChallenge& challenge, std::size_t asked,
    const std::function<void()>& alive
) {
    if (challenge.challenges.size() != asked) {
        return fail(Errc::mismatch, "enrolment challenge", "not one credential for each endorsement key");
    }
    std::vector<Bytes> secrets;
    for (std::size_t i = 0; i < asked; ++i) {
        const CredentialChallenge& one = challenge.challenges[i];
        alive();
        TRY(Bytes secret, key.activate(endorsement.keys[i].ek, one.credential_blob, one.secret));
        secrets.push_back(std::move(secret));
    }
    return secrets;
}

Event prove(
    net::Connection& connection, AttestationKey& key, const EnrolmentChallenge& challenge,
    const std::vector<Bytes>& secrets, const std::string& request
) {
    const EnrolmentBinding binding{
        .hash = key.hash(),
        .secrets = secrets,
        .enrolment = challenge.enrolment,
        .exporter = connection.exporter(),
        .request = sha256(request)
    };
    const Digest extra = enrolment_extra_data(binding);
    const auto quote = key.quote(extra.bytes(), challenge.selection);
    if (!quote) return event::Broken{quote.error()};
    const std::string path = "/v1/enrolments/" + to_hex(challenge.enrolment) + "/proof";
    return event_of(
        post_message(connection, path, encode_enrolment_proof({quote->attest, quote->signature})),
        decode_enrolment_result, [](EnrolmentResult result) -> Event { return event::Enrolled{std::move(result)}; }
    );
}

}  // namespace

EnrolmentRequest enrolment_request(
    const Endorsement& endorsement, const AttestationKey& key, const EnrolmentOrder& order
) {
    EnrolmentRequest out;
    out.agent_version = ASSAY_VERSION;
    for (const OfferedKey& offered : endorsement.keys) out.endorsement_keys.push_back(offered.key);
    out.chain = endorsement.chain;
    out.ak_public = encode_public_area(key.public_area());
    out.host = order.host;
    out.join_token = order.join_token;
    while (encode_enrolment_request(out).size() > limits::message_bytes && !out.chain.empty()) out.chain.pop_back();
    while (encode_enrolment_request(out).size() > limits::message_bytes && out.endorsement_keys.size() > 1)
        out.endorsement_keys.pop_back();
    return out;
}

Event enrol(net::Connection& connection, const Tpm& tpm, AttestationKey& key, const EnrolmentOrder& order) {
    const auto endorsement = read_endorsement(tpm, order.alive);
    if (!endorsement) return event::Broken{endorsement.error()};
    const EnrolmentRequest request = enrolment_request(*endorsement, key, order);
    const std::string body = encode_enrolment_request(request);
    const Exchanged exchanged = post_message(connection, "/v1/enrolments", body);
    if (const auto* refused = std::get_if<event::Refused>(&exchanged)) return *refused;
    if (const auto* lost = std::get_if<event::Lost>(&exchanged)) return *lost;
    const auto challenge = decode_enrolment_challenge(std::get<Answer>(exchanged).body);
    if (!challenge) return event::Lost{challenge.error()};
    const auto secrets = activate_all(*endorsement, key, *challenge, request.endorsement_keys.size(), order.alive);
    if (!secrets) return event::Broken{secrets.error()};
    return prove(connection, key, *challenge, *secrets, body);
}

}  // namespace assay::agent
