#include "agent/unpack/decoder.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <new>

namespace assay::agent {
namespace {

constexpr int largest_window_log = 23;  // 8 MiB: within unpack_memory_bytes with what the decoder needs besides

struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ::ZSTD_freeDStream(stream); }
};

class ZstdDecoder : public Decoder {
  public:
    ZstdDecoder() : stream_(::ZSTD_createDStream()) {
        if (!stream_ ||
            ::ZSTD_isError(::ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, largest_window_log)) != 0)
            throw std::bad_alloc();
    }

    Result<Step> step(std::string_view& packed, std::span<char> room) override {
        ZSTD_inBuffer in{packed.data(), packed.size(), 0};
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        const std::size_t outcome = ::ZSTD_decompressStream(stream_.get(), &out, &in);
        packed.remove_prefix(in.pos);
        if (::ZSTD_isError(outcome) != 0) {
            if (::ZSTD_getErrorCode(outcome) == ZSTD_error_frameParameter_windowTooLarge)
                return fail(Errc::limit_exceeded, "zstd", "needs more memory to unpack than a scan may take");
            return fail(Errc::bad_encoding, "zstd", "is no zstd frame, or a damaged one");
        }
        return Step{out.pos, outcome == 0};
    }

  private:
    std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() {
    return std::make_unique<ZstdDecoder>();
}

}  // namespace assay::agent
