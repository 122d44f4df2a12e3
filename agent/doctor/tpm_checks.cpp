#include "agent/doctor/tpm_checks.hpp"

#include "agent/tpm/attestation_key.hpp"
#include "agent/tpm/endorsement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

namespace assay::agent {
namespace {

constexpr std::string_view device_tcti = "device:";
constexpr std::string_view raw_device = "/dev/tpm0";

// Of the device file itself, which tells more than a failed connection.
std::optional<Diagnosis> device_problem(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return problem(
            "tpm device", "there is no " + path,
            "switch the TPM (2.0, maybe called PTT, fTPM or security device) on in the firmware's set-up, or give the "
            "virtual machine one; with a driver missing: modprobe tpm_tis or tpm_crb. `ls /sys/class/tpm` shows what "
            "the kernel found"
        );
    }
    if (::access(path.c_str(), R_OK | W_OK) != 0) {
        return problem(
            "tpm device", "this user may not read and write " + path,
            "run the agent as root, or add its user to the group tss (usermod -aG tss USER) and log in again"
        );
    }
    return std::nullopt;
}

Diagnosis connection_problem(const Config& config, const Error& error) {
    if (!tcti_library_present(config.tcti)) {
        return problem(
            "tpm", fmt::format("no library for tpm.tcti = \"{}\"", config.tcti),
            "install the package with it, e.g. libtss2-tcti-device0 or libtss2-tcti-swtpm0, or correct tpm.tcti"
        );
    }
    const bool raw = config.tcti.find(raw_device) != std::string::npos;
    return problem(
        "tpm", "cannot connect: " + error.message(),
        raw ? "another program may hold /dev/tpm0: use the resource manager, tpm.tcti = \"device:/dev/tpmrm0\""
            : "see whether the TPM answers others: tpm2_getcap -T \"" + config.tcti + "\" properties-fixed"
    );
}

Diagnosis state_of(const TpmProperties& facts) {
    const std::string what = fmt::format(
        "{} ({:08x}), firmware {}, specification {}.{:02}", facts.vendor_string, facts.manufacturer,
        firmware_version_text(facts.firmware_version), facts.revision / 100, facts.revision % 100
    );
    if (facts.in_lockout) {
        return noted(
            "tpm", what + "; in lockout after wrong passwords of another program",
            "reports go on; what is protected by passwords waits: tpm2_dictionarylockout --clear-lockout"
        );
    }
    return healthy("tpm", what);
}

Diagnosis check_banks(const Tpm& tpm) {
    const auto banks = tpm.active_banks();
    if (!banks)
        return problem("pcr banks", banks.error().message(), "restart the device; if it stays, replace the TPM");
    std::vector<std::string_view> names;
    for (const HashAlg bank : *banks) names.push_back(name(bank));
    const std::string what = fmt::format("active: {}", fmt::join(names, ", "));
    const bool good = std::ranges::any_of(*banks, [](HashAlg bank) { return bank != HashAlg::sha1; });
    if (good) return healthy("pcr banks", what);
    return problem(
        "pcr banks", (banks->empty() ? "none is active" : what),
        "switch the SHA-256 bank on in the firmware's set-up (or tpm2_pcrallocate sha256:all) and restart"
    );
}

Diagnoses check_endorsement(const Tpm& tpm) {
    const auto endorsement = read_endorsement(tpm, [] {});
    if (!endorsement) {
        return {problem(
            "endorsement keys", endorsement.error().message(),
            endorsement.error().code == Errc::denied
                ? "the endorsement hierarchy has a password or is switched off: set tpm.endorsement_auth, or switch it "
                  "on in the firmware's set-up"
                : "the TPM makes no endorsement key from the TCG's templates: update its firmware"
        )};
    }
    Diagnoses out;
    std::vector<std::string> indexes;
    for (const OfferedKey& offered : endorsement->keys) {
        if (!offered.key.certificate.empty()) indexes.push_back(fmt::format("{:#010x}", offered.key.nv_index));
    }
    if (indexes.empty()) {
        out.push_back(noted(
            "endorsement keys", "no EK certificate in the TPM's NV memory",
            "the device can enrol, and waits for an operator's approval (assay enrolments); some makers publish the "
            "certificate on their site"
        ));
    } else {
        out.push_back(healthy(
            "endorsement keys", fmt::format(
                                    "{} with certificates, at NV {}; {} certificates of their chain", indexes.size(),
                                    fmt::join(indexes, ", "), endorsement->chain.size()
                                )
        ));
    }
    for (const std::string& note : endorsement->notes) {
        out.push_back(noted("endorsement keys", note, "the other keys are used; ask the TPM's maker about this one"));
    }
    return out;
}

Diagnosis check_attestation_key(const Tpm& tpm, AkKind kind) {
    const auto key = AttestationKey::create(tpm, kind);
    if (key) return healthy("attestation key", fmt::format("{} can be made", name(kind)));
    switch (key.error().code) {
        case Errc::denied:
            return problem(
                "attestation key", key.error().message(),
                "the endorsement hierarchy has a password or is switched off: set tpm.endorsement_auth, or switch it "
                "on "
                "in the firmware's set-up"
            );
        case Errc::unsupported:
            return problem(
                "attestation key", key.error().message(),
                "the TPM has no such key: set tpm.ak = \"rsa2048_sha256\" or \"ecc_p256_sha256\""
            );
        default:
            return problem(
                "attestation key", key.error().message(), "restart the device; if it stays, replace the TPM"
            );
    }
}

}  // namespace

Diagnoses check_tpm(const Config& config) {
    if (config.tcti.starts_with(device_tcti)) {
        if (auto wrong = device_problem(config.tcti.substr(device_tcti.size()))) return {*std::move(wrong)};
    }
    const auto tpm = Tpm::open(config.tcti, config.endorsement_auth);
    if (!tpm) return {connection_problem(config, tpm.error())};
    const auto facts = tpm->properties();
    if (!facts) {
        return {problem(
            "tpm", "does not work: " + facts.error().message(),
            "a TPM in failure mode works again after a power cycle (not a warm restart); if it does not, replace it"
        )};
    }
    Diagnoses out{state_of(*facts), check_banks(*tpm)};
    for (Diagnosis& one : check_endorsement(*tpm)) out.push_back(std::move(one));
    out.push_back(check_attestation_key(*tpm, config.ak));
    return out;
}

}  // namespace assay::agent
