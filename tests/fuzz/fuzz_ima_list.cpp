// IMA lists: the same entries and the same error in whatever pieces, the same bytes again when written, and a replay
// that finds each of its own values. The first byte says format and pieces, the rest is the list.

#include "evidence/limits.hpp"
#include "evidence/runtime/ima_replay.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/ima_bytes.hpp"

namespace {

using namespace assay;

void require_matches(const std::vector<ImaEntry>& entries) {
    ImaReplay replay = start_replay(HashAlg::sha256);
    std::size_t ours = 0;
    while (ours < entries.size() && entries[ours].pcr() == ima_pcr) ++ours;
    const ImaMatch whole_list = match_quote(replay, {0, entries}, Digest::zero(HashAlg::sha256), {});
    REQUIRE_ALWAYS(!whole_list.proven());
    if (ours == 0) return;
    extend(replay, std::span(entries).first(ours), ImaExtension::own_hash);
    const ImaMatch match = match_quote(start_replay(HashAlg::sha256), {0, entries}, replay.value, {});
    if (match.outcome == ImaOutcome::changed_entry) return;
    REQUIRE_ALWAYS(match.outcome == ImaOutcome::covered && match.covered == ours && match.after.count == ours);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes(data + 1, size - 1);
    const ImaListFormat format{
        (data[0] & 1U) != 0 ? HashAlg::sha256 : HashAlg::sha1,
        (data[0] & 2U) != 0 ? std::endian::big : std::endian::little
    };
    const std::size_t piece = 1 + (data[0] >> 2U);
    const ImaList whole = decode_ima_list(bytes, format);
    const Bytes written = test::ima_bytes(whole.entries, format.order);
    REQUIRE_ALWAYS(written.size() <= bytes.size());
    REQUIRE_ALWAYS(same_bytes(written, bytes.first(written.size())));
    REQUIRE_ALWAYS(whole.broken.has_value() == (written.size() != bytes.size()));
    ByteView left = bytes;
    for (const ImaEntry& one : whole.entries) {
        const auto entry_size = ima_entry_size(left, format);
        REQUIRE_ALWAYS(entry_size.value() == test::ima_bytes(one, format.order).size());
        left = left.subspan(*entry_size);
        REQUIRE_ALWAYS(one.data().size() <= limits::ima_entry_bytes);
        REQUIRE_ALWAYS(one.fault().empty() || (one.path().empty() && !one.digest()));
        REQUIRE_ALWAYS(!one.fault().empty() || one.template_name() != "ima-ng" || one.digest());
    }

    ImaListDecoder decoder(format);
    std::vector<ImaEntry> entries;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        for (ImaEntry& one : decoder.feed(bytes.subspan(at, std::min(piece, bytes.size() - at))))
            entries.push_back(std::move(one));
    }
    const auto end = decoder.finish();
    REQUIRE_ALWAYS(end.has_value() == !whole.broken.has_value());
    if (!end) REQUIRE_ALWAYS(end.error().message() == whole.broken->message());
    REQUIRE_ALWAYS(test::ima_bytes(entries, format.order) == written);
    if (entries.size() <= 64) require_matches(entries);
    return 0;
}
