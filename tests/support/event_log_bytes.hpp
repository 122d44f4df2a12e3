#pragma once
// Event logs made by hand, event by event, for tests of what reads them.

#include "base/crypto/hash.hpp"
#include "base/writer.hpp"
#include "evidence/boot/event_type.hpp"

#include <string_view>
#include <vector>

namespace assay::test {

class LogBytes {
  public:
    // An agile log with these banks; without any, a legacy one that begins with its first event.
    explicit LogBytes(std::vector<HashAlg> banks) : banks_(std::move(banks)) {
        if (!banks_.empty()) header(0, spec_id());
    }

    // TCG_EfiSpecIdEvent "Spec ID Event03" for the banks.
    Bytes spec_id() const {
        Writer w;
        w.raw(as_bytes(std::string_view("Spec ID Event03\0", 16))).u32le(0).u8(0).u8(2).u8(0).u8(2);
        w.u32le(static_cast<std::uint32_t>(banks_.size()));
        for (const HashAlg one : banks_) {
            w.u16le(static_cast<std::uint16_t>(one)).u16le(static_cast<std::uint16_t>(digest_size(one)));
        }
        return w.u8(0).take();
    }

    // TCG_PCR_EVENT of type EV_NO_ACTION.
    LogBytes& header(std::uint32_t pcr, ByteView data, std::uint8_t digest_byte = 0) {
        out_.u32le(pcr).u32le(3).raw(Bytes(20, digest_byte));
        return sized(data);
    }

    // With a digest of `hashed` in every bank; `data` is what stands in the log.
    LogBytes& event(std::uint32_t pcr, EventType type, ByteView data, ByteView hashed) {
        out_.u32le(pcr).u32le(static_cast<std::uint32_t>(type));
        if (banks_.empty()) out_.raw(hash(HashAlg::sha1, hashed).bytes());
        if (!banks_.empty()) out_.u32le(static_cast<std::uint32_t>(banks_.size()));
        for (const HashAlg one : banks_) out_.u16le(static_cast<std::uint16_t>(one)).raw(hash(one, hashed).bytes());
        return sized(data);
    }
    LogBytes& event(std::uint32_t pcr, EventType type, ByteView data) { return event(pcr, type, data, data); }
    LogBytes& event(std::uint32_t pcr, EventType type, std::string_view text) {
        return event(pcr, type, as_bytes(text));
    }

    // With these digests, whatever they are.
    struct Given {
        std::uint16_t algorithm = 0;
        Bytes value;
    };
    LogBytes& event_with(std::uint32_t pcr, EventType type, const std::vector<Given>& digests, ByteView data) {
        out_.u32le(pcr).u32le(static_cast<std::uint32_t>(type)).u32le(static_cast<std::uint32_t>(digests.size()));
        for (const Given& one : digests) out_.u16le(one.algorithm).raw(one.value);
        return sized(data);
    }

    // PFP: digests of zeros.
    LogBytes& no_action(ByteView data, std::uint32_t pcr = 0) {
        std::vector<Given> digests;
        for (const HashAlg one : banks_) digests.push_back({static_cast<std::uint16_t>(one), Bytes(digest_size(one))});
        return event_with(pcr, EventType::no_action, digests, data);
    }
    LogBytes& locality(std::uint8_t value) {
        Bytes data = to_bytes(std::string_view("StartupLocality\0", 16));
        data.push_back(value);
        return no_action(data);
    }

    LogBytes& separators() {
        for (std::uint32_t pcr = 0; pcr < 8; ++pcr) event(pcr, EventType::separator, Bytes(4));
        return *this;
    }
    LogBytes& raw(ByteView bytes) {
        out_.raw(bytes);
        return *this;
    }

    const Bytes& bytes() const { return out_.bytes(); }

  private:
    LogBytes& sized(ByteView data) {
        out_.u32le(static_cast<std::uint32_t>(data.size())).raw(data);
        return *this;
    }

    std::vector<HashAlg> banks_;
    Writer out_;
};

}  // namespace assay::test
