// What a report is prepared of while PCRs are extended: a real TPM in software, extended between the agent's commands.

#include "agent/report.hpp"

#include "evidence/runtime/ima_replay.hpp"
#include "evidence/tpm/attest.hpp"
#include "tests/agent/tpm/extend_pcr.hpp"
#include "tests/support/ima_bytes.hpp"
#include "tests/support/swtpm.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

const PcrSelection with_ima = select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14});

struct Device {
    test::Swtpm swtpm;
    Tpm tpm = Tpm::open(swtpm.tcti()).value();
    AttestationKey key = AttestationKey::create(tpm, AkKind::ecc_p256_sha256).value();
    ReportOrder order = [] {
        ReportOrder out;
        out.device = DeviceId{sha256("device")};
        out.scanned.documents = {{DocumentKind::inventory, sha256("inventory"), 9}};
        out.scanned.ima = ImaReading{{"boot", 7, 0}, 700};
        out.challenge = {sha256("nonce"), with_ima};
        return out;
    }();
    int commands = 0;  // of the TPM while a report was prepared: quotes and readings

    // A report, while `happening` is done behind each command.
    std::optional<PreparedReport> prepare(const std::function<void()>& happening) {
        commands = 0;
        const auto between = [this, &happening] {
            ++commands;
            happening();
        };
        auto prepared = prepare_report(tpm, key, order, between);
        REQUIRE(prepared);
        return *std::move(prepared);
    }
    void extend(unsigned pcr, std::string_view what) const { test::extend_pcr(tpm, pcr, as_bytes(what)); }
};

Bytes quoted_digest(const PreparedReport& prepared) {
    return decode_quote_attest(prepared.report.quote)->pcr_digest;
}
Bytes digest_of(const PcrValues& values, const PcrSelection& selection) {
    const auto digest = pcr_digest(HashAlg::sha256, selection, values);
    REQUIRE(digest);
    return to_bytes(digest->bytes());
}
bool has_pcr_10(const PreparedReport& prepared) {
    return prepared.report.pcr_values->at(HashAlg::sha256).contains(*PcrIndex::from(10));
}

}  // namespace

TEST_SUITE("report") {
    TEST_CASE_FIXTURE(Device, "while nothing is extended one quote is enough, and its values are all there") {
        const auto prepared = prepare([] {});
        REQUIRE(prepared);
        CHECK(commands == 2);
        CHECK(digest_of(*prepared->report.pcr_values, with_ima) == quoted_digest(*prepared));
        CHECK(message_of(*prepared, true) == encode_report(prepared->report));
        CHECK_FALSE(decode_report(message_of(*prepared, false))->pcr_values);
    }

    TEST_CASE_FIXTURE(Device, "PCR 10 that is extended between quote and reading: another quote, and all values") {
        const auto once = prepare([this] {
            if (commands == 1) extend(10, "once");
        });
        REQUIRE(once);
        CHECK(commands == 4);
        CHECK(digest_of(*once->report.pcr_values, with_ima) == quoted_digest(*once));
        // After each quote: what was read before the second one is what it covers.
        const auto each = prepare([this] {
            if (commands % 2 == 1) extend(10, "each");
        });
        REQUIRE(each);
        CHECK(commands == 4);
        CHECK(digest_of(*each->report.pcr_values, with_ima) == quoted_digest(*each));
    }

    TEST_CASE_FIXTURE(
        Device, "PCR 10 that is extended all the time is left out, and the entries up to the quote give it"
    ) {
        std::vector<ImaEntry> entries;
        const auto prepared = prepare([this, &entries] {
            for (int i = 0; i < 10; ++i) {  // fifty a second, and a TPM that takes its time
                const ImaEntry& one =
                    entries.emplace_back(test::ima_file("/usr/bin/" + std::to_string(entries.size()), "x"));
                test::extend_pcr(tpm, 10, one.data());
            }
        });
        REQUIRE(prepared);
        CHECK(commands == 4);
        CHECK_FALSE(has_pcr_10(*prepared));
        CHECK(prepared->report.pcr_values->at(HashAlg::sha256).size() == 11);
        ImaReplay replay = start_replay(HashAlg::sha256);
        bool reached = false;
        for (const ImaEntry& one : entries) {
            assay::extend(replay, {&one, 1}, ImaExtension::own_hash);
            PcrValues values = *prepared->report.pcr_values;
            values[HashAlg::sha256].emplace(*PcrIndex::from(10), replay.value);
            reached = reached || digest_of(values, with_ima) == quoted_digest(*prepared);
        }
        CHECK(reached);
    }

    TEST_CASE_FIXTURE(Device, "PCR 10 is not left out where no list, or not all of it, stands in for its value") {
        const auto always = [this] { extend(10, "always"); };
        order.scanned.ima->span.more = true;
        CHECK_FALSE(prepare(always));
        CHECK(commands == 8);
        order.scanned.ima.reset();
        CHECK_FALSE(prepare(always));
    }

    TEST_CASE_FIXTURE(Device, "another PCR that is extended all the time is no report, whatever the list") {
        CHECK_FALSE(prepare([this] { extend(8, "always"); }));
        // Nor one that is extended while PCR 10 is.
        CHECK_FALSE(prepare([this] {
            extend(10, "always");
            extend(9, "always");
        }));
    }

    TEST_CASE_FIXTURE(Device, "PCR 10 that was not asked for may change as it likes") {
        order.challenge.selection = select_pcrs(HashAlg::sha256, {0, 7});
        CHECK_FALSE(covers_ima(order.challenge.selection));
        CHECK(prepare([this] { extend(10, "always"); }));
        CHECK(commands == 2);
    }

    TEST_CASE("the statement says which part of the list it speaks for, and nothing where there is no list") {
        ReportOrder order;
        CHECK_FALSE(statement_for(order).ima);
        order.scanned.ima = ImaReading{{"boot", 7, 3, true}, 700};
        CHECK(statement_for(order).ima == ImaSpan{"boot", 7, 3, true});
    }
}
