#include "base/reader.hpp"

namespace assay {

void Reader::refuse(Errc code, std::string_view field, std::string_view what) {
    if (failed_) return;
    failed_ = true;
    error_ = Error{
        code, std::string(field.empty() ? field_ : field), std::string(what) + " at offset " + std::to_string(offset_)
    };
}

ByteView Reader::take(std::size_t count) {
    if (failed_) return {};
    if (count > input_.size() - offset_) {
        refuse(Errc::truncated, "", std::to_string(count) + " bytes wanted, the input ends");
        return {};
    }
    const ByteView out = input_.subspan(offset_, count);
    offset_ += count;
    return out;
}

ByteView Reader::sized16(std::size_t max, std::string_view field) {
    const std::size_t size = u16be();
    if (!failed_ && size > max) {
        refuse(Errc::limit_exceeded, field, std::to_string(size) + " bytes, at most " + std::to_string(max));
        return {};
    }
    return take(size);
}

std::uint64_t Reader::big(std::size_t count) {
    std::uint64_t value = 0;
    for (const std::uint8_t b : take(count)) value = (value << 8U) | b;
    return value;
}

std::uint64_t Reader::little(std::size_t count) {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const std::uint8_t b : take(count)) {
        value |= std::uint64_t{b} << shift;
        shift += 8;
    }
    return value;
}

Result<void> Reader::finish_prefix(std::string_view what) const {
    if (!failed_) return {};
    Error error = error_;
    error.where = error.where.empty() ? std::string(what) : std::string(what) + "." + error.where;
    return fail(std::move(error));
}

Result<void> Reader::finish(std::string_view what) const {
    CHECK_OK(finish_prefix(what));
    if (offset_ != input_.size()) {
        return fail(
            Errc::trailing_bytes, std::string(what), std::to_string(input_.size() - offset_) + " bytes left over"
        );
    }
    return {};
}

}  // namespace assay
