#pragma once
// Enrolment over one connection (docs/PROTOCOL.md section 4): every endorsement key with its certificate, the
// attestation key, the host's hints and the join token go out; each credential that comes back is activated; a quote
// over the secrets and this connection proves it. The secrets never travel.

#include "agent/session/session.hpp"
#include "agent/tpm/attestation_key.hpp"
#include "agent/tpm/endorsement.hpp"
#include "net/client.hpp"

#include <functional>
#include <optional>
#include <string>

namespace assay::agent {

struct EnrolmentOrder {
    HostHints host;
    std::optional<std::string> join_token;
    std::function<void()> alive;  // called between what a slow TPM takes seconds for
};

// The request for what the TPM offers; of the keys that do not fit into one message the last are left out.
EnrolmentRequest enrolment_request(
    const Endorsement& endorsement, const AttestationKey& key, const EnrolmentOrder& order
);

// Enrolled, Refused, Lost, or Broken (the TPM).
Event enrol(net::Connection& connection, const Tpm& tpm, AttestationKey& key, const EnrolmentOrder& order);

}  // namespace assay::agent
