// Vital product data: hand-made after the example of PCI 3.0 appendix I.3.2, lengths that lie, and the checksum.

#include "evidence/hardware/pci_vpd.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace assay::pci {
namespace {

Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Bytes field(std::string_view keyword, std::string_view data) {
    return to_bytes(keyword) + Bytes{static_cast<std::uint8_t>(data.size())} + to_bytes(data);
}

Bytes large(std::uint8_t tag, const Bytes& data) {
    return Bytes{tag, static_cast<std::uint8_t>(data.size()), static_cast<std::uint8_t>(data.size() >> 8U)} + data;
}

const Bytes end_tag{0x78};

// The fields of the example in I.3.2, with a right checksum.
Bytes example() {
    Bytes out = large(0x82, to_bytes("ABC Super-Fast Widget Controller")) +
                large(
                    0x90, field("PN", "6181682A") + field("EC", "4950262536") + field("SN", "00000194") +
                              field("MN", "1037") + field("V0", "board 7") + field("RV", std::string(3, '\0'))
                );
    const unsigned sum = std::accumulate(out.begin(), out.end() - 2, 0U);
    out[out.size() - 3] = static_cast<std::uint8_t>(0x100U - (sum & 0xffU));
    return out + large(0x91, field("V1", "5A") + field("YA", "asset 12") + field("RW", std::string(16, '\0'))) +
           end_tag;
}

Vpd decoded(const Bytes& bytes) {
    const auto vpd = decode_vpd(bytes);
    REQUIRE(vpd.has_value());
    return *vpd;
}

TEST_SUITE("pci_vpd") {
    TEST_CASE("the example of the specification: name, fields, checksum, end") {
        const Vpd vpd = decoded(example());
        CHECK_FALSE(vpd.broken.has_value());
        CHECK(vpd.name == "ABC Super-Fast Widget Controller");
        CHECK(*vpd.text("PN") == "6181682A");
        CHECK(*vpd.text("EC") == "4950262536");
        CHECK(*vpd.text("SN") == "00000194");
        CHECK(*vpd.text("MN") == "1037");
        CHECK(*vpd.text("V0") == "board 7");
        CHECK(*vpd.text("YA") == "asset 12");
        CHECK(vpd.text("RV") == nullptr);
        CHECK(vpd.text("RW") == nullptr);
        REQUIRE(vpd.fields.size() == 7);
        CHECK_FALSE(vpd.fields[4].writable);
        CHECK(vpd.fields[5].writable);
        CHECK(vpd.checksum == VpdChecksum::right);
        CHECK(vpd.bytes == example().size());
    }

    TEST_CASE("any changed bit through the checksum byte is seen; behind it nothing counts") {
        const Bytes good = example();
        const std::size_t checksum = static_cast<std::size_t>(
            std::search(good.begin(), good.end(), as_bytes("RV").begin(), as_bytes("RV").end()) - good.begin() + 3
        );
        for (std::size_t at = 0; at < good.size(); ++at) {
            CAPTURE(at);
            Bytes changed = good;
            changed[at] ^= 0x01;
            const auto vpd = decode_vpd(changed);
            const bool right = vpd.has_value() && vpd->checksum == VpdChecksum::right;
            CHECK(right == (at > checksum));
        }
    }

    TEST_CASE("without a checksum there is none, which is not a wrong one") {
        CHECK(decoded(large(0x90, field("PN", "x")) + end_tag).checksum == VpdChecksum::none);
        Bytes wrong = large(0x90, field("PN", "x") + field("RV", "1")) + end_tag;
        CHECK(decoded(wrong).checksum == VpdChecksum::wrong);
    }

    TEST_CASE("cut anywhere, what stood whole before the cut stays and the cut is told") {
        const Bytes whole = example();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            const auto vpd = decode_vpd(ByteView(whole).first(size));
            REQUIRE(vpd.has_value() == (size > 0));
            if (!vpd) continue;
            CHECK(vpd->broken.has_value());
            CHECK(vpd->name.empty() == (size < 3 + 32));
            // A resource that runs out of the data is not read at all: its length lies, or the data does.
            CHECK((vpd->text("PN") == nullptr) == (size < 35 + 3 + 11 + 13 + 11 + 7 + 10 + 6));
        }
    }

    TEST_CASE("lengths that lie: a field out of its resource, a resource out of the data") {
        Bytes lies = large(0x90, field("PN", "abc") + field("SN", "123")) + end_tag;
        lies[3 + 6 + 2] = 4;  // SN would take the end tag
        Vpd vpd = decoded(lies);
        CHECK(vpd.broken->code == Errc::truncated);
        CHECK(*vpd.text("PN") == "abc");
        CHECK(vpd.text("SN") == nullptr);
        lies = large(0x90, field("PN", "abc") + Bytes{'S', 'N'}) + end_tag;  // not even a length
        CHECK(decoded(lies).broken->code == Errc::truncated);
        lies = large(0x90, field("RV", "")) + end_tag;  // a checksum of no byte
        CHECK(decoded(lies).broken->code == Errc::truncated);
        lies = large(0x90, field("PN", "abc"));
        lies[2] = 0x7f;
        CHECK(decoded(lies).broken->code == Errc::truncated);
        CHECK(decoded(lies).fields.empty());
    }

    TEST_CASE("an empty or erased memory holds nothing, and what begins otherwise is no vital product data") {
        CHECK(decode_vpd({}).error().code == Errc::not_found);
        CHECK(decode_vpd(Bytes(64, 0xff)).error().code == Errc::not_found);
        CHECK(decode_vpd(Bytes(64, 0x00)).error().code == Errc::not_found);
        CHECK(decode_vpd(to_bytes("random")).error().code == Errc::bad_magic);
        CHECK(decode_vpd(end_tag).error().code == Errc::bad_magic);
    }

    TEST_CASE("other resources are passed over, what is behind the end is not read") {
        const Bytes odd = large(0x82, to_bytes("card")) + Bytes{0x22, 1, 2} + large(0x84, to_bytes("????")) +
                          large(0x90, field("PN", "1")) + end_tag + large(0x90, field("SN", "late"));
        const Vpd vpd = decoded(odd);
        CHECK_FALSE(vpd.broken.has_value());
        CHECK(*vpd.text("PN") == "1");
        CHECK(vpd.text("SN") == nullptr);
    }

    TEST_CASE("text is cleaned, and a capability is no text") {
        const Vpd vpd = decoded(large(0x90, field("SN", "a\x1b[31mb  ") + field("CP", "\x01\xff")) + end_tag);
        CHECK(*vpd.text("SN") == "a\\u{1b}[31mb");
        CHECK(*vpd.text("CP") == "01ff");
    }

    TEST_CASE("limits: the last field and byte allowed are read, one more is not") {
        Bytes fields;
        for (std::size_t i = 0; i < max_vpd_fields; ++i) fields = fields + field("V1", "");
        CHECK_FALSE(decoded(large(0x90, fields) + end_tag).broken.has_value());
        CHECK(decoded(large(0x90, fields + field("V1", "")) + end_tag).broken->code == Errc::limit_exceeded);
        Bytes big = example();
        big.resize(max_vpd_bytes);
        CHECK(decode_vpd(big).has_value());
        big.push_back(0);
        CHECK(decode_vpd(big).error().code == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay::pci
