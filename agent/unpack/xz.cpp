#include "agent/unpack/decoder.hpp"
#include "agent/unpack/unpacking.hpp"

#include <lzma.h>

#include <stdexcept>

namespace assay::agent {
namespace {

class XzDecoder : public Decoder {
  public:
    XzDecoder() {
        if (::lzma_stream_decoder(&stream_, unpack_memory_bytes, 0) != LZMA_OK)
            throw std::runtime_error("liblzma does not start");
    }
    XzDecoder(const XzDecoder&) = delete;
    XzDecoder(XzDecoder&&) = delete;
    XzDecoder& operator=(const XzDecoder&) = delete;
    XzDecoder& operator=(XzDecoder&&) = delete;
    ~XzDecoder() override { ::lzma_end(&stream_); }

    Result<Step> step(std::string_view& packed, std::span<char> room) override {
        stream_.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
        stream_.avail_in = packed.size();
        stream_.next_out = reinterpret_cast<std::uint8_t*>(room.data());
        stream_.avail_out = room.size();
        const lzma_ret outcome = ::lzma_code(&stream_, LZMA_RUN);
        packed.remove_prefix(packed.size() - stream_.avail_in);
        if (outcome == LZMA_MEMLIMIT_ERROR)
            return fail(Errc::limit_exceeded, "xz", "needs more memory to unpack than a scan may take");
        if (outcome == LZMA_MEM_ERROR) throw std::bad_alloc();
        if (outcome != LZMA_OK && outcome != LZMA_STREAM_END && outcome != LZMA_BUF_ERROR)
            return fail(Errc::bad_encoding, "xz", "is no xz stream, or a damaged one");
        return Step{room.size() - stream_.avail_out, outcome == LZMA_STREAM_END};
    }

  private:
    lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder() {
    return std::make_unique<XzDecoder>();
}

}  // namespace assay::agent
