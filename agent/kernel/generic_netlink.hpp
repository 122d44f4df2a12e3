#pragma once
// One question to a family of generic netlink, and its answers. The kernel works on a question inside the send, so a
// driver that hangs hangs the caller; an answer that does not come is given up after a few seconds.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

struct mnl_socket;
struct nlmsghdr;

namespace assay::agent {

class GenericNetlink {
  public:
    // unsupported: the kernel has no such family.
    static Result<GenericNetlink> open(const std::string& family, std::uint8_t version);

    using AddAttributes = std::function<void(nlmsghdr*)>;
    using TakeAnswer = std::function<Result<void>(ByteView payload)>;  // behind nlmsghdr and genlmsghdr
    // gone: the kernel answered ENODEV, and only then. dump: every answer of the family, not one.
    Result<void> ask(std::uint8_t command, bool dump, const AddAttributes& add, const TakeAnswer& take);

  private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    GenericNetlink() = default;
    Result<void> receive(std::uint32_t sequence, const TakeAnswer& take);

    std::unique_ptr<mnl_socket, Close> socket_;
    std::uint16_t family_ = 0;
    std::uint8_t version_ = 0;
    std::uint32_t sequence_ = 0;
};

}  // namespace assay::agent
