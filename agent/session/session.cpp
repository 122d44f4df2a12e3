#include "agent/session/session.hpp"

#include "agent/session/backoff.hpp"
#include "evidence/reason.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds settle{1'000};            // a plugged device brings several events: one report for all
constexpr milliseconds least_interval{5'000};    // between reports that hardware events cause
constexpr milliseconds keep_connection{60'000};  // DESIGN section 3: closed when the interval is over a minute
constexpr milliseconds shortest_wait{1'000};
constexpr std::uint64_t longest_interval_s = 7U * 24U * 3600U;
constexpr milliseconds nonce_patience{40'000};  // of a nonce's 60 seconds: a report begun later may come too late
constexpr unsigned max_challenges = 3;          // in one attempt
constexpr unsigned max_changes = 5;

std::string sentence(const Refusal& refusal, unsigned status) {
    std::string out = refusal.what.empty() ? fmt::format("status {}", status) : refusal.what;
    if (!refusal.where.empty()) out = refusal.where + ": " + out;
    if (const auto reason = reason_named(refusal.reason)) {
        out += fmt::format(" ({}): {}", refusal.reason, explain(*reason).advice);
    } else if (!refusal.code.empty()) {
        out += " (" + refusal.code + ")";
    }
    return out;
}

bool asks_for_new_nonce(const Refusal& refusal) {
    const auto reason = reason_named(refusal.reason);
    return reason == Reason::nonce_expired || reason == Reason::nonce_used || reason == Reason::no_challenge;
}

// A person has to act before this can end: no use to hurry.
bool needs_a_person(const Refusal& refusal) {
    const auto reason = reason_named(refusal.reason);
    return reason == Reason::device_retired || reason == Reason::rejected || reason == Reason::retired;
}

}  // namespace

Step Session::on_event(const Event& event, const Moment& moment) {
    return std::visit([this, &moment](const auto& one) { return on(one, moment); }, event);
}

Step Session::begin_attempt() {
    waiting_ = false;
    woken_ = false;
    kept_connection_ = false;
    enrolled_now_ = false;
    has_documents_ = false;
    challenges_ = 0;
    changes_ = 0;
    return {.action = action::OpenTpm{}};
}

Step Session::on(const event::Started&, const Moment&) {
    return begin_attempt();
}

Step Session::on(const event::Due&, const Moment&) {
    return waiting_ ? begin_attempt() : Step{};
}

Step Session::on(const event::Woken&, const Moment& moment) {
    woken_ = true;
    if (!waiting_ || in_backoff_) return {};
    const milliseconds wanted = std::max(moment.now + settle, last_report_ + least_interval);
    if (wanted >= wait_until_) return {};
    wait_until_ = wanted;
    Step step{.action = action::Wait{wanted, wanted - moment.now > keep_connection}};
    step.notices.push_back({LogLevel::debug, "hardware_event", "a report follows"});
    return step;
}

bool Session::must_enrol() const {
    return options_.enrol_only || !memory_.device || memory_.ak != ak_;
}

Step Session::on(const event::TpmOpened& opened, const Moment&) {
    ak_ = opened.ak;
    if (must_enrol()) return {.action = action::Scan{}};  // enrolment says what the device is called
    return {.action = action::Connect{}};
}

Step Session::on(const event::Scanned&, const Moment&) {
    has_documents_ = true;
    return {.action = action::Connect{}};
}

Step Session::on(const event::Connected& connected, const Moment&) {
    kept_connection_ = connected.kept;
    if (must_enrol()) return {.action = action::Enrol{}};
    ++challenges_;
    return {.action = action::AskChallenge{}};
}

Step Session::on(const event::Enrolled& enrolled, const Moment&) {
    const EnrolmentResult& result = enrolled.result;
    if (memory_.device != result.device) {
        memory_.previous.reset();
        memory_.pcrs.reset();
        memory_.ima.reset();
    }
    memory_.device = result.device;
    memory_.generation = result.generation;
    memory_.ak = ak_;
    enrolled_now_ = true;
    kept_connection_ = false;
    Step step{.action = action::AskChallenge{}, .remember = true};
    const std::string detail = fmt::format(
        "device {}, generation {}, {}{}{}", result.device.text(), result.generation, result.lifecycle,
        result.detail.empty() ? "" : ": ", result.detail
    );
    step.notices.push_back({LogLevel::info, "enrolled", detail});
    status_ = "enrolled as " + result.device.text() + ", " + result.lifecycle;
    if (options_.enrol_only)
        step.action = action::Finish{true, detail};
    else
        ++challenges_;
    return step;
}

Step Session::on(const event::Challenged&, const Moment& moment) {
    kept_connection_ = false;
    challenged_at_ = moment.now;
    pcr_values_asked_ = false;
    documents_asked_ = false;
    return {.action = action::Prepare{!has_documents_}};
}

Step Session::on(const event::Prepared& prepared, const Moment& moment) {
    has_documents_ = true;
    if (moment.now - challenged_at_ > nonce_patience) {  // a slow scan: the quote alone is made again
        kept_connection_ = true;
        return challenge_again(
            {LogLevel::warning, "too_slow", "a report takes longer to prepare than a nonce lives"}, moment
        );
    }
    prepared_pcrs_ = prepared.pcrs;
    prepared_ima_ = prepared.ima;
    pcr_values_asked_ = memory_.pcrs != prepared_pcrs_;
    return {.action = action::Send{pcr_values_asked_}};
}

Step Session::on(const event::Changed&, const Moment& moment) {
    has_documents_ = false;
    if (++changes_ < max_changes) return {.action = action::Prepare{true}};
    return wait_after_failure(
        {LogLevel::warning, "hardware_keeps_changing", "hardware or PCRs changed during every attempt to report them"},
        moment, {}
    );
}

Step Session::on(const event::Outgrown&, const Moment& moment) {
    if (++changes_ < max_changes) return {.action = action::Prepare{false}};
    return wait_after_failure(
        {LogLevel::warning, "ima_list_outgrows",
         "the IMA list grew too fast during every attempt to report it: what starts so many programs?"},
        moment, {}
    );
}

Step Session::on(const event::Needed& needed, const Moment& moment) {
    if (needed.needs.ima_first) return other_segment(*needed.needs.ima_first, moment);
    if (needed.needs.pcr_values && !pcr_values_asked_) {
        pcr_values_asked_ = true;
        return {.action = action::Send{true}};
    }
    if (!needed.needs.documents.empty() && !documents_asked_) {
        documents_asked_ = true;
        return {.action = action::SendDocuments{needed.needs.documents}};
    }
    return wait_after_failure(
        {LogLevel::error, "collector_asks_again", "the collector asks again for what it was sent"}, moment, {}
    );
}

// The collector has another part of the IMA list than was remembered: another statement names what it lacks.
Step Session::other_segment(std::uint64_t first, const Moment& moment) {
    const Notice why{
        LogLevel::error, "collector_asks_again",
        fmt::format("the collector asks for the IMA list from entry {} on, and got no such segment", first)
    };
    if (!prepared_ima_) return wait_after_failure(why, moment, {});
    memory_.ima = ImaPlace{prepared_ima_->span.boot, first, 0};
    return challenge_again(why, moment);
}

Step Session::on(const event::DocumentsSent&, const Moment&) {
    return {.action = action::Send{pcr_values_asked_}};
}

Step Session::on(const event::Accepted& accepted, const Moment& moment) {
    memory_.previous = accepted.result.accepted;
    memory_.pcrs = prepared_pcrs_;
    memory_.ima.reset();
    if (prepared_ima_) memory_.ima = prepared_ima_->behind();
    ++memory_.sequence;
    failures_ = 0;
    in_backoff_ = false;
    last_report_ = moment.now;

    Step step{.remember = true};
    if (!said_.empty()) step.notices.push_back({LogLevel::info, "recovered", "the collector accepts reports again"});
    said_.clear();
    say_standing(step, accepted.result);
    status_ = "reporting; " + standing_;
    if (options_.once) {
        step.action = action::Finish{true, standing_};
        return step;
    }
    const milliseconds interval(1000 * std::min(accepted.result.next_report_s, longest_interval_s));
    milliseconds wait = std::max(spread(interval, moment.random), shortest_wait);
    const bool more_to_come = prepared_ima_ && prepared_ima_->span.more;
    if (woken_ || more_to_come) wait = std::min(wait, least_interval);
    waiting_ = true;
    wait_until_ = moment.now + wait;
    step.action = action::Wait{wait_until_, wait > keep_connection};
    return step;
}

Step Session::on(const event::Refused& refused, const Moment& moment) {
    const Notice why{LogLevel::warning, "refused", sentence(refused.refusal, refused.status)};
    if (reason_named(refused.refusal.reason) == Reason::unknown_device && memory_.device) {
        return forget_device(refused, moment);
    }
    if (asks_for_new_nonce(refused.refusal)) return challenge_again(why, moment);
    const milliseconds at_least = needs_a_person(refused.refusal) ? backoff_ceiling : milliseconds(0);
    return wait_after_failure(why, moment, std::max(at_least, milliseconds(refused.retry_after)));
}

Step Session::on(const event::Lost& lost, const Moment& moment) {
    if (kept_connection_ && lost.error.code == Errc::gone) {  // closed while it was idle: not a failure
        kept_connection_ = false;
        return {.action = action::Connect{}};
    }
    return wait_after_failure({LogLevel::warning, "collector_lost", lost.error.message()}, moment, {});
}

Step Session::on(const event::Broken& broken, const Moment& moment) {
    return wait_after_failure({LogLevel::error, "local_failure", broken.error.message()}, moment, {});
}

Step Session::challenge_again(const Notice& why, const Moment& moment) {
    if (challenges_ >= max_challenges) return wait_after_failure(why, moment, {});
    ++challenges_;
    return {.action = action::AskChallenge{}};
}

// The collector does not know the device: enrol it, once an attempt. The sequence goes on rising.
Step Session::forget_device(const event::Refused& refused, const Moment& moment) {
    const Notice why{LogLevel::warning, "unknown_to_collector", sentence(refused.refusal, refused.status)};
    if (enrolled_now_) return wait_after_failure(why, moment, {});
    const std::uint64_t sequence = memory_.sequence;
    memory_ = Memory{};
    memory_.sequence = sequence;
    Step step{.action = action::Enrol{}, .remember = true};
    say_once(step, why);
    return step;
}

Step Session::wait_after_failure(const Notice& why, const Moment& moment, milliseconds at_least) {
    if (options_.once || options_.enrol_only) return {.action = action::Finish{false, why.detail}};
    Step step;
    say_once(step, why);
    ++failures_;
    in_backoff_ = true;
    waiting_ = true;
    // A longer wait that is asked for is spread too: nobody comes back in step.
    wait_until_ = moment.now + at_least + backoff(failures_, moment.random);
    status_ = "waiting to try again: " + why.detail;
    step.action = action::Wait{wait_until_, true};
    return step;
}

void Session::say_once(Step& step, const Notice& notice) {
    std::string saying = notice.event + " " + notice.detail;
    if (saying == said_) return;
    said_ = std::move(saying);
    step.notices.push_back(notice);
}

void Session::say_standing(Step& step, const ReportResult& result) {
    std::string standing = fmt::format("{}, identity {}", result.lifecycle, result.identity);
    for (const CheckResult& check : result.checks) {
        if (check.outcome == "failed")
            standing += fmt::format("; {} failed: {} {}", check.check, check.reason, check.detail);
    }
    if (standing == standing_) return;
    standing_ = std::move(standing);
    const bool bad = result.identity == "contraindicated" || result.identity == "warning";
    step.notices.push_back({bad ? LogLevel::warning : LogLevel::info, "standing", standing_});
}

}  // namespace assay::agent
