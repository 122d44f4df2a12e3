#include "agent/session/memory.hpp"

#include "evidence/tpm/pcr.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

Memory full() {
    return {DeviceId{sha256("device")},   3, sha256("ak"), sha256("attest"), 41, sha256("pcrs"),
            ImaPlace{"boot", 480, 61'000}};
}

}  // namespace

TEST_SUITE("memory") {
    TEST_CASE("is read back as it was written") {
        for (const Memory& memory : {Memory{}, full()}) CHECK(decode_memory(encode_memory(memory)).value() == memory);
        CHECK(encode_memory(full()).size() < max_memory_bytes);
    }

    TEST_CASE("a memory of before there was an IMA list in it begins that list anew") {
        Memory before = full();
        before.ima.reset();
        CHECK(encode_memory(before).find("ima") == std::string::npos);
        CHECK(decode_memory(encode_memory(before)).value() == before);
    }

    TEST_CASE("every truncation is refused") {
        const std::string text = encode_memory(full());
        for (std::size_t size = 0; size + 1 < text.size(); ++size) {  // the last byte is a newline
            CAPTURE(size);
            CHECK_FALSE(decode_memory(text.substr(0, size)));
        }
    }

    TEST_CASE("what is not exactly right is refused") {
        const std::string good = encode_memory(full());
        const auto with = [&good](std::string_view from, std::string_view to) {
            std::string text = good;
            return text.replace(text.find(from), from.size(), to);
        };
        CHECK(decode_memory(with("agent-state/1", "agent-state/2")).error().code == Errc::bad_value);
        CHECK(decode_memory(with("\"sequence\":41", "\"sequence\":-1")).error().code == Errc::out_of_range);
        CHECK(
            decode_memory(with("\"sequence\":41", "\"sequence\":9007199254740991")).error().code == Errc::out_of_range
        );
        CHECK(decode_memory(with("\"sequence\":41", "\"sequence\":9007199254740990")));
        CHECK(decode_memory(with("\"sequence\":41", "\"sequence\":\"41\"")).error().code == Errc::wrong_type);
        CHECK(decode_memory(with("\"sequence\":41", "\"sequence\":41,\"x\":1")).error().code == Errc::unknown_field);
        CHECK(
            decode_memory(with("\"sequence\":41", "\"sequence\":41,\"sequence\":1")).error().code == Errc::duplicate_key
        );
        CHECK(decode_memory(with("\"generation\":3", "\"generation\":0")).error().code == Errc::bad_value);
        CHECK(decode_memory(with("\"entries\":480", "\"entries\":-1")).error().code == Errc::out_of_range);
        CHECK(decode_memory(with("\"entries\":480", "\"entry\":480")).error().code == Errc::missing_field);
        CHECK(decode_memory(with("\"boot\":\"boot\"", "\"boot\":\"\"")).error().code == Errc::bad_value);
        CHECK(decode_memory(with("\"ak\":", "\"pcr\":")).error().code == Errc::unknown_field);
        CHECK_FALSE(decode_memory(std::string(max_memory_bytes + 1, ' ')));
        CHECK_FALSE(decode_memory(""));
    }

    TEST_CASE("a fingerprint of PCR values depends on selection and digest, each whole") {
        const Bytes a = encode_pcr_selection(select_pcrs(HashAlg::sha256, {0, 7}));
        const Bytes b = encode_pcr_selection(select_pcrs(HashAlg::sha256, {0, 8}));
        CHECK(pcr_fingerprint(a, a) == pcr_fingerprint(a, a));
        CHECK(pcr_fingerprint(a, b) != pcr_fingerprint(b, a));
        CHECK(pcr_fingerprint(to_bytes("ab"), to_bytes("c")) != pcr_fingerprint(to_bytes("a"), to_bytes("bc")));
    }
}
