#include "agent/sources/module_file.hpp"

#include "agent/unpack/unpacking.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::size_t beginning_bytes = 16U << 10U;  // the ELF header, and most often the notes
constexpr std::size_t end_bytes = 512U << 10U;  // all of most modules; section table, names and signature of others

std::string_view part_of(std::string_view held, std::uint64_t held_at, std::uint64_t at, std::size_t count) {
    if (at < held_at || at - held_at > held.size() || count > held.size() - (at - held_at)) return {};
    return held.substr(at - held_at, count);
}

// The bytes of a stream at one place, taken as it goes by.
class Range {
  public:
    Range(std::uint64_t at, std::size_t count) : at_(at), count_(count) {}

    void take(std::string_view piece) {
        const std::uint64_t begin = std::max(at_, passed_);
        const std::uint64_t end = std::min(at_ + count_, passed_ + piece.size());
        if (begin < end) bytes_ += piece.substr(begin - passed_, end - begin);
        passed_ += piece.size();
    }
    const std::string& bytes() const { return bytes_; }

  private:
    std::uint64_t at_;
    std::size_t count_;
    std::uint64_t passed_ = 0;
    std::string bytes_;
};

// Gives the file unpacked. The outer error is of reading, the inner one of unpacking.
Result<FileDigest> each_unpacked(
    const View& view, const std::string& path, const Unpacking::Sink& sink, Result<void>& unpacked
) {
    Unpacking unpacking(unpacked_module_bytes);
    auto digest = view.digest_pieces(path, module_file_bytes, [&unpacking, &sink](std::string_view piece) {
        unpacking.feed(piece, sink);
    });
    unpacked = unpacking.finish(sink);
    return digest;
}

}  // namespace

Result<ModuleFile> ModuleFile::read(const View& view, const std::string& path) {
    ModuleFile out(view, path);
    constexpr std::size_t room = 2 * end_bytes + (64U << 10U);  // a piece over, so that it is never grown to twice that
    out.end_.reserve(room);
    const auto take = [&out](std::string_view piece) {
        const std::size_t wanted = beginning_bytes - std::min(beginning_bytes, out.beginning_.size());
        out.beginning_ += piece.substr(0, wanted);
        out.end_ += piece;
        out.size_ += piece.size();
        if (out.end_.size() > 2 * end_bytes) out.end_.erase(0, out.end_.size() - end_bytes);
    };
    TRY(out.stored_, each_unpacked(view, path, take, out.unpacked_));
    return out;
}

Result<Bytes> ModuleFile::bytes(std::uint64_t at, std::size_t count) const {
    CHECK_OK(unpacked_);
    if (at > size_ || count > size_ - at) return fail(Errc::truncated, "module", "ends before its sections do");
    for (const auto& [held, held_at] :
         {std::pair(std::string_view(beginning_), std::uint64_t{0}),
          std::pair(std::string_view(end_), size_ - end_.size())}) {
        const std::string_view part = part_of(held, held_at, at, count);
        if (part.size() == count) return to_bytes(part);
    }
    Range range(at, count);
    Result<void> unpacked;
    const auto take = [&range](std::string_view piece) { range.take(piece); };
    TRY([[maybe_unused]] const FileDigest again, each_unpacked(view_, path_, take, unpacked));
    CHECK_OK(unpacked);
    if (again.sha256 != stored_.sha256 || range.bytes().size() != count)
        return fail(Errc::conflict, "module", "changed while it was read");
    return to_bytes(range.bytes());
}

}  // namespace assay::agent
