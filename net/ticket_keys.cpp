#include "net/ticket_keys.hpp"

#include <openssl/crypto.h>

namespace assay::net {

TicketKeys::TicketKeys(std::chrono::seconds lifetime, RandomSource random)
    : lifetime_(lifetime), random_(std::move(random)) {}

TicketKeys::~TicketKeys() {
    if (newest_) OPENSSL_cleanse(&newest_->key, sizeof newest_->key);
    if (previous_) OPENSSL_cleanse(&previous_->key, sizeof previous_->key);
}

void TicketKeys::rotate(Time now) {
    if (newest_ && now - newest_->made < lifetime_) return;
    if (previous_) OPENSSL_cleanse(&previous_->key, sizeof previous_->key);
    previous_ = newest_;
    newest_ = Dated{{random_array<16>(random_), random_array<32>(random_), random_array<32>(random_)}, now};
}

TicketKey TicketKeys::newest(Time now) {
    const std::lock_guard lock(mutex_);
    rotate(now);
    return newest_->key;
}

std::optional<TicketKey> TicketKeys::find(ByteView name, Time now) {
    const std::lock_guard lock(mutex_);
    rotate(now);
    for (const auto* dated : {&newest_, &previous_}) {
        const bool fresh = *dated && now - (*dated)->made < 2 * lifetime_;
        if (fresh && same_bytes((*dated)->key.name, name)) return (*dated)->key;
    }
    return std::nullopt;
}

}  // namespace assay::net
