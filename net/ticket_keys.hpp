#pragma once
// The keys that seal session tickets (RFC 8446 4.6.1, RFC 5077 4): made here, in memory only, replaced by time. A
// ticket is sealed by the newest key and opened by it or the one before, so no ticket resumes for longer than two
// lifetimes. Thread-safe. Time is a parameter.

#include "base/bytes.hpp"
#include "base/crypto/random.hpp"

#include <array>
#include <chrono>
#include <mutex>
#include <optional>

namespace assay::net {

struct TicketKey {
    std::array<std::uint8_t, 16> name;
    std::array<std::uint8_t, 32> cipher;  // AES-256
    std::array<std::uint8_t, 32> mac;     // HMAC-SHA-256
};

class TicketKeys {
  public:
    using Time = std::chrono::steady_clock::time_point;

    TicketKeys(std::chrono::seconds lifetime, RandomSource random);
    TicketKeys(const TicketKeys&) = delete;
    TicketKeys& operator=(const TicketKeys&) = delete;
    TicketKeys(TicketKeys&&) = delete;
    TicketKeys& operator=(TicketKeys&&) = delete;
    ~TicketKeys();  // wipes

    TicketKey newest(Time now);

    std::optional<TicketKey> find(ByteView name, Time now);

    std::chrono::seconds lifetime() const { return lifetime_; }

  private:
    struct Dated {
        TicketKey key;
        Time made;
    };
    void rotate(Time now);

    const std::chrono::seconds lifetime_;
    const RandomSource random_;
    std::mutex mutex_;
    std::optional<Dated> newest_;
    std::optional<Dated> previous_;
};

}  // namespace assay::net
