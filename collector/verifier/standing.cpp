#include "collector/verifier/standing.hpp"

#include <array>

namespace assay {
namespace {

constexpr std::array lifecycles{Lifecycle::enrolling, Lifecycle::pending_review, Lifecycle::active, Lifecycle::retired};
constexpr std::array verdicts{Verdict::none, Verdict::affirming, Verdict::warning, Verdict::contraindicated};
constexpr std::array freshnesses{Freshness::never_reported, Freshness::fresh, Freshness::overdue};

template <class T, std::size_t N>
std::optional<T> named(const std::array<T, N>& all, std::string_view wanted) {
    for (const T one : all) {
        if (name(one) == wanted) return one;
    }
    return std::nullopt;
}

// How bad it is, for what a list shows. Retired stands alone: nothing else about the device matters any more.
unsigned severity(Lifecycle lifecycle) {
    switch (lifecycle) {
        case Lifecycle::active: return 0;
        case Lifecycle::enrolling: return 3;
        case Lifecycle::pending_review: return 5;
        case Lifecycle::retired: return 8;
    }
    return 8;
}

unsigned severity(Freshness freshness) {
    switch (freshness) {
        case Freshness::fresh: return 0;
        case Freshness::never_reported: return 2;
        case Freshness::overdue: return 4;
    }
    return 4;
}

unsigned severity(Verdict verdict) {
    switch (verdict) {
        case Verdict::affirming: return 0;
        case Verdict::none: return 1;
        case Verdict::warning: return 6;
        case Verdict::contraindicated: return 7;
    }
    return 7;
}

}  // namespace

std::string_view name(Lifecycle lifecycle) {
    switch (lifecycle) {
        case Lifecycle::enrolling: return "enrolling";
        case Lifecycle::pending_review: return "pending_review";
        case Lifecycle::active: return "active";
        case Lifecycle::retired: return "retired";
    }
    return "";
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::none: return "none";
        case Verdict::affirming: return "affirming";
        case Verdict::warning: return "warning";
        case Verdict::contraindicated: return "contraindicated";
    }
    return "";
}

std::string_view name(Freshness freshness) {
    switch (freshness) {
        case Freshness::never_reported: return "never_reported";
        case Freshness::fresh: return "fresh";
        case Freshness::overdue: return "overdue";
    }
    return "";
}

std::optional<Lifecycle> lifecycle_named(std::string_view wanted) {
    return named(lifecycles, wanted);
}

std::optional<Verdict> verdict_named(std::string_view wanted) {
    return named(verdicts, wanted);
}

std::optional<Freshness> freshness_named(std::string_view wanted) {
    return named(freshnesses, wanted);
}

Standing new_standing(LifecycleState lifecycle, UnixMillis now) {
    Standing out;
    out.lifecycle = std::move(lifecycle);
    for (VerdictState* axis : {&out.identity, &out.boot, &out.runtime}) axis->since = now;
    return out;
}

FreshnessState freshness_of(const Standing& standing, UnixMillis now) {
    if (!standing.reported_at) return {Freshness::never_reported, Reason::never_reported, standing.identity.since};
    if (now < standing.valid_until) return {Freshness::fresh, Reason::fresh, *standing.reported_at};
    return {Freshness::overdue, Reason::overdue, standing.valid_until};
}

bool trusted(const Standing& standing, const TrustRequirement& requirement, UnixMillis now) {
    const auto fits = [](const VerdictState& axis, bool required) {
        return axis.verdict != Verdict::contraindicated && (!required || axis.verdict == Verdict::affirming);
    };
    return standing.lifecycle.state == Lifecycle::active && fits(standing.identity, requirement.identity) &&
           fits(standing.boot, requirement.boot) && fits(standing.runtime, requirement.runtime) &&
           freshness_of(standing, now).state == Freshness::fresh;
}

Shown worst(const Standing& standing, UnixMillis now) {
    Shown out{
        "identity", name(standing.identity.verdict), standing.identity.reason, standing.identity.detail,
        standing.identity.since
    };
    unsigned worst_yet = severity(standing.identity.verdict);
    const auto consider = [&out, &worst_yet](unsigned how_bad, Shown candidate) {
        if (how_bad <= worst_yet) return;
        worst_yet = how_bad;
        out = std::move(candidate);
    };
    const LifecycleState& lifecycle = standing.lifecycle;
    consider(
        severity(lifecycle.state),
        {"lifecycle", name(lifecycle.state), lifecycle.reason, lifecycle.detail, lifecycle.since}
    );
    const FreshnessState freshness = freshness_of(standing, now);
    consider(severity(freshness.state), {"freshness", name(freshness.state), freshness.reason, "", freshness.since});
    const VerdictState& boot = standing.boot;
    consider(severity(boot.verdict), {"boot", name(boot.verdict), boot.reason, boot.detail, boot.since});
    const VerdictState& runtime = standing.runtime;
    consider(
        severity(runtime.verdict), {"runtime", name(runtime.verdict), runtime.reason, runtime.detail, runtime.since}
    );
    return out;
}

void set_lifecycle(Standing& standing, Lifecycle state, Reason reason, std::string detail, UnixMillis now) {
    LifecycleState& lifecycle = standing.lifecycle;
    if (lifecycle.state != state) lifecycle.since = now;
    lifecycle.state = state;
    lifecycle.reason = reason;
    lifecycle.detail = std::move(detail);
}

}  // namespace assay
