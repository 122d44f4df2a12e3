#include "collector/api/operator_routes.hpp"

#include "certs/document_signature.hpp"
#include "collector/verifier/runtime/runtime_policy.hpp"
#include "evidence/limits.hpp"

#include <array>

namespace assay::api {
namespace {

constexpr std::size_t small = 16U << 10U;
constexpr std::size_t certificates = 256U << 10U;
constexpr std::size_t scan = 2 * limits::document_bytes + small;
constexpr std::size_t reference = 2 * limits::runtime_policy_bytes + small;  // reference_draft.cpp
constexpr std::size_t approval = 2 * document_signature_bytes + small;
using net::Method;

constexpr std::array routes{
    OperatorRoute{Method::get, "/v1/overview", &get_overview, 0, "The fleet in numbers."},
    OperatorRoute{Method::get, "/v1/changes", &get_changes, 0, "What happened to devices and items, the newest first."},
    OperatorRoute{Method::get, "/v1/devices", &get_devices, 0, "The devices, each with its three axes."},
    OperatorRoute{
        Method::get, "/v1/devices/facets", &get_device_facets, 0,
        "How many devices there are of each site, role, state and origin."
    },
    OperatorRoute{
        Method::get, "/v1/devices/{id}", &get_device, 0,
        "One device: checks of its last report, sources, events, reports."
    },
    OperatorRoute{
        Method::patch, "/v1/devices/{id}", &patch_device, small, "Says where a device stands and what it is for."
    },
    OperatorRoute{
        Method::get, "/v1/devices/{id}/inventory", &get_device_inventory, 0, "Its inventory, as a scan would print it."
    },
    OperatorRoute{
        Method::get, "/v1/devices/{id}/modules", &get_device_modules, 0,
        "Its loaded kernel modules: files, hashes, whom signatures name."
    },
    OperatorRoute{
        Method::get, "/v1/devices/{id}/firmware", &get_device_firmware, 0,
        "Its firmware files: named by drivers, asked for, loaded."
    },
    OperatorRoute{
        Method::get, "/v1/devices/{id}/bundle", &get_device_bundle, 0,
        "Its last report with all that the appraisal rested on, as one file to be checked elsewhere."
    },
    OperatorRoute{Method::get, "/v1/devices/{id}/components", &get_device_components, 0, "Its components."},
    OperatorRoute{Method::get, "/v1/devices/{id}/findings", &get_device_findings, 0, "Its findings."},
    OperatorRoute{Method::get, "/v1/components", &get_components, 0, "Components over the fleet."},
    OperatorRoute{
        Method::get, "/v1/findings", &get_findings, 0, "Findings over the fleet, each with its chain of why."
    },
    OperatorRoute{
        Method::get, "/v1/conflicts", &get_conflicts, 0,
        "Statements about one part that name two companies, to be looked at."
    },
    OperatorRoute{
        Method::get, "/v1/unknown-identifiers", &get_unknown_identifiers, 0,
        "Numbers that nobody is known to hold, by registry and vendor's part."
    },
    OperatorRoute{Method::get, "/v1/worklist", &get_worklist, 0, "What is to be done."},
    OperatorRoute{
        Method::get, "/v1/worklist/facets", &get_item_facets, 0,
        "How many items there are of each site, state, authority and entity."
    },
    OperatorRoute{Method::get, "/v1/worklist/{id}", &get_item, 0, "One item with its rules of absence and its events."},
    OperatorRoute{
        Method::post, "/v1/worklist/{id}/transition", &post_transition, small, "A person's action on an item."
    },
    OperatorRoute{Method::get, "/v1/enrolments", &get_enrolments, 0, "Enrolments, and which wait for a decision."},
    OperatorRoute{Method::post, "/v1/enrolments/{id}/approve", &post_approve, small, "Lets a waiting device in."},
    OperatorRoute{Method::post, "/v1/enrolments/{id}/reject", &post_reject, small, "Refuses a waiting device."},
    OperatorRoute{Method::get, "/v1/trust-anchors", &get_trust_anchors, 0, "CAs that operators added."},
    OperatorRoute{Method::post, "/v1/trust-anchors", &post_trust_anchors, certificates, "Trusts a TPM vendor's CAs."},
    OperatorRoute{Method::delete_, "/v1/trust-anchors/{sha256}", &delete_trust_anchor, 0, "Takes one of them back."},
    OperatorRoute{Method::get, "/v1/references", &get_references, 0, "Reference Values, in force and not."},
    OperatorRoute{
        Method::post, "/v1/references", &post_references, reference, "Learns a draft from a device, or takes one."
    },
    OperatorRoute{
        Method::get, "/v1/references/{sha256}", &get_reference, 0, "One document of Reference Values, whole."
    },
    OperatorRoute{
        Method::post, "/v1/references/{sha256}/approve", &post_reference_approve, approval,
        "Puts Reference Values in force."
    },
    OperatorRoute{
        Method::post, "/v1/references/{sha256}/retire", &post_reference_retire, small, "Takes them out of force."
    },
    OperatorRoute{Method::get, "/v1/packs", &get_packs, 0, "The policy packs in force."},
    OperatorRoute{
        Method::post, "/v1/inventories", &post_inventory, scan, "Imports the scan of a device without a TPM: declared."
    },
    OperatorRoute{Method::get, "/v1/attempts", &get_attempts, 0, "What was rejected and says nothing about a device."},
    OperatorRoute{Method::get, "/v1/reasons", &get_reasons, 0, "Every reason code, with its meaning and what to do."},
};

constexpr std::array sessions{
    OperatorRoute{Method::post, "/v1/session", &post_session, 1024, "Signs in: a cookie for an operator's token."},
    OperatorRoute{Method::get, "/v1/session", &get_session, 0, "Who is signed in by the cookie, and until when."},
    OperatorRoute{Method::delete_, "/v1/session", &delete_session, 0, "Signs out: the cookie stands for nothing."},
};

}  // namespace

std::span<const OperatorRoute> operator_routes() {
    return routes;
}

std::span<const OperatorRoute> session_routes() {
    return sessions;
}

}  // namespace assay::api
