#pragma once
// A collector that believes everything: it answers challenges and reports at once, checks nothing and keeps nothing. It
// shows how many reports a second the load side can make, and what the server costs without the collector in it.

#include "net/server.hpp"
#include "tests/support/test_ca.hpp"

#include <memory>
#include <string>

namespace assay::bench {

class EmptyCollector {
  public:
    explicit EmptyCollector(unsigned processor);  // one event loop, on this processor
    ~EmptyCollector();
    std::string url() const;
    const std::string& ca_pem() const { return ca_.certificate_pem(); }

  private:
    class Service;
    test::TestCa ca_;
    std::unique_ptr<Service> service_;
    Log log_;
    std::unique_ptr<net::Server> server_;
};

}  // namespace assay::bench
