#pragma once
// What the operator's routes share, and what one request is to them. A handler is a function of both: it reads the
// store on a snapshot or writes it in one job, and returns its whole answer. It may block, so it runs on a work thread.

#include "base/crypto/random.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "certs/fleet_ca.hpp"
#include "collector/api/rules.hpp"
#include "collector/store/store.hpp"
#include "collector/verifier/standing.hpp"
#include "collector/worklist/absence.hpp"
#include "net/http.hpp"
#include "net/router.hpp"

#include <functional>
#include <optional>
#include <string>

namespace assay::api {

struct OperatorContext {
    store::Store& store;
    const Rules& rules;
    worklist::Rules absence;
    TrustRequirement requirement;  // what makes a device trusted
    // After what vouches for TPMs changed in the store: main puts the anchors together again.
    std::function<void()> anchors_changed;
    // After these Reference Values were approved or retired: main puts those in force together again. Its error: they
    // cannot be.
    std::function<Result<void>(const Sha256&)> references_changed{};
    std::optional<PemIdentity> evidence_signer{};  // by whom bundles are signed
    RandomSource random = system_random;           // for the ids of sessions
};

struct OperatorRequest {
    const net::Request& http;
    const net::PathParams& params;
    std::string actor;  // the token's name
};

using OperatorHandler = net::Response (*)(const OperatorContext& context, const OperatorRequest& request);

// Where the answer is one value; an Error becomes a refusal with the status that fits it.
net::Response answer(Result<json::Object> value);
// The body as a strict JSON object. Errors: bad_encoding, limit_exceeded.
Result<json::Value> body_of(const OperatorRequest& request, std::size_t max_bytes);
inline constexpr std::size_t note_bytes = 2'000;  // of a person's note
// A person's words from a body: 1 to max_bytes, clean.
Result<void> check_words(std::string_view words, std::string_view where, std::size_t max_bytes);
// The {name} of the path as a device's id.
Result<DeviceId> device_of(const OperatorRequest& request);
// The refusal when there is none of that id.
std::unexpected<Error> no_device(const DeviceId& id);

// One page: "as_of" by the database's clock, "items", and "next" where there is more.
json::Object page_of(UnixMillis as_of, json::Array items, const std::string& next);

}  // namespace assay::api
