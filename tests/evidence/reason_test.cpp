#include "evidence/reason.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace assay;

TEST_SUITE("reason") {
    TEST_CASE("every reason has one word, and the word leads back to it") {
        std::set<std::string_view> words;
        for (const ReasonText& text : all_reasons()) {
            CAPTURE(text.word);
            CHECK(&explain(text.reason) == &text);
            CHECK(word(text.reason) == text.word);
            CHECK(reason_named(text.word) == text.reason);
            CHECK(words.insert(text.word).second);
        }
        CHECK(words.size() == static_cast<std::size_t>(all_reasons().back().reason) + 1);
        CHECK_FALSE(reason_named(""));
        CHECK_FALSE(reason_named("nonce"));
    }

    TEST_CASE("words fit answers and tables; meaning and advice are sentences") {
        for (const ReasonText& text : all_reasons()) {
            CAPTURE(text.word);
            CHECK(text.word.size() <= 32);
            CHECK(text.word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
            for (const std::string_view sentence : {text.meaning, text.advice}) {
                REQUIRE_FALSE(sentence.empty());
                CHECK(sentence.back() == '.');
                CHECK(sentence.find("  ") == std::string_view::npos);
            }
        }
    }

    TEST_CASE("words are stable: answers, stores and scripts know them") {
        const std::string_view known[] = {
            "unknown_device",
            "nonce_expired",
            "binding_mismatch",
            "signature_invalid",
            "attest_bad_magic",
            "pcr_selection_mismatch",
            "pcr_digest_mismatch",
            "pcr_all_zero",
            "previous_mismatch",
            "tpm_cleared",
            "boot_not_appraised",
            "replayed",
            "ek_chain_trusted",
            "ek_chain_unknown_issuer",
            "ek_no_certificate",
            "pending_review",
            "approved",
            "rejected",
            "retired",
            "fresh",
            "overdue",
            "never_reported"
        };
        for (const std::string_view one : known) {
            CAPTURE(one);
            CHECK(reason_named(one));
        }
    }
}
