// What a text of IMA rules leaves out, and which of the kernel's own policies a command line asks for.

#include "evidence/runtime/ima_policy_rules.hpp"

#include "evidence/limits.hpp"
#include "tests/support/captured_boot.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

const std::string everything =
    "measure func=BPRM_CHECK mask=MAY_EXEC\n"
    "measure func=MMAP_CHECK mask=MAY_EXEC\n"
    "measure func=MODULE_CHECK template=ima-modsig\n"
    "measure  func=FIRMWARE_CHECK\n"
    "measure func=KEXEC_KERNEL_CHECK\n"
    "measure func=POLICY_CHECK\n";

using List = std::vector<std::string>;

TEST_SUITE("ima_policy_rules") {
    TEST_CASE("rules that measure all that runs exempt nothing") {
        CHECK(ima_policy_exemptions(everything).empty());
        CHECK(ima_policy_exemptions("# a comment\n\naudit func=BPRM_CHECK\n" + everything).empty());
    }

    TEST_CASE("a rule not to measure is an exemption, whatever it names") {
        CHECK(
            ima_policy_exemptions("dont_measure fsmagic=0x01021994\n" + everything) ==
            List{"dont_measure fsmagic=0x01021994"}
        );
        CHECK(
            ima_policy_exemptions(everything + "dont_measure obj_type=var_log_t") ==
            List{"dont_measure obj_type=var_log_t"}
        );
        CHECK(ima_policy_exemptions("dont_appraise fsmagic=0x01021994\n" + everything).empty());
        // The kernel takes the action wherever it stands in its line.
        for (const std::string rule : {"func=BPRM_CHECK dont_measure", " \tuid=0 dont_measure func=MMAP_CHECK"}) {
            CHECK(ima_policy_exemptions(rule + "\n" + everything).size() == 1);
        }
        CHECK(ima_policy_exemptions("# dont_measure is not used here\n" + everything).empty());
        std::string turned = everything;
        turned.replace(turned.find("measure func=POLICY_CHECK"), 25, "func=POLICY_CHECK measure");
        CHECK(ima_policy_exemptions(turned).empty());
    }

    TEST_CASE("a mask of execution fits what is executed and mapped; of what is read the kernel asks with another") {
        for (const std::string func : {"MODULE_CHECK", "FIRMWARE_CHECK", "KEXEC_KERNEL_CHECK", "POLICY_CHECK"}) {
            CAPTURE(func);
            for (const std::string mask : {" mask=MAY_EXEC", " mask=^MAY_EXEC"}) {
                std::string never = everything;
                never.insert(never.find(func) + func.size(), mask);
                CHECK(ima_policy_exemptions(never) == List{"no rule measures " + func + " for everybody"});
            }
        }
        std::string any = everything;
        any.replace(any.find("mask=MAY_EXEC"), 13, "mask=^MAY_EXEC");
        CHECK(ima_policy_exemptions(any).empty());
    }

    TEST_CASE("each check that no rule measures for everybody is one") {
        for (const std::string func :
             {"BPRM_CHECK", "MMAP_CHECK", "MODULE_CHECK", "FIRMWARE_CHECK", "KEXEC_KERNEL_CHECK", "POLICY_CHECK"}) {
            CAPTURE(func);
            std::string without = everything;
            const List expected{"no rule measures " + func + " for everybody"};
            without.replace(without.find(func), func.size(), "FILE_CHECK");
            CHECK(ima_policy_exemptions(without) == expected);
            for (const std::string condition : {" uid=0", " fsuuid=x", " fowner=0", " pcr=11", " mask=MAY_READ"}) {
                std::string narrowed = everything;
                narrowed.insert(narrowed.find(func) + func.size(), condition);
                CHECK(ima_policy_exemptions(narrowed) == expected);
            }
        }
    }

    TEST_CASE("as many exemptions as the limit are named; the last of more says so, and none is longer than a text") {
        std::string rules;
        for (std::size_t i = 0; i + 1 < limits::ima_policy_exemptions; ++i)
            rules += "dont_measure uid=" + std::to_string(i) + "\n";
        CHECK(ima_policy_exemptions(rules + everything).size() == limits::ima_policy_exemptions - 1);
        const List more = ima_policy_exemptions(rules + "dont_measure uid=98\ndont_measure uid=99\n" + everything);
        REQUIRE(more.size() == limits::ima_policy_exemptions);
        CHECK(more.back() == "and more");
        const List longer = ima_policy_exemptions("dont_measure " + std::string(1000, 'x') + "\n" + everything);
        CHECK(longer.front().size() <= limits::text_bytes + 3);
    }

    TEST_CASE("the kernel's own policy is found on a command line") {
        CHECK(built_in_ima_policy("BOOT_IMAGE=/vmlinuz ima_policy=tcb ima_hash=sha256") == "tcb");
        CHECK(built_in_ima_policy("ima_policy=appraise_tcb|tcb") == "tcb");
        CHECK(built_in_ima_policy("ima_policy=\"appraise_tcb|tcb\"") == "tcb");
        CHECK(built_in_ima_policy("quiet ima_tcb") == "tcb");
        CHECK(built_in_ima_policy("ima_policy=appraise_tcb") == "");
        CHECK(built_in_ima_policy("xima_policy=tcb ima_policy=tcb2") == "");
        CHECK(built_in_ima_policy("") == "");
    }
}

}  // namespace
}  // namespace assay
