#pragma once
// The answers of the device listener as HTTP: which status says what. docs/PROTOCOL.md.

#include "collector/verifier/outcome.hpp"
#include "net/http.hpp"

namespace assay::api {

net::Response answer(unsigned status, std::string body);
// A refusal that says nothing about a device. Uploads that were not asked for also end the connection.
net::Response refusal(const RejectedAttempt& rejected);
// The device's own failure, which is in its state now: 422.
net::Response refusal(const DeviceFailure& failure);
net::Response busy();  // 503, come again

}  // namespace assay::api
