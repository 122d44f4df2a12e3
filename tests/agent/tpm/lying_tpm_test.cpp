// A TPM that does not answer what it was asked: a program of the test's own behind the TCTI "cmd".

#include "agent/tpm/tpm.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

// Gives one answer, in hex, to each of the first commands, whatever they are; then it is gone.
std::string answering(const test::ScratchTree& scratch, const std::string& answer) {
    scratch.file(
        "tpm.py",
        "import sys\n"
        "for _ in range(30):\n"
        "    head = sys.stdin.buffer.read(10)\n"
        "    sys.stdin.buffer.read(int.from_bytes(head[2:6], 'big') - 10)\n"
        "    sys.stdout.buffer.write(bytes.fromhex('" +
            answer +
            "'))\n"
            "    sys.stdout.buffer.flush()\n"
    );
    return "cmd:exec python3 '" + scratch.path("tpm.py") + "'";
}

// To TPM2_PCR_Read: PCR 16 of the SHA-256 bank.
const std::string pcr_16 =
    "80010000003e00000000"
    "00000001"
    "00000001000b03000001"
    "000000010020" +
    std::string(64, 'a');

}  // namespace

TEST_SUITE("lying_tpm") {
    TEST_CASE("a TPM that goes on giving PCRs that nobody asked for is not asked for ever") {
        const test::ScratchTree scratch;
        const auto tpm = Tpm::open(answering(scratch, pcr_16));
        REQUIRE(tpm);
        CHECK(tpm->read_pcrs(select_pcrs(HashAlg::sha256, {16}))->at(HashAlg::sha256).size() == 1);
        const auto other = tpm->read_pcrs(select_pcrs(HashAlg::sha256, {7}));
        REQUIRE_FALSE(other);
        CHECK(other.error().code == Errc::bad_value);
        CHECK(other.error().what == "gives other PCRs than were asked for");
    }
}
