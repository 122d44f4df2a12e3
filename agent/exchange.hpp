#pragma once
// One message of the protocol over a connection, and what came of it as an event of the session: the answer's body, a
// refusal, or that the connection is lost. Answers are hostile: bounded by the client, read strictly.

#include "agent/config.hpp"
#include "agent/session/session.hpp"
#include "net/client.hpp"

#include <string>
#include <variant>

namespace assay::agent {

// How the configured collector is spoken to, and which CA vouches for it.
net::ClientConfig client_settings(const Config& config, std::string ca_pem, Clock clock);

struct Answer {
    unsigned status = 200;  // below 400, or 409
    std::string body;
};

// 409 is an answer when its body says what is needed (docs/PROTOCOL.md); otherwise it is a refusal.
using Exchanged = std::variant<Answer, event::Refused, event::Lost>;

Exchanged post_message(net::Connection& connection, const std::string& path, const std::string& body);
// A document by its name, raw.
Exchanged put_document(net::Connection& connection, const Sha256& sha256, Bytes bytes);

// Reads the answer's body with `decode`, and makes an event of the value or of the failure.
template <class Decode, class MakeEvent>
Event event_of(const Exchanged& exchanged, const Decode& decode, const MakeEvent& make_event) {
    if (const auto* refused = std::get_if<event::Refused>(&exchanged)) return *refused;
    if (const auto* lost = std::get_if<event::Lost>(&exchanged)) return *lost;
    auto value = decode(std::get<Answer>(exchanged).body);
    if (!value) return event::Lost{value.error()};  // the collector speaks another protocol: nothing to go on with
    return make_event(*std::move(value));
}

}  // namespace assay::agent
