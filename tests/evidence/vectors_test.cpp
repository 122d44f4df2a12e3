// Every vector of tests/vectors: the hashes and framed fields of docs/PROTOCOL.md, computed by another program.

#include "base/writer.hpp"
#include "evidence/binding.hpp"
#include "evidence/device_id.hpp"
#include "evidence/inventory.hpp"
#include "evidence/statement.hpp"
#include "evidence/tpm/pcr.hpp"
#include "evidence/tpm/templates.hpp"
#include "tests/support/vector.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <sstream>

using namespace assay;
using test::Vector;

namespace {

HashAlg hash_of(const Vector& v) {
    return hash_alg_named(v.text("hash")).value();
}

std::string device_id(const Vector& v) {
    return DeviceId::of_ek(v.hex("spki")).text();
}

std::string fingerprint(const Vector& v) {
    return to_hex(ek_fingerprint(v.hex("spki")));
}

std::string nonce(const Vector& v) {
    const bool anchored = !v.all("checkpoint").empty();
    return to_hex(make_nonce(v.array<32>("random"), anchored ? v.hex("checkpoint") : Bytes{}));
}

std::string report_binding(const Vector& v) {
    ReportBinding binding;
    binding.hash = hash_of(v);
    binding.nonce = v.array<32>("nonce");
    binding.device = DeviceId{v.array<32>("device")};
    binding.ak_name = v.hex("ak_name");
    binding.selection = v.hex("selection");
    binding.exporter = v.array<32>("exporter");
    binding.statement = to_bytes(v.payload);
    CHECK(to_hex(hash(binding.hash, v.hex("framed")).bytes()) == v.text("expect"));
    return to_hex(report_extra_data(binding).bytes());
}

std::string enrolment_binding(const Vector& v) {
    std::vector<Bytes> secrets;
    for (const std::string& secret : v.all("secret")) secrets.push_back(from_hex(secret).value());
    EnrolmentBinding binding;
    binding.hash = hash_of(v);
    binding.secrets = secrets;
    binding.enrolment = v.array<16>("enrolment");
    binding.exporter = v.array<32>("exporter");
    binding.request = sha256(v.payload);
    CHECK(to_hex(hash(binding.hash, v.hex("framed")).bytes()) == v.text("expect"));
    return to_hex(enrolment_extra_data(binding).bytes());
}

std::string ak_names(const Vector& v) {
    const auto area = decode_public_area(v.hex("public"));
    REQUIRE(area);
    const AkKind kind = ak_kind_named(v.text("ak_kind")).value();
    CHECK(matching_ak_kind(*area) == kind);
    CHECK(encode_public_area(ak_template(kind)) == v.hex("template"));
    CHECK(endorsement_qualified_name(*area) == v.hex("qualified"));
    return to_hex(tpm_name(*area));
}

std::string selection(const Vector& v) {
    const auto decoded = decode_pcr_selection(v.hex("expect"));
    REQUIRE(decoded);
    CHECK(text(*decoded) == v.text("text"));
    return to_hex(encode_pcr_selection(*decoded));
}

std::string digest_of_pcrs(const Vector& v) {
    PcrValues values;
    for (const std::string& line : v.all("value")) {
        std::istringstream in(line);
        std::string bank;
        unsigned index = 0;
        std::string value;
        in >> bank >> index >> value;
        const HashAlg alg = hash_alg_named(bank).value();
        values[alg].emplace(PcrIndex::from(index).value(), Digest::of(alg, from_hex(value).value()).value());
    }
    return to_hex(pcr_digest(hash_of(v), decode_pcr_selection(v.hex("selection")).value(), values)->bytes());
}

std::string statement(const Vector& v) {
    const auto decoded = decode_statement(v.payload);
    REQUIRE(decoded);
    CHECK(encode_statement(*decoded) == v.payload);
    CHECK(std::to_string(v.payload.size()) == v.text("size"));
    return to_hex(sha256(v.payload));
}

std::string bad_statement(const Vector& v) {
    const auto decoded = decode_statement(v.payload);
    REQUIRE_FALSE(decoded.has_value());
    return std::string(word(decoded.error().code));
}

std::string inventory(const Vector& v) {
    const auto decoded = decode_inventory(v.text("document"));
    REQUIRE(decoded);
    return to_hex(sha256(encode_inventory(*decoded)));
}

// credential is tests/certs' to compute.
std::string elsewhere(const Vector& v) {
    return v.text("expect");
}

}  // namespace

TEST_SUITE("vectors") {
    TEST_CASE("every vector gives what it expects") {
        const std::map<std::string, std::function<std::string(const Vector&)>> kinds{
            {"device_id", device_id},
            {"ek_fingerprint", fingerprint},
            {"nonce", nonce},
            {"report_extra_data", report_binding},
            {"enrolment_extra_data", enrolment_binding},
            {"ak_name", ak_names},
            {"pcr_selection", selection},
            {"pcr_digest", digest_of_pcrs},
            {"statement", statement},
            {"bad_statement", bad_statement},
            {"inventory", inventory},
            {"credential", elsewhere},
        };
        std::map<std::string, unsigned> seen;
        for (const Vector& vector : test::all_vectors()) {
            CAPTURE(vector.file);
            const auto kind = kinds.find(vector.text("kind"));
            REQUIRE(kind != kinds.end());
            CHECK(kind->second(vector) == vector.text("expect"));
            ++seen[kind->first];
        }
        CHECK(seen.size() == kinds.size());
    }
}
