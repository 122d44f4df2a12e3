#pragma once
// What every answer of the operators' listener tells a browser: to run nothing but the dashboard's own files, to show
// it in no frame, to guess no types, to give nothing to other sites, and to keep no answer of the API. No
// Strict-Transport-Security: the listener speaks nothing but TLS, and the field would bind whatever else the same host
// serves on other ports.

#include "net/http.hpp"

namespace assay::api {

// Fields that the answer has already stay as they are.
net::Response with_browser_rules(net::Response response);

}  // namespace assay::api
