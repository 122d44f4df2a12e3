// What doctor says of a healthy device, and of each thing that can be missing: a real TPM in software, real TLS.

#include "agent/doctor/doctor.hpp"

#include "agent/doctor/tpm_checks.hpp"
#include "tests/agent/device_rig.hpp"
#include "tests/support/command.hpp"
#include "tests/support/no_such_host.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

using namespace assay;
using namespace assay::agent;
using test::DeviceRig;
using test::SmallCollector;
using test::Swtpm;

namespace {

struct Patient {
    DeviceRig& rig;
    std::string url;
    std::string ca;
    std::string tcti;
    std::string more;
    Clock clock = system_now;

    Patient(DeviceRig& of, const SmallCollector& collector)
        : rig(of), url(collector.url()), ca(of.config.ca_pem), tcti(of.config.tcti) {}

    Diagnoses examine() const {
        const std::string file = rig.scratch.path("agent.toml");
        {
            std::ofstream out(file);
            out << "state_dir = \"" << rig.config.state_dir << "\"\n[collector]\nurl = \"" << url << "\"\nca = \"\"\""
                << ca << "\"\"\"\n[tpm]\ntcti = \"" << tcti << "\"\n"
                << more;
        }
        ::chmod(file.c_str(), 0600);
        return agent::examine({file, rig.tree.path(), clock});
    }
};

const Diagnosis* find(const Diagnoses& all, const std::string& check, Health health) {
    const auto found = std::ranges::find_if(all, [&check, health](const Diagnosis& one) {
        return one.check == check && one.health == health;
    });
    return found == all.end() ? nullptr : &*found;
}

// The check has that outcome, and says `part` of it in what it saw or advises.
bool says(const Diagnoses& all, const std::string& check, Health health, const std::string& part) {
    const Diagnosis* one = find(all, check, health);
    return one != nullptr && (one->what + " " + one->advice).find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("doctor") {
    TEST_CASE("a device that can report, before and after its enrolment") {
        const Swtpm swtpm;
        const SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        const Patient patient(rig, collector);
        Diagnoses all = patient.examine();
        CAPTURE(diagnoses_text(all));
        CHECK(can_report(all));
        CHECK(says(all, "enrolment", Health::note, "has not been enrolled yet"));
        CHECK(says(all, "tpm", Health::ok, "SW   TPM (49424d00)"));
        CHECK(says(all, "pcr banks", Health::ok, "sha1, sha256, sha384"));
        CHECK(says(all, "endorsement keys", Health::ok, "0x01c00002, 0x01c0000a, 0x01c00016"));
        CHECK(says(all, "attestation key", Health::ok, "ecc_p256_sha256"));
        CHECK(says(all, "clock", Health::ok, ""));
        CHECK(says(all, "sources", Health::ok, "components"));
        rig.attempt();  // this rig now holds the state directory, as a running agent does
        all = patient.examine();
        CAPTURE(diagnoses_text(all));
        CHECK(can_report(all));
        CHECK(says(all, "state", Health::ok, "in use by a running agent"));
        CHECK(says(all, "enrolment", Health::ok, rig.session->memory().device->text()));
        CHECK(Tpm::open(swtpm.tcti())->loaded_handles()->transient <= 1);  // the rig's own key
    }

    TEST_CASE("no configuration, or a wrong one") {
        CHECK(says(agent::examine({"/nonexistent", "", system_now}), "configuration", Health::problem, "agent.toml"));
        const Swtpm swtpm;
        const SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        Patient patient(rig, collector);
        patient.more = "tctl = 1\n";
        CHECK(says(patient.examine(), "configuration", Health::problem, "did you mean \"tcti\"?"));
    }

    TEST_CASE("a TPM that is not there, has no library, or does not answer") {
        Config config;
        config.tcti = "device:/nonexistent/tpmrm0";
        CHECK(says(check_tpm(config), "tpm device", Health::problem, "firmware's set-up"));
        config.tcti = "nonsense:x";
        CHECK(says(check_tpm(config), "tpm", Health::problem, "install the package"));
        config.tcti = "swtpm:path=/nonexistent";
        CHECK(says(check_tpm(config), "tpm", Health::problem, "tpm2_getcap"));
        config.tcti = "device:/dev/null";
        CHECK_FALSE(can_report(check_tpm(config)));
    }

    TEST_CASE("a TPM device that this user may not open") {
        if (::geteuid() != 0) return;  // only root can become nobody
        const test::ScratchTree scratch;
        scratch.file("tpmrm0", "");
        ::chmod(scratch.path().c_str(), 0755);
        ::chmod(scratch.path("tpmrm0").c_str(), 0600);
        scratch.file(
            "agent.toml", "[collector]\nurl = \"https://localhost:1\"\nca = \"x\"\n[tpm]\ntcti = \"device:" +
                              scratch.path("tpmrm0") + "\"\n"
        );
        ::chmod(scratch.path("agent.toml").c_str(), 0644);
        std::filesystem::copy_file(ASSAY_AGENT, scratch.path("assay-agent"));
        const auto said = test::run_command(
            "cd / && setpriv --reuid=65534 --clear-groups " + scratch.path("assay-agent") + " doctor --config " +
            scratch.path("agent.toml")
        );
        CAPTURE(said.output);
        CHECK(WEXITSTATUS(said.status) == 1);
        CHECK(said.output.find("group tss") != std::string::npos);
    }

    TEST_CASE("a TPM without certificates, without a useful bank, or with a closed endorsement hierarchy") {
        const Swtpm swtpm;
        const std::string tools = "export TPM2TOOLS_TCTI=" + swtpm.tcti() + "; ";
        Config config;
        config.tcti = swtpm.tcti();
        REQUIRE(test::run_command(tools + "tpm2_changeauth -c e secret").status == 0);
        CHECK(says(check_tpm(config), "attestation key", Health::problem, "endorsement_auth"));
        config.endorsement_auth = "secret";
        CHECK(can_report(check_tpm(config)));
        for (const char* index : {"0x01c00002", "0x01c0000a", "0x01c00016"}) {
            REQUIRE(test::run_command(tools + "tpm2_nvundefine -C p " + index).status == 0);
        }
        CHECK(says(check_tpm(config), "endorsement keys", Health::note, "waits for an operator's approval"));
        CHECK(can_report(check_tpm(config)));
    }

    TEST_CASE("only SHA-1 PCRs are a problem") {
        Swtpm swtpm;
        const std::string tools = "export TPM2TOOLS_TCTI=" + swtpm.tcti() + "; ";
        REQUIRE(test::run_command(tools + "tpm2_pcrallocate sha1:all+sha256:none+sha384:none").status == 0);
        swtpm.power_cycle();
        Config config;
        config.tcti = swtpm.tcti();
        CHECK(says(check_tpm(config), "pcr banks", Health::problem, "SHA-256 bank"));
    }

    TEST_CASE("a collector that is not there, is another, or hides behind an interceptor") {
        const Swtpm swtpm;
        SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        Patient patient(rig, collector);

        const test::TestCa interceptor("Inspecting proxy CA");
        patient.ca = interceptor.certificate_pem();
        Diagnoses all = patient.examine();
        CHECK(says(all, "tls", Health::problem, "issuer CN=Assay test CA"));  // whoever presented it is named
        CHECK(says(all, "tls", Health::problem, "intercepts TLS"));
        patient.ca = rig.config.ca_pem;

        patient.clock = [] { return UnixMillis{946'684'800'000}; };  // 2000
        CHECK(says(patient.examine(), "clock", Health::problem, "set the clock"));
        patient.clock = [] { return UnixMillis{4'102'444'800'000}; };  // 2100
        CHECK(says(patient.examine(), "tls", Health::problem, "set the clock"));
        patient.clock = system_now;

        net::Response page;
        page.status = 404;
        page.body = "<html>";
        collector.interject("/v1/challenge", page);
        CHECK(says(patient.examine(), "collector", Health::problem, "not as a collector does"));
        collector.refuse_next("/v1/challenge", 403, "device_retired");
        CHECK(says(patient.examine(), "enrolment", Health::problem, "device_retired"));

        collector.stop();
        CHECK(says(patient.examine(), "collector", Health::problem, "nobody listens"));
        if (!test::absent_names_are_told()) return;
        patient.url = "https://" + std::string(test::no_such_host);
        CHECK(says(patient.examine(), "collector", Health::problem, "DNS"));
    }

    TEST_CASE("a CA that is missing or none") {
        const Swtpm swtpm;
        const SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        Patient patient(rig, collector);
        patient.ca = "ca.pem";
        CHECK(says(patient.examine(), "ca", Health::problem, "CA file is missing"));
        rig.scratch.file("ca.pem", "no certificate");
        CHECK(says(patient.examine(), "ca", Health::problem, "cannot be used"));
        rig.scratch.file("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        CHECK(says(patient.examine(), "ca", Health::problem, "cannot be used"));
    }

    TEST_CASE("state that cannot be used, and a file that others can read") {
        const Swtpm swtpm;
        const SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        rig.scratch.file("state/state.json", "{}");
        ::chmod(rig.config.state_dir.c_str(), 0700);
        const Patient patient(rig, collector);
        CHECK(says(patient.examine(), "state", Health::note, "starts anew"));
        ::chmod(rig.scratch.path("agent.toml").c_str(), 0644);
        const auto all = agent::examine({rig.scratch.path("agent.toml"), rig.tree.path(), system_now});
        CHECK(says(all, "configuration", Health::note, "chmod 0600"));
        ::chmod(rig.config.state_dir.c_str(), 0777);
        CHECK(says(patient.examine(), "state", Health::problem, "chmod 0700"));
    }
}
