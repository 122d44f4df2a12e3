#pragma once
// How a device stands: three axes, each with its reason and since when. Lifecycle is set by enrolment and by people,
// the appraisal by reports, freshness by time alone. `trusted` is never stored: it is computed when it is read.

#include "base/time.hpp"
#include "evidence/reason.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay {

enum class Lifecycle { enrolling, pending_review, active, retired };
// `none` = not appraised; it is never shown as affirmed.
enum class Verdict { none, affirming, warning, contraindicated };
enum class Freshness { never_reported, fresh, overdue };

std::string_view name(Lifecycle lifecycle);
std::string_view name(Verdict verdict);
std::string_view name(Freshness freshness);
std::optional<Lifecycle> lifecycle_named(std::string_view name);
std::optional<Verdict> verdict_named(std::string_view name);
std::optional<Freshness> freshness_named(std::string_view name);

struct LifecycleState {
    Lifecycle state = Lifecycle::enrolling;
    Reason reason = Reason::enrolling;
    std::string detail;
    UnixMillis since;
    friend bool operator==(const LifecycleState&, const LifecycleState&) = default;
};

struct VerdictState {
    Verdict verdict = Verdict::none;
    Reason reason = Reason::not_yet_reported;
    std::string detail;
    UnixMillis since;
    friend bool operator==(const VerdictState&, const VerdictState&) = default;
};

// What a report comes to on one axis.
struct AppraisedAxis {
    Verdict verdict = Verdict::none;
    Reason reason = Reason::earlier_check_failed;
    std::string detail;
    friend bool operator==(const AppraisedAxis&, const AppraisedAxis&) = default;
};

// What is stored of a device.
struct Standing {
    LifecycleState lifecycle;
    VerdictState identity;
    VerdictState boot;
    VerdictState runtime;
    std::optional<UnixMillis> reported_at;  // the last accepted report; none before the first
    UnixMillis valid_until;                 // of the appraisal; meaningful with reported_at
    friend bool operator==(const Standing&, const Standing&) = default;
};

Standing new_standing(LifecycleState lifecycle, UnixMillis now);

struct FreshnessState {
    Freshness state = Freshness::never_reported;
    Reason reason = Reason::never_reported;
    UnixMillis since;
};
FreshnessState freshness_of(const Standing& standing, UnixMillis now);

// Which parts of the appraisal must be affirming for an operator to trust a device.
struct TrustRequirement {
    bool identity = true;
    bool boot = false;
    bool runtime = false;
};
// Active, affirming where required, nothing contraindicated, reported, and now < valid_until. `now` is the database's
// clock.
bool trusted(const Standing& standing, const TrustRequirement& requirement, UnixMillis now);

// The worst of the three axes: what a list shows for a device. `word` is a word of Lifecycle, Verdict or Freshness.
struct Shown {
    std::string_view axis;  // "lifecycle", "identity", "boot", "runtime", "freshness"
    std::string_view word;
    Reason reason = Reason::enrolling;
    std::string detail;
    UnixMillis since;
};
Shown worst(const Standing& standing, UnixMillis now);

// Lifecycle by a person or by the collector; `since` stays when the state does.
void set_lifecycle(Standing& standing, Lifecycle state, Reason reason, std::string detail, UnixMillis now);

}  // namespace assay
