#include "agent/unpack/unpacking.hpp"

#include "agent/unpack/decoder.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr std::size_t room_bytes = 32U << 10U;

std::unique_ptr<Decoder> make_decoder(Packing packing) {
    switch (packing) {
        case Packing::gzip: return make_gzip_decoder();
        case Packing::xz: return make_xz_decoder();
        case Packing::zstd: return make_zstd_decoder();
        case Packing::none: break;
    }
    return nullptr;
}

}  // namespace

Packing packing_of(std::string_view beginning) {
    using namespace std::string_view_literals;
    if (beginning.starts_with("\x1f\x8b"sv)) return Packing::gzip;
    if (beginning.starts_with("\x28\xb5\x2f\xfd"sv)) return Packing::zstd;
    constexpr std::string_view xz = "\xfd\x37zXZ\0"sv;
    return beginning.starts_with(xz) ? Packing::xz : Packing::none;
}

Unpacking::Unpacking(std::uint64_t max_bytes) : room_(max_bytes) {}

Unpacking::~Unpacking() = default;

void Unpacking::refuse(Errc code, std::string what) {
    if (outcome_) outcome_ = fail(code, "packed", std::move(what));
}

void Unpacking::give(std::string_view bytes, const Sink& sink) {
    if (bytes.size() > room_) return refuse(Errc::limit_exceeded, "unpacks to more than it may");
    room_ -= bytes.size();
    if (!bytes.empty()) sink(bytes);
}

void Unpacking::unpack(std::string_view packed, const Sink& sink) {
    if (!decoder_) return give(packed, sink);
    std::array<char, room_bytes> room;
    while (outcome_ && !ended_) {
        const std::size_t before = packed.size();
        const auto step = decoder_->step(packed, room);
        if (!step) return refuse(step.error().code, step.error().what);
        give({room.data(), step->produced}, sink);
        ended_ = step->ended;
        if (!ended_ && step->produced < room.size() && packed.empty()) return;  // wants more
        if (!ended_ && step->produced == 0 && packed.size() == before)
            return refuse(Errc::bad_encoding, "makes no progress");
    }
    if (ended_ && !packed.empty()) refuse(Errc::trailing_bytes, "something follows the packed bytes");
}

void Unpacking::begin(const Sink& sink) {
    begun_ = true;
    decoder_ = make_decoder(packing_of(beginning_));
    unpack(std::exchange(beginning_, {}), sink);
}

void Unpacking::feed(std::string_view packed, const Sink& sink) {
    if (!begun_) {
        const std::size_t taken = std::min(packed.size(), packing_magic_bytes - beginning_.size());
        beginning_ += packed.substr(0, taken);
        packed.remove_prefix(taken);
        if (beginning_.size() < packing_magic_bytes) return;
        begin(sink);
    }
    if (outcome_ && !packed.empty()) unpack(packed, sink);
}

Result<void> Unpacking::finish(const Sink& sink) {
    if (!begun_) begin(sink);
    if (outcome_ && decoder_ && !ended_) refuse(Errc::truncated, "ends before its packed bytes do");
    return outcome_;
}

}  // namespace assay::agent
