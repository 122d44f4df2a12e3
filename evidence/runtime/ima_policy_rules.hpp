#pragma once
// What the text of an IMA policy leaves unmeasured: for whoever puts a policy on the list of known ones. The text
// proves nothing by itself; that a kernel has loaded exactly it, a measurement of it must say. Rules: Linux,
// Documentation/ABI/testing/ima_policy.

#include <string>
#include <string_view>
#include <vector>

namespace assay {

// One for each exemption, in words of the policy: "dont_measure fsmagic=0x01021994", "no rule measures MODULE_CHECK for
// everybody". Empty: what is executed, mapped to be executed, or loaded as module, firmware, kernel or policy is
// measured, whoever does it and wherever it lies. At most limits::ima_policy_exemptions; the last says that there are
// more.
std::vector<std::string> ima_policy_exemptions(std::string_view rules);

// The kernel's own policies that a command line asks for by `ima_policy=` or `ima_tcb`, as far as they measure: "tcb".
// Each exempts tmpfs and other file systems (dont_measure_rules of security/integrity/ima/ima_policy.c). "" for none.
std::string built_in_ima_policy(std::string_view command_line);

}  // namespace assay
