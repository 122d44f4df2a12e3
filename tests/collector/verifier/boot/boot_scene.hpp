#pragma once
// A boot with a few events for each PCR, for tests that then change one thing of it.

#include "collector/verifier/boot/learn_reference.hpp"

#include <array>
#include <string>

namespace assay::test {

inline PcrIndex pcr(unsigned index) {
    return *PcrIndex::from(index);
}

inline MeasuredEvent measured(const std::string& what, HashAlg bank = HashAlg::sha256) {
    return {hash(bank, as_bytes(what)), what};
}

inline Digest extend_all(const std::vector<MeasuredEvent>& events, HashAlg bank = HashAlg::sha256) {
    Digest out = Digest::zero(bank);
    for (const MeasuredEvent& event : events) out = hash(bank, {out.bytes(), event.digest.bytes()});
    return out;
}

struct BootScene {
    explicit BootScene(HashAlg hash = HashAlg::sha256) {
        boot.firmware = {"Acme", "R7", "1.2"};
        boot.bank = hash;
        for (const unsigned index : {0U, 1U, 2U, 4U, 5U, 7U, 8U, 9U}) {
            const std::string name = std::to_string(index);
            put(index,
                {measured("first of " + name, hash), measured("separator", hash), measured("last of " + name, hash)});
        }
        for (const unsigned index : {11U, 12U, 13U}) boot.quoted.insert_or_assign(pcr(index), Digest::zero(hash));
    }

    void put(unsigned index, std::vector<MeasuredEvent> events) {
        boot.quoted.insert_or_assign(pcr(index), extend_all(events, boot.bank));
        boot.events.insert_or_assign(pcr(index), std::make_shared<const std::vector<MeasuredEvent>>(std::move(events)));
    }

    BootReference reference() const { return learn_reference(boot, "Acme R7, 1.2"); }
    BootJudgement judge(std::initializer_list<BootReference> references) const {
        std::vector<ApprovedReference> approved;
        for (const BootReference& one : references) approved.push_back({sha256(encode_boot_reference(one)), one});
        return judge_boot(boot, approved, today);
    }

    MeasuredBoot boot;
    Date today = Date::parse("2026-11-30").value();
};

}  // namespace assay::test
