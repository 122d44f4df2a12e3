// tests/vectors/*.txt: one case a file, "key: value" lines, what must come out as `expect`. They were computed apart
// from this code, so that both sides of the protocol, and other agents, can be held against them. A new case is a new
// file.

#include "base/encoding.hpp"
#include "evidence/binding.hpp"
#include "evidence/inventory.hpp"
#include "evidence/statement.hpp"
#include "evidence/tpm/templates.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>

using namespace assay;

namespace {

using Case = std::map<std::string, std::string>;

Case read_case(const std::string& text) {
    Case out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        const std::size_t colon = line.find(": ");
        if (!line.starts_with('#')) out[line.substr(0, colon)] = line.substr(colon + 2);
    }
    return out;
}

template <std::size_t N>
std::array<std::uint8_t, N> array(const std::string& hex) {
    return from_hex_array<N>(hex).value();
}

std::string report_case(const Case& c) {
    ReportBinding binding;
    binding.hash = hash_alg_named(c.at("hash")).value();
    binding.nonce = array<32>(c.at("nonce"));
    binding.device = DeviceId::parse(c.at("device")).value();
    binding.ak_name = from_hex(c.at("ak_name")).value();
    binding.selection = from_hex(c.at("selection")).value();
    binding.exporter = array<32>(c.at("exporter"));
    binding.statement = to_bytes(c.at("statement"));
    return to_hex(report_extra_data(binding).bytes());
}

std::string enrolment_case(const Case& c) {
    std::vector<Bytes> secrets;
    std::string rest = c.at("secrets");
    for (; rest.size() >= 64; rest = rest.size() > 64 ? rest.substr(65) : "")
        secrets.push_back(from_hex(rest.substr(0, 64)).value());
    EnrolmentBinding binding;
    binding.hash = hash_alg_named(c.at("hash")).value();
    binding.secrets = secrets;
    binding.enrolment = array<16>(c.at("enrolment"));
    binding.exporter = array<32>(c.at("exporter"));
    binding.request = array<32>(c.at("request"));
    return to_hex(enrolment_extra_data(binding).bytes());
}

std::string template_case(const Case& c) {
    const PublicArea area = ak_template(ak_kind_named(c.at("template")).value());
    CHECK(to_hex(encode_public_area(area)) == c.at("public_area"));
    CHECK(to_hex(tpm_name(area)) == c.at("name"));
    return to_hex(endorsement_qualified_name(area));
}

std::string result_of(const Case& c) {
    const std::string& kind = c.at("kind");
    if (kind == "device_id") return DeviceId::of_ek(from_hex(c.at("spki")).value()).text();
    if (kind == "ek_fingerprint") return to_hex(ek_fingerprint(from_hex(c.at("spki")).value()));
    if (kind == "nonce") return to_hex(make_nonce(array<32>(c.at("random")), from_hex(c.at("checkpoint")).value()));
    if (kind == "report_extra_data") return report_case(c);
    if (kind == "enrolment_extra_data") return enrolment_case(c);
    if (kind == "ak_template") return template_case(c);
    if (kind == "statement") return to_hex(sha256(encode_statement(decode_statement(c.at("statement")).value())));
    if (kind == "inventory") return to_hex(sha256(encode_inventory(decode_inventory(c.at("document")).value())));
    return "no such kind of vector";
}

}  // namespace

TEST_SUITE("vectors") {
    TEST_CASE("every hash and framed field of the protocol is what the vectors say") {
        std::set<std::string> kinds;
        for (const auto& entry :
             std::filesystem::directory_iterator(std::string(ASSAY_SOURCE_DIR) + "/tests/vectors")) {
            CAPTURE(entry.path().filename().string());
            const Case c = read_case(to_text(test::read_file(entry.path())));
            kinds.insert(c.at("kind"));
            CHECK(result_of(c) == c.at("expect"));
        }
        CHECK(kinds.size() == 8);
    }
}
