#pragma once
// What a device runs whose every entry its policy accepts.

#include "tests/collector/verifier/measured_scene.hpp"
#include "tests/collector/verifier/runtime/runtime_scene.hpp"

#include <stdexcept>

namespace assay::test {

// init, a measurement policy and the agent are measured; the policy accepts them, and nothing else.
inline RuntimePolicyDocument run_what_is_accepted(MeasuredScene& scene) {
    scene.entries.push_back(ima_file("/sbin/init", "init"));
    scene.entries.push_back(ima_file("/etc/ima/ima-policy", whole_ima_policy));
    scene.entries.push_back(ima_file("/usr/sbin/assay-agent", "agent"));
    scene.list();
    scene.use_log();
    RuntimePolicyDocument out;
    out.id = "edge";
    out.title = "Edge routers";
    out.agents = {"/usr/sbin/assay-agent"};
    out.ima_policies = {known_ima_policy("all that runs", whole_ima_policy)};
    if (!learn_entries(out, scene.entries)) throw std::runtime_error("a scene's own entries cannot be learned");
    return out;
}

}  // namespace assay::test
