#pragma once
// What a person does for the fleet over the operators' API: trust its TPM vendor, say where a device stands. One
// connection, kept; for one thread.

#include "net/client.hpp"

#include <optional>
#include <string>

namespace assay::fleet {

class Operator {
  public:
    Operator(const std::string& url, const std::string& ca_pem, std::string token);
    // The answer's body. Throws std::runtime_error with the refusal when the status is not 200.
    std::string ask(net::Method method, const std::string& path, const std::string& body);

  private:
    net::Client client_;
    std::optional<net::Connection> connection_;
    std::string token_;
};

}  // namespace assay::fleet
