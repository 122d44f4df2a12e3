#include "agent/sources/ima.hpp"

#include "agent/sources/ima_cut.hpp"
#include "agent/sources/securityfs.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <limits>

namespace assay::agent {
namespace {

constexpr const char* list = "sys/kernel/security/ima/binary_runtime_measurements";
constexpr const char* count_file = "sys/kernel/security/ima/runtime_measurements_count";
constexpr const char* boot_id = "proc/sys/kernel/random/boot_id";
constexpr std::size_t page_bytes = 4096;
constexpr std::uint64_t list_bytes = std::uint64_t{64} << 30U;  // kernel memory ends long before
constexpr std::size_t boot_id_bytes = 64;                       // of a statement's field

// How many entries the kernel has measured. An entry counts before it is extended, so all that a quote covers do.
Result<std::uint64_t> read_count(const View& view) {
    TRY(const std::string text, view.read(count_file, page_bytes));
    const std::string_view line = text.ends_with('\n') ? std::string_view(text).substr(0, text.size() - 1) : text;
    if (const auto count = whole_number<std::uint64_t>(line)) return *count;
    return fail(Errc::bad_value, count_file, "is no number");
}

Result<std::string> read_boot_id(const View& view) {
    TRY(const std::string text, view.read(boot_id, page_bytes));
    std::string id = clean_text(std::string_view(text).substr(0, text.find('\n')), boot_id_bytes);
    if (id.empty()) return fail(Errc::bad_value, boot_id, "is empty");
    return id;
}

Result<ImaCut::Part> cut(const View& view, const ImaPlace& from, std::size_t max_bytes, std::uint64_t max_entries) {
    const std::uint64_t to_skip = from.bytes == 0 ? from.entries : 0;
    ImaCut cut(to_skip, max_bytes, max_entries);
    TRY([[maybe_unused]] const std::uint64_t given,
        view.stream(list, from.bytes, list_bytes, [&cut](std::string_view piece) { return cut.feed(as_bytes(piece)); })
    );
    auto part = std::move(cut).finish();
    if (!part) return fail(part.error().code, list, part.error().message());
    if (part->skipped < to_skip) return fail(Errc::not_found, list, "ends before the entry that is wanted");
    return part;
}

struct Segment {
    ImaReading reading;
    Bytes entries;
};

Result<Segment> read_segment(const View& view, const ImaPlace& from) {
    TRY(ImaCut::Part part, cut(view, from, ima_segment_bytes, std::numeric_limits<std::uint64_t>::max()));
    const ImaSpan span{from.boot, from.entries, part.count, part.more};
    return Segment{{span, from.bytes + part.end}, std::move(part.bytes)};
}

Result<Segment> read_list(const View& view, const std::optional<ImaPlace>& from, std::uint64_t count) {
    TRY(const std::string boot, read_boot_id(view));
    if (from && from->boot == boot && from->entries <= count) {
        const bool known = from->bytes > 0 || from->entries == 0;
        if (known && from->entries == count) return Segment{{{boot, count, 0}, from->bytes}, {}};
        auto segment = read_segment(view, *from);
        if (segment && segment->reading.span.more) return segment;
        TRY(const std::uint64_t count_now, read_count(view));
        const std::uint64_t end = segment ? segment->reading.behind().entries : 0;
        if (segment && end >= count && end <= count_now) return segment;
        // What was remembered is no place of this list. Its beginning is always taken.
    }
    return read_segment(view, {boot, 0, 0});
}

}  // namespace

Found read_ima(const View& view, const std::optional<ImaPlace>& from) {
    Account account("ima");
    const auto count = read_count(view);
    if (!count && count.error().code == Errc::not_found) return nothing_there(view, std::move(account), count_file);
    auto segment = count ? read_list(view, from, *count) : Result<Segment>(fail(count.error()));
    if (segment) {
        account.found.ima = std::move(segment->reading);
        account.found.ima_entries = std::move(segment->entries);
    } else {
        account.failed(segment.error());
    }
    return account.finish();
}

Result<std::optional<Bytes>> read_ima_tail(const View& view, const ImaPlace& from) {
    TRY(const std::uint64_t count, read_count(view));
    if (count < from.entries) return std::optional<Bytes>{};
    if (count == from.entries) return std::optional(Bytes{});
    TRY(ImaCut::Part part, cut(view, from, limits::ima_tail_bytes, count - from.entries));
    if (part.count < count - from.entries) return std::optional<Bytes>{};
    return std::optional(std::move(part.bytes));
}

}  // namespace assay::agent
