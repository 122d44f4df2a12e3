// Enrolment on a device connection. The open enrolment, with its secrets, lives and dies with the connection.

#include "collector/api/device_answer.hpp"
#include "collector/api/device_enrolment.hpp"
#include "collector/api/device_session.hpp"
#include "evidence/limits.hpp"

namespace assay::api {

void DeviceSession::enrol(net::Request request, net::Responder responder) {
    enrolment_.reset();
    offload(std::move(responder), [this, request = std::move(request)](net::Responder& then) { open(request, then); });
}

void DeviceSession::open(const net::Request& request, net::Responder& responder) {
    const UnixMillis now = shared_.clock();
    const std::string_view body = as_text(request.body);
    if (shared_.config.join_token_required) {
        const auto admitted =
            shared_.store.read([body, now](store::Database& db) { return check_admission(db, body, now); });
        if (!admitted) return refuse(std::move(responder), admitted.error(), "enrolment");
    }
    const auto anchors = shared_.rules.anchors();
    auto checked = check_enrolment(body, *anchors, now);
    if (!checked) return refuse(std::move(responder), checked.error(), "enrolment");
    enrolment_ = std::make_unique<PendingEnrolment>(
        open_enrolment(*std::move(checked), shared_.config.selection, shared_.random, now)
    );
    proofs_ = 0;
    responder(answer(200, encode_enrolment_challenge(enrolment_->challenge())));
}

void DeviceSession::prove(const net::Request& request, const std::string& id, net::Responder responder) {
    if (!enrolment_ || to_hex(enrolment_->id()) != id) {
        const RejectedAttempt unknown{
            Reason::enrolment_unknown, Errc::not_found, "enrolment", "was not opened on this connection"
        };
        return refuse(std::move(responder), unknown, "proof");
    }
    if (proofs_ >= limits::enrolment_tries) {
        enrolment_.reset();
        const RejectedAttempt used_up{
            Reason::enrolment_tries_used_up, Errc::denied, "enrolment", "three proofs were refused"
        };
        return refuse(std::move(responder), used_up, "proof");
    }
    const auto proof = decode_enrolment_proof(as_text(request.body));
    if (!proof) {
        ++proofs_;
        const Error& error = proof.error();
        return refuse(std::move(responder), {Reason::malformed_message, error.code, error.where, error.what}, "proof");
    }
    offload(std::move(responder), [this, proof = *proof](net::Responder& then) {
        auto proven = check_proof(*enrolment_, exporter_, proof, shared_.clock());
        if (proven) return record(*std::move(proven), std::move(then));
        ++proofs_;
        refuse(std::move(then), proven.error(), "proof");
    });
}

void DeviceSession::record(ProvenEnrolment proven, net::Responder responder) {
    struct Commit {
        ProvenEnrolment proven;
        net::Responder responder;
        std::expected<EnrolmentResult, RejectedAttempt> result;
    };
    auto commit = std::make_shared<Commit>(Commit{std::move(proven), std::move(responder), EnrolmentResult{}});
    shared_.store.submit(
        [this, commit](store::Database& db) {
            commit->result =
                record_enrolment(db, commit->proven, {peer_, shared_.clock(), shared_.config.join_token_required});
        },
        [this, commit](const std::exception_ptr& error) {
            if (error) return broke(std::move(commit->responder), "proof", error);
            enrolment_.reset();
            forget_device();
            if (!commit->result) return refuse(std::move(commit->responder), commit->result.error(), "proof");
            shared_.log.info(
                "enrolled", {{"device", commit->result->device.text()},
                             {"generation", std::to_string(commit->result->generation)},
                             {"lifecycle", commit->result->lifecycle},
                             {"peer", peer_}}
            );
            commit->responder(answer(200, encode_enrolment_result(*commit->result)));
        }
    );
}

}  // namespace assay::api
