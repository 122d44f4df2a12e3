#include "collector/verifier/boot/boot_reference.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "tests/collector/verifier/boot/boot_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

// The error's place and word for a reference that was changed; "" when it is taken.
template <class Change>
std::string refused(Change change) {
    BootReference reference = BootScene().reference();
    change(reference);
    const auto decoded = decode_boot_reference(encode_boot_reference(reference));
    return decoded ? "" : decoded.error().where + " " + std::string(word(decoded.error().code));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_SUITE("boot_reference") {
    TEST_CASE("what is encoded decodes to the same value and the same bytes") {
        for (const HashAlg bank : {HashAlg::sha256, HashAlg::sha384}) {
            BootReference reference = BootScene(bank).reference();
            reference.runtime_policy = sha256("a policy");
            reference.accepted.at(pcr(4)).values.at(0).until = Date::parse("2027-01-31").value();
            const std::string text = encode_boot_reference(reference);
            const auto decoded = decode_boot_reference(text);
            REQUIRE(decoded);
            CHECK(*decoded == reference);
            CHECK(encode_boot_reference(*decoded) == text);
        }
    }

    TEST_CASE("truncation at every length is refused") {
        const std::string text = encode_boot_reference(BootScene().reference());
        for (std::size_t size = 0; size < text.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(decode_boot_reference(std::string_view(text).substr(0, size)));
        }
    }

    TEST_CASE("a value that its events do not extend to is refused, so nobody reads events of something else") {
        CHECK(refused([](BootReference& r) {
                  r.accepted.at(pcr(4)).values[0].events[1] = measured("another");
              }) == "reference.accepted[2].values[0].value mismatch");
        CHECK(refused([](BootReference& r) {
                  std::swap(r.accepted.at(pcr(0)).values[0].events[0], r.accepted.at(pcr(0)).values[0].events[1]);
              }) == "reference.accepted[0].values[0].value mismatch");
        CHECK(refused([](BootReference& r) { r.accepted.at(pcr(4)).values[0].events.clear(); }) == "");
    }

    TEST_CASE("PCR 0 alone may begin with the locality of the startup") {
        for (const auto locality : std::initializer_list<std::uint8_t>{0, 3, 4, 5}) {
            CAPTURE(locality);
            Bytes start(32, std::uint8_t{0});
            start.back() = locality;
            const auto from_locality = [&start](BootReference& r, unsigned index) {
                AcceptedValue& value = r.accepted.at(pcr(index)).values[0];
                value.value = *Digest::of(HashAlg::sha256, start);
                for (const MeasuredEvent& event : value.events)
                    value.value = hash(HashAlg::sha256, {value.value.bytes(), event.digest.bytes()});
            };
            CHECK((refused([&](BootReference& r) { from_locality(r, 0); }) == "") == (locality != 5));
            CHECK((refused([&](BootReference& r) { from_locality(r, 2); }) == "") == (locality == 0));
        }
    }

    TEST_CASE("wrong references are refused with the place") {
        CHECK(refused([](BootReference& r) { r.accepted.clear(); }) == "reference.accepted missing_field");
        CHECK(refused([](BootReference& r) { r.firmware = {}; }) == "reference.firmware missing_field");
        CHECK(refused([](BootReference& r) { r.name.clear(); }) != "");
        CHECK(refused([](BootReference& r) {
                  r.accepted.at(pcr(2)).values.clear();
              }) == "reference.accepted[1].values missing_field");
        CHECK(refused([](BootReference& r) {
                  r.left_out.emplace(pcr(4), "both");
              }) == "reference.left_out[1].pcr duplicate_key");
        CHECK(refused([](BootReference& r) {
                  r.accepted.at(pcr(2)) = {PcrRule::events, {{Digest::zero(HashAlg::sha256), {}, {}}}};
              }) == "reference.accepted[1].values missing_field");
        CHECK(refused([](BootReference& r) {
                  r.accepted.at(pcr(2)).values[0] = {Digest::zero(HashAlg::sha1), {}, {}};
              }) == "reference.accepted[1].values[0].value bad_value");
    }

    TEST_CASE("a PCR stands once, and is one of the 24") {
        const std::string text = encode_boot_reference(BootScene().reference());
        const auto twice = decode_boot_reference(replaced(text, "\"pcr\":2", "\"pcr\":0"));
        REQUIRE_FALSE(twice);
        CHECK(twice.error().where.starts_with("reference.accepted[1]"));
        CHECK_FALSE(decode_boot_reference(replaced(text, "\"pcr\":12", "\"pcr\":24")));
        CHECK_FALSE(decode_boot_reference(replaced(text, "\"bank\":\"sha256\"", "\"bank\":\"md5\"")));
        CHECK_FALSE(decode_boot_reference(replaced(text, "boot-reference/1", "boot-reference/2")));
        CHECK_FALSE(decode_boot_reference(replaced(text, "\"rule\":\"value\"", "\"rule\":\"any\"")));
        CHECK_FALSE(decode_boot_reference(replaced(text, "\"name\":", "\"nom\":")));
    }

    TEST_CASE("each limit, and one beyond it") {
        const auto with_values = [](std::size_t count) {
            return refused([count](BootReference& r) {
                std::vector<AcceptedValue>& values = r.accepted.at(pcr(4)).values;
                values.assign(count, {Digest::zero(HashAlg::sha256), {}, {}});
            });
        };
        CHECK(with_values(limits::reference_values) == "");
        CHECK(with_values(limits::reference_values + 1) != "");
        const auto with_events = [](std::size_t count) {
            return refused([count](BootReference& r) {
                const std::vector<MeasuredEvent> events(count, measured("e"));
                r.accepted.at(pcr(4)).values[0] = {extend_all(events), events, {}};
            });
        };
        CHECK(with_events(limits::reference_events) == "");
        CHECK(with_events(limits::reference_events + 1) != "");
        CHECK(refused([](BootReference& r) { r.name = std::string(limits::text_bytes, 'n'); }) == "");
        CHECK(refused([](BootReference& r) { r.name = std::string(limits::text_bytes + 1, 'n'); }) != "");
        CHECK_FALSE(decode_boot_reference(std::string(limits::reference_bytes + 1, ' ')));
    }

    TEST_CASE("control characters in what is shown are refused") {
        CHECK(refused([](BootReference& r) { r.name = "a\x1b[2J"; }) != "");
        CHECK(refused([](BootReference& r) { r.firmware.version = "1\n2"; }) != "");
        CHECK(refused([](BootReference& r) { r.accepted.at(pcr(4)).values[0].events[0].what = "a\nb"; }) != "");
    }
}
