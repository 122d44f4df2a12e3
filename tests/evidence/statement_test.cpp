// Further cases are files: tests/vectors/statement*.txt.

#include "evidence/statement.hpp"

#include "base/json.hpp"
#include "evidence/limits.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

Statement sample() {
    Statement out;
    out.agent_version = "0.1.0";
    out.host = "router-7";
    out.device = DeviceId::of_ek(as_bytes("key"));
    out.documents = {
        {DocumentKind::inventory, sha256("inventory"), 9},        {DocumentKind::placement, sha256("placement"), 9},
        {DocumentKind::firmware_manifest, sha256("manifest"), 8}, {DocumentKind::modules, sha256("modules"), 7},
        {DocumentKind::event_log, sha256("log"), 41'000},         {DocumentKind::ima, sha256("segment"), 900}
    };
    out.ima = ImaSpan{"1b4e28ba-2fa1-11d2-883f-0016d3cca427", 480, 9};
    out.previous = sha256("quote");
    out.sequence = 2;
    out.time = UnixMillis{1'800'000'000'000};
    return out;
}

bool accepted(const Statement& statement) {
    const auto decoded = decode_statement(encode_statement(statement));
    return decoded && *decoded == statement;
}

}  // namespace

TEST_SUITE("statement") {
    TEST_CASE("what is encoded decodes to the same value and the same bytes") {
        const std::string text = encode_statement(sample());
        const auto decoded = decode_statement(text);
        REQUIRE(decoded);
        CHECK(*decoded == sample());
        CHECK(encode_statement(*decoded) == text);
        CHECK(find_document(*decoded, DocumentKind::placement)->sha256 == sha256("placement"));
    }

    TEST_CASE("each limit, and one beyond it") {
        const auto with = [](auto change) {
            Statement out = sample();
            change(out);
            return accepted(out);
        };
        CHECK(with([](Statement& s) { s.host = std::string(limits::text_bytes, 'h'); }));
        CHECK_FALSE(with([](Statement& s) { s.host = std::string(limits::text_bytes + 1, 'h'); }));
        CHECK(with([](Statement& s) { s.root = std::string(limits::text_bytes, 'r'); }));
        CHECK_FALSE(with([](Statement& s) { s.root = std::string(limits::text_bytes + 1, 'r'); }));
        CHECK(with([](Statement& s) { s.agent_version = std::string(64, '1'); }));
        CHECK_FALSE(with([](Statement& s) { s.agent_version = std::string(65, '1'); }));
        CHECK_FALSE(with([](Statement& s) { s.agent_version.clear(); }));
        CHECK(with([](Statement& s) { s.documents[0].size = limits::document_bytes; }));
        CHECK_FALSE(with([](Statement& s) { s.documents[0].size = limits::document_bytes + 1; }));
        CHECK(with([](Statement& s) { s.sequence = static_cast<std::uint64_t>(json::max_integer); }));
        CHECK_FALSE(with([](Statement& s) { s.sequence = static_cast<std::uint64_t>(json::max_integer) + 1; }));
        CHECK_FALSE(with([](Statement& s) { s.time = UnixMillis{-1}; }));
    }

    TEST_CASE("a segment of the IMA list stands with its span, and a list that has not grown without a segment") {
        Statement grown = sample();
        grown.ima->more = true;
        CHECK(accepted(grown));
        Statement still = sample();
        still.ima->count = 0;
        CHECK_FALSE(accepted(still));
        still.documents.pop_back();
        CHECK(accepted(still));
        still.ima.reset();
        CHECK(accepted(still));
        Statement unspoken = sample();
        unspoken.ima.reset();
        CHECK_FALSE(accepted(unspoken));
        Statement unsent = sample();
        unsent.documents.pop_back();
        CHECK_FALSE(accepted(unsent));
    }

    TEST_CASE("truncation at every length is refused") {
        const std::string text = encode_statement(sample());
        for (std::size_t size = 0; size < text.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(decode_statement(std::string_view(text).substr(0, size)));
        }
    }

    TEST_CASE("control characters in what a device calls itself are refused") {
        for (const std::string_view bad : {"a\nb", "a\x1b[2J", "a\x7f", "a\tb"}) {
            Statement statement = sample();
            statement.host = bad;
            CAPTURE(statement.host);
            CHECK_FALSE(accepted(statement));
        }
    }
}
