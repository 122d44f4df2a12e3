#include "agent/unpack/decoder.hpp"

#define ZLIB_CONST  // its input is const then
#include <zlib.h>

#include <stdexcept>

namespace assay::agent {
namespace {

class GzipDecoder : public Decoder {
  public:
    GzipDecoder() {
        constexpr int gzip_only = 16;
        if (::inflateInit2(&stream_, MAX_WBITS + gzip_only) != Z_OK) throw std::runtime_error("zlib does not start");
    }
    GzipDecoder(const GzipDecoder&) = delete;
    GzipDecoder(GzipDecoder&&) = delete;
    GzipDecoder& operator=(const GzipDecoder&) = delete;
    GzipDecoder& operator=(GzipDecoder&&) = delete;
    ~GzipDecoder() override { ::inflateEnd(&stream_); }

    Result<Step> step(std::string_view& packed, std::span<char> room) override {
        stream_.next_in = reinterpret_cast<const Bytef*>(packed.data());
        stream_.avail_in = static_cast<uInt>(packed.size());
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = static_cast<uInt>(room.size());
        const int outcome = ::inflate(&stream_, Z_NO_FLUSH);
        packed.remove_prefix(packed.size() - stream_.avail_in);
        if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
            return fail(Errc::bad_encoding, "gzip", "is no gzip stream, or a damaged one");
        return Step{room.size() - stream_.avail_out, outcome == Z_STREAM_END};
    }

  private:
    z_stream stream_{};
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() {
    return std::make_unique<GzipDecoder>();
}

}  // namespace assay::agent
