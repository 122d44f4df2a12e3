// Enrolment's messages: request, challenge, proof, result.

#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/limits.hpp"
#include "evidence/message_fields.hpp"
#include "evidence/messages.hpp"

namespace assay {
namespace {

EndorsementKey read_endorsement_key(Fields& f) {
    EndorsementKey out;
    out.public_area = f.base64url("public", limits::public_area_bytes);
    out.certificate = f.base64url_if("certificate", limits::certificate_bytes).value_or(Bytes{});
    out.nv_index = static_cast<std::uint32_t>(f.number_if("nv_index", 1, 0xffffffff).value_or(0));
    return out;
}

json::Object endorsement_key_value(const EndorsementKey& key) {
    json::Object out{{"public", to_base64url(key.public_area)}};
    if (!key.certificate.empty()) out["certificate"] = to_base64url(key.certificate);
    if (key.nv_index != 0) out["nv_index"] = std::int64_t{key.nv_index};
    return out;
}

}  // namespace

std::string encode_enrolment_request(const EnrolmentRequest& request) {
    json::Array keys;
    for (const EndorsementKey& key : request.endorsement_keys) keys.push_back(endorsement_key_value(key));
    json::Array chain;
    for (const Bytes& certificate : request.chain) chain.push_back(json::Value(to_base64url(certificate)));
    json::Object out{
        {"agent", request.agent_version},
        {"ak_public", to_base64url(request.ak_public)},
        {"chain", std::move(chain)},
        {"endorsement_keys", std::move(keys)},
        {"host",
         json::Object{
             {"name", request.host.name},
             {"maker", request.host.maker},
             {"model", request.host.model},
             {"serial", request.host.serial}
         }}
    };
    if (request.join_token) out["join_token"] = *request.join_token;
    return json::canonical(out);
}

Result<EnrolmentRequest> decode_enrolment_request(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "enrolment"));
    Fields f(value, "enrolment");
    EnrolmentRequest out;
    out.agent_version = f.text("agent", 64);
    out.ak_public = f.base64url("ak_public", limits::public_area_bytes);
    for (const std::string& encoded :
         f.texts("chain", limits::chain_certificates, limits::certificate_bytes * 4 / 3 + 4)) {
        auto certificate = from_base64url(encoded, "enrolment.chain");
        if (!certificate) return fail(certificate.error());
        if (certificate->size() > limits::certificate_bytes) {  // the text's own limit is up to two bytes wider
            return fail(Errc::limit_exceeded, "enrolment.chain", "a certificate is too long");
        }
        out.chain.push_back(*std::move(certificate));
    }
    for (Fields& key : f.objects("endorsement_keys", limits::endorsement_keys))
        out.endorsement_keys.push_back(read_endorsement_key(key));
    if (out.endorsement_keys.empty()) f.refuse(Errc::missing_field, "endorsement_keys", "holds no key");
    Fields host = f.object("host");
    out.host.name = host.text_or_empty("name", limits::text_bytes);
    out.host.maker = host.text_or_empty("maker", limits::text_bytes);
    out.host.model = host.text_or_empty("model", limits::text_bytes);
    out.host.serial = host.text_or_empty("serial", limits::text_bytes);
    out.join_token = f.text_if("join_token", limits::join_token_bytes);
    CHECK_OK(f.finish());
    return out;
}

std::string encode_enrolment_challenge(const EnrolmentChallenge& challenge) {
    json::Array challenges;
    for (const CredentialChallenge& one : challenge.challenges) {
        challenges.push_back(
            json::Object{{"credential_blob", to_base64url(one.credential_blob)}, {"secret", to_base64url(one.secret)}}
        );
    }
    return json::canonical(json::Object{
        {"challenges", std::move(challenges)},
        {"enrolment", to_hex(challenge.enrolment)},
        {"selection", to_base64url(encode_pcr_selection(challenge.selection))}
    });
}

Result<EnrolmentChallenge> decode_enrolment_challenge(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "enrolment challenge"));
    Fields f(value, "enrolment challenge");
    EnrolmentChallenge out;
    const std::string id = f.text("enrolment", 32);
    for (Fields& one : f.objects("challenges", limits::endorsement_keys)) {
        CredentialChallenge challenge;
        challenge.credential_blob = one.base64url("credential_blob", limits::credential_bytes);
        challenge.secret = one.base64url("secret", limits::credential_bytes);
        out.challenges.push_back(std::move(challenge));
    }
    out.selection = read_selection(f, "selection");
    CHECK_OK(f.finish());
    TRY(out.enrolment, from_hex_array<16>(id, "enrolment challenge.enrolment"));
    return out;
}

std::string encode_enrolment_proof(const EnrolmentProof& proof) {
    return json::canonical(
        json::Object{{"quote", to_base64url(proof.quote)}, {"signature", to_base64url(proof.signature)}}
    );
}

Result<EnrolmentProof> decode_enrolment_proof(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "proof"));
    Fields f(value, "proof");
    EnrolmentProof out;
    out.quote = f.base64url("quote", limits::attest_bytes);
    out.signature = f.base64url("signature", limits::signature_bytes);
    CHECK_OK(f.finish());
    return out;
}

std::string encode_enrolment_result(const EnrolmentResult& result) {
    return json::canonical(json::Object{
        {"detail", result.detail},
        {"device", result.device.text()},
        {"generation", static_cast<std::int64_t>(result.generation)},
        {"lifecycle", result.lifecycle},
        {"reason", result.reason}
    });
}

Result<EnrolmentResult> decode_enrolment_result(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "enrolment result"));
    Fields f(value, "enrolment result");
    EnrolmentResult out;
    out.detail = f.text_or_empty("detail", 1024);
    out.device = DeviceId{f.hex32("device")};
    out.generation = static_cast<std::uint64_t>(f.number("generation", 1, json::max_integer));
    out.lifecycle = f.text("lifecycle", 64);
    out.reason = f.text_or_empty("reason", 64);
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay
