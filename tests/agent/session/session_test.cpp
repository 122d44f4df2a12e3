#include "agent/session/session.hpp"

#include "agent/session/backoff.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;
using namespace assay::agent;
using std::chrono::milliseconds;

namespace {

const Sha256 ak = sha256("ak name");
const Sha256 pcrs = sha256("pcr values");
const DeviceId device{sha256("device")};

Memory enrolled_memory() {
    return {device, 1, ak, sha256("last"), 7, pcrs};
}

EnrolmentResult enrolment() {
    return {device, 1, "active", "ek_chain_trusted", ""};
}

ReportResult accepted(std::uint64_t next_report_s = 3600) {
    return {"active", "affirming", "none", "none", {}, sha256("attest"), next_report_s};
}

event::Refused refused(unsigned status, const std::string& reason) {
    return {status, Refusal{"denied", reason, "", "no"}, std::chrono::seconds(0)};
}

// A session that is told what happened, and whose clock stands until it waits.
struct Course {
    Session session;
    milliseconds now{1'000'000};
    std::uint32_t random = 0;
    std::vector<std::string> said;
    unsigned remembered = 0;

    explicit Course(Memory memory = {}, SessionOptions options = {}) : session(memory, options) {}

    Action tell(const Event& event) {
        Step step = session.on_event(event, {now, random});
        for (const Notice& notice : step.notices) said.push_back(notice.event);
        remembered += step.remember ? 1 : 0;
        return step.action;
    }
    // To the point where a report is on its way, which says this of the IMA list.
    Action until_sent(const std::optional<ImaReading>& ima = std::nullopt) {
        tell(event::TpmOpened{ak});
        tell(event::Connected{});
        tell(event::Challenged{});
        return tell(event::Prepared{pcrs, ima});
    }
};

template <class T>
T as(const Action& action) {
    REQUIRE(std::holds_alternative<T>(action));
    return std::get<T>(action);
}
template <class T>
bool is(const Action& action) {
    return std::holds_alternative<T>(action);
}

}  // namespace

TEST_SUITE("session") {
    TEST_CASE("a new device enrols, reports with PCR values and documents, and waits for the interval") {
        Course course;
        CHECK(is<action::OpenTpm>(course.tell(event::Started{})));
        CHECK(is<action::Scan>(course.tell(event::TpmOpened{ak})));
        CHECK(is<action::Connect>(course.tell(event::Scanned{})));
        CHECK(is<action::Enrol>(course.tell(event::Connected{})));
        CHECK(is<action::AskChallenge>(course.tell(event::Enrolled{enrolment()})));
        CHECK(course.remembered == 1);
        CHECK_FALSE(as<action::Prepare>(course.tell(event::Challenged{})).scan);
        CHECK(as<action::Send>(course.tell(event::Prepared{pcrs})).pcr_values);
        const Sha256 document = sha256("inventory");
        const auto upload = as<action::SendDocuments>(course.tell(event::Needed{{false, {document}}}));
        CHECK(upload.documents == std::vector{document});
        CHECK(as<action::Send>(course.tell(event::DocumentsSent{})).pcr_values);  // the identical report
        const auto wait = as<action::Wait>(course.tell(event::Accepted{accepted()}));
        CHECK(wait.until == course.now + milliseconds(3'600'000));
        CHECK(wait.close_connection);
        CHECK(course.remembered == 2);
        CHECK(course.session.memory() == Memory{device, 1, ak, sha256("attest"), 1, pcrs});
        CHECK(course.said == std::vector<std::string>{"enrolled", "standing"});
    }

    TEST_CASE("in the steady state no PCR values travel, and they are sent when asked for") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        CHECK_FALSE(as<action::Send>(course.until_sent()).pcr_values);
        CHECK(as<action::Send>(course.tell(event::Needed{{true, {}}})).pcr_values);
        CHECK(is<action::SendDocuments>(course.tell(event::Needed{{false, {sha256("d")}}})));
        CHECK(as<action::Send>(course.tell(event::DocumentsSent{})).pcr_values);
        CHECK(course.session.next_sequence() == 8);
        course.tell(event::Accepted{accepted()});
        CHECK(course.session.next_sequence() == 9);
    }

    TEST_CASE("other PCR values than the collector knows travel with the report") {
        Memory memory = enrolled_memory();
        memory.pcrs = sha256("other values");
        Course course(memory);
        course.tell(event::Started{});
        CHECK(as<action::Send>(course.until_sent()).pcr_values);
    }

    TEST_CASE("a short interval keeps the connection, which may turn out to be closed") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent();
        const auto wait = as<action::Wait>(course.tell(event::Accepted{accepted(30)}));
        CHECK_FALSE(wait.close_connection);
        course.now = wait.until;
        CHECK(is<action::OpenTpm>(course.tell(event::Due{})));
        CHECK(is<action::Connect>(course.tell(event::TpmOpened{ak})));
        CHECK(is<action::AskChallenge>(course.tell(event::Connected{true})));
        CHECK(is<action::Connect>(course.tell(event::Lost{{Errc::gone, "", "closed"}})));
        CHECK(is<action::AskChallenge>(course.tell(event::Connected{false})));
        CHECK(is<action::Wait>(course.tell(event::Lost{{Errc::gone, "", "closed"}})));
        CHECK(course.said == std::vector<std::string>{"standing", "collector_lost"});
    }

    TEST_CASE("another attestation key than the enrolled one enrols again, the chain of reports goes on") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        CHECK(is<action::Scan>(course.tell(event::TpmOpened{sha256("new ak")})));
        course.tell(event::Scanned{});
        CHECK(is<action::Enrol>(course.tell(event::Connected{})));
        EnrolmentResult result = enrolment();
        result.generation = 2;
        course.tell(event::Enrolled{result});
        CHECK(course.session.memory().previous == sha256("last"));
        CHECK(course.session.memory().generation == 2);
        CHECK(course.session.memory().ak == sha256("new ak"));
    }

    TEST_CASE("a collector that does not know the device: enrol once, on the same connection, without prev") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::TpmOpened{ak});
        course.tell(event::Connected{});
        CHECK(is<action::Enrol>(course.tell(refused(404, "unknown_device"))));
        CHECK_FALSE(course.session.memory().device);
        CHECK(course.remembered == 1);
        CHECK(is<action::AskChallenge>(course.tell(event::Enrolled{enrolment()})));
        CHECK_FALSE(course.session.memory().previous);
        CHECK(course.session.next_sequence() == 8);                            // rises on
        CHECK(is<action::Wait>(course.tell(refused(404, "unknown_device"))));  // no endless circle
    }

    TEST_CASE("a nonce that expired is replaced without another scan, three times at the most") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent();
        for (int i = 0; i < 2; ++i) {
            CHECK(is<action::AskChallenge>(course.tell(refused(409, "nonce_expired"))));
            CHECK_FALSE(as<action::Prepare>(course.tell(event::Challenged{})).scan);
            CHECK(is<action::Send>(course.tell(event::Prepared{pcrs})));
        }
        CHECK(is<action::Wait>(course.tell(refused(409, "nonce_expired"))));
    }

    TEST_CASE("a scan that outlasts the nonce: the quote alone is made again, over a new connection if need be") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::TpmOpened{ak});
        course.tell(event::Connected{});
        course.tell(event::Challenged{});
        course.now += milliseconds(90'000);
        CHECK(is<action::AskChallenge>(course.tell(event::Prepared{pcrs})));
        CHECK(is<action::Connect>(course.tell(event::Lost{{Errc::gone, "", "closed while idle"}})));
        CHECK(is<action::AskChallenge>(course.tell(event::Connected{})));
        CHECK_FALSE(as<action::Prepare>(course.tell(event::Challenged{})).scan);
        CHECK(is<action::Send>(course.tell(event::Prepared{pcrs})));
        CHECK(course.said.empty());
    }

    TEST_CASE("a TPM that outlasts every nonce is a failure, not a circle") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::TpmOpened{ak});
        course.tell(event::Connected{});
        int rounds = 0;
        for (Action action = action::AskChallenge{}; !is<action::Wait>(action) && rounds < 10; ++rounds) {
            course.tell(event::Challenged{});
            course.now += milliseconds(90'000);
            action = course.tell(event::Prepared{pcrs});
            if (is<action::AskChallenge>(action)) {
                action = course.tell(event::Lost{{Errc::gone, "", "closed while idle"}});
                if (is<action::Connect>(action)) action = course.tell(event::Connected{});
            }
        }
        CHECK(rounds <= 3);
        CHECK(course.said == std::vector<std::string>{"too_slow"});
    }

    TEST_CASE("what changed while it was reported is read again, five times at the most") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::TpmOpened{ak});
        course.tell(event::Connected{});
        course.tell(event::Challenged{});
        for (int i = 0; i < 4; ++i) CHECK(as<action::Prepare>(course.tell(event::Changed{})).scan);
        CHECK(is<action::Wait>(course.tell(event::Changed{})));
        CHECK(course.said == std::vector<std::string>{"hardware_keeps_changing"});
    }

    TEST_CASE("a list that outgrows its report is read again without the hardware, five times at the most") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::TpmOpened{ak});
        course.tell(event::Connected{});
        course.tell(event::Challenged{});
        for (int i = 0; i < 2; ++i) CHECK_FALSE(as<action::Prepare>(course.tell(event::Outgrown{})).scan);
        CHECK(as<action::Prepare>(course.tell(event::Changed{})).scan);
        CHECK_FALSE(as<action::Prepare>(course.tell(event::Outgrown{})).scan);
        CHECK(is<action::Wait>(course.tell(event::Outgrown{})));
        CHECK(course.said == std::vector<std::string>{"ima_list_outgrows"});
    }

    TEST_CASE("what an accepted report covered of the IMA list is remembered, and nothing of one that was refused") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent(ImaReading{{"boot", 7, 3}, 900});
        CHECK_FALSE(course.session.memory().ima);
        course.tell(event::Accepted{accepted()});
        CHECK(course.session.memory().ima == ImaPlace{"boot", 10, 900});
        course.tell(event::Due{});
        course.until_sent(ImaReading{{"boot", 10, 5}, 1300});
        course.tell(refused(403, "policy"));
        CHECK(course.session.memory().ima == ImaPlace{"boot", 10, 900});
        course.tell(event::Due{});
        course.until_sent();  // a kernel without the list
        course.tell(event::Accepted{accepted()});
        CHECK_FALSE(course.session.memory().ima);
    }

    TEST_CASE(
        "a collector that asks for another part of the list gets it under a new challenge, three times at the most"
    ) {
        Memory memory = enrolled_memory();
        memory.ima = ImaPlace{"boot", 40, 4000};
        Course course(memory);
        course.tell(event::Started{});
        course.until_sent(ImaReading{{"boot", 40, 2}, 4200});
        const event::Needed wants{{true, {}, 12}};
        for (int i = 0; i < 2; ++i) {
            CHECK(is<action::AskChallenge>(course.tell(wants)));
            CHECK(course.session.memory().ima == ImaPlace{"boot", 12, 0});
            CHECK_FALSE(as<action::Prepare>(course.tell(event::Challenged{})).scan);
            CHECK(is<action::Send>(course.tell(event::Prepared{pcrs, ImaReading{{"boot", 12, 30}, 4200}})));
        }
        CHECK(is<action::Wait>(course.tell(wants)));
        CHECK(course.said == std::vector<std::string>{"collector_asks_again"});
    }

    TEST_CASE("a part of a list that the device does not have is not sent") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent();
        CHECK(is<action::Wait>(course.tell(event::Needed{{false, {}, 0}})));
        CHECK(course.said == std::vector<std::string>{"collector_asks_again"});
    }

    TEST_CASE("a collector that knows nothing of the device any more knows nothing of its list") {
        Memory memory = enrolled_memory();
        memory.ima = ImaPlace{"boot", 40, 4000};
        Course lost(memory);
        lost.tell(event::Started{});
        lost.tell(event::TpmOpened{ak});
        lost.tell(event::Connected{});
        lost.tell(refused(404, "unknown_device"));
        CHECK_FALSE(lost.session.memory().ima);
        Course other(memory);
        other.tell(event::Started{});
        other.tell(event::TpmOpened{sha256("new ak")});
        other.tell(event::Scanned{});
        other.tell(event::Connected{});
        EnrolmentResult result = enrolment();
        result.device = DeviceId{sha256("another device")};
        other.tell(event::Enrolled{result});
        CHECK_FALSE(other.session.memory().ima);
    }

    TEST_CASE("a list that goes on beyond a document is followed by the next report within seconds") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent(ImaReading{{"boot", 0, 20'000, true}, 2'000'000});
        CHECK(as<action::Wait>(course.tell(event::Accepted{accepted()})).until == course.now + milliseconds(5'000));
        course.tell(event::Due{});
        course.until_sent(ImaReading{{"boot", 20'000, 10}, 2'001'000});
        CHECK(as<action::Wait>(course.tell(event::Accepted{accepted()})).until == course.now + milliseconds(3'600'000));
    }

    TEST_CASE(
        "a collector that is lost: state is kept, pauses grow to a ceiling, it is said once, and once that it is back"
    ) {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        milliseconds last{0};
        for (int i = 0; i < 20; ++i) {
            CAPTURE(i);
            CHECK(is<action::Connect>(course.tell(event::TpmOpened{ak})));
            const auto wait = as<action::Wait>(course.tell(event::Lost{{Errc::timed_out, "x", "no answer"}}));
            const milliseconds pause = wait.until - course.now;
            CHECK(pause >= last);
            CHECK(pause <= backoff_ceiling);
            last = pause;
            course.now = wait.until;
            CHECK(is<action::OpenTpm>(course.tell(event::Due{})));
        }
        CHECK(last == backoff_ceiling / 2);  // random = 0
        CHECK(course.session.memory() == enrolled_memory());
        CHECK(course.said == std::vector<std::string>{"collector_lost"});
        course.until_sent();
        course.tell(event::Accepted{accepted()});
        CHECK(course.said == std::vector<std::string>{"collector_lost", "recovered", "standing"});
        const auto again = as<action::Wait>(
            (course.now += milliseconds(4'000'000), course.tell(event::Due{}), course.tell(event::TpmOpened{ak}),
             course.tell(event::Lost{{Errc::timed_out, "x", "no answer"}}))
        );
        CHECK(again.until - course.now < milliseconds(2'001));  // from the start again
        CHECK(course.said.back() == "collector_lost");
    }

    TEST_CASE("another failure is said, the same one is not said again") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::Lost{{Errc::timed_out, "x", "no answer"}});
        course.tell(event::Lost{{Errc::gone, "x", "refused"}});
        course.tell(event::Lost{{Errc::gone, "x", "refused"}});
        course.tell(event::Broken{{Errc::gone, "TPM", "no device"}});
        CHECK(course.said == std::vector<std::string>{"collector_lost", "collector_lost", "local_failure"});
    }

    TEST_CASE("pauses are spread: two agents with other random numbers wait differently") {
        std::set<std::int64_t> pauses;
        for (std::uint32_t i = 0; i <= 16; ++i) {
            const milliseconds pause = backoff(5, i == 16 ? 0xffffffff : i << 28U);
            CHECK(pause >= milliseconds(16'000));
            CHECK(pause <= milliseconds(32'000));
            pauses.insert(pause.count());
        }
        CHECK(pauses.size() == 17);
        CHECK(backoff(1, 0xffffffff) == backoff_first);
        CHECK(backoff(1'000'000, 0xffffffff) == backoff_ceiling);
        CHECK(spread(milliseconds(60'000), 0xffffffff) == milliseconds(54'000));
    }

    TEST_CASE("Retry-After is at the least what is waited; a retired device waits long") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        event::Refused busy = refused(503, "");
        busy.retry_after = std::chrono::seconds(120);
        CHECK(as<action::Wait>(course.tell(busy)).until >= course.now + milliseconds(120'000));
        CHECK(as<action::Wait>(course.tell(refused(403, "device_retired"))).until >= course.now + backoff_ceiling);
    }

    TEST_CASE("a plugged device leads to a report within seconds, a storm of events not to a storm of reports") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent();
        course.tell(event::Accepted{accepted()});
        course.now += milliseconds(100);
        const auto soon = as<action::Wait>(course.tell(event::Woken{}));
        CHECK(soon.until == course.now + milliseconds(4'900));  // five seconds after the last report
        CHECK_FALSE(soon.close_connection);
        CHECK(is<action::Continue>(course.tell(event::Woken{})));  // is under way already
        course.now = soon.until;
        course.tell(event::Due{});
        course.until_sent();
        course.tell(event::Woken{});  // while the report is under way
        const auto next = as<action::Wait>(course.tell(event::Accepted{accepted()}));
        CHECK(next.until == course.now + milliseconds(5'000));
        course.now += milliseconds(60'000);
        course.tell(event::Due{});
        course.until_sent();
        course.tell(event::Accepted{accepted()});
        course.now += milliseconds(600'000);
        CHECK(as<action::Wait>(course.tell(event::Woken{})).until == course.now + milliseconds(1'000));
    }

    TEST_CASE("hardware events do not shorten the pause after a failure") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.tell(event::Lost{{Errc::timed_out, "x", "no answer"}});
        CHECK(is<action::Continue>(course.tell(event::Woken{})));
    }

    TEST_CASE("an interval of nonsense is bounded") {
        for (const std::uint64_t seconds : {std::uint64_t{0}, std::uint64_t{1} << 52U}) {
            Course course(enrolled_memory());
            course.tell(event::Started{});
            course.until_sent();
            const auto wait = as<action::Wait>(course.tell(event::Accepted{accepted(seconds)}));
            CHECK(wait.until >= course.now + milliseconds(1'000));
            CHECK(wait.until <= course.now + std::chrono::days(7));
        }
    }

    TEST_CASE("a collector that asks again for what it was given is not served in circles") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        course.until_sent();
        course.tell(event::Needed{{false, {sha256("d")}}});
        course.tell(event::DocumentsSent{});
        CHECK(is<action::Wait>(course.tell(event::Needed{{false, {sha256("d")}}})));
        CHECK(course.said == std::vector<std::string>{"collector_asks_again"});
    }

    TEST_CASE("one report, or one enrolment, and then the end, whichever it is") {
        Course once(enrolled_memory(), {.once = true});
        once.tell(event::Started{});
        once.until_sent();
        CHECK(as<action::Finish>(once.tell(event::Accepted{accepted()})).succeeded);
        Course fails(enrolled_memory(), {.once = true});
        fails.tell(event::Started{});
        const auto finish = as<action::Finish>(fails.tell(event::Lost{{Errc::timed_out, "x", "no answer"}}));
        CHECK_FALSE(finish.succeeded);
        CHECK(finish.detail == "x: no answer (timed_out)");
        Course enrol(enrolled_memory(), {.enrol_only = true});
        enrol.tell(event::Started{});
        enrol.tell(event::TpmOpened{ak});
        CHECK(is<action::Enrol>(enrol.tell(event::Connected{})));
        CHECK(as<action::Finish>(enrol.tell(event::Enrolled{enrolment()})).succeeded);
    }

    TEST_CASE("a standing is said when it changes") {
        Course course(enrolled_memory());
        course.tell(event::Started{});
        for (const char* identity : {"affirming", "affirming", "contraindicated", "affirming"}) {
            course.until_sent();
            ReportResult result = accepted();
            result.identity = identity;
            course.tell(event::Accepted{result});
            course.tell(event::Due{});
        }
        CHECK(course.said == std::vector<std::string>{"standing", "standing", "standing"});
    }

    TEST_CASE("a refusal's sentence says what to do") {
        Course course({}, {.once = true});
        course.tell(event::Started{});
        course.tell(event::TpmOpened{ak});
        course.tell(event::Connected{});
        const auto finish = as<action::Finish>(course.tell(refused(403, "join_token_expired")));
        CHECK(finish.detail.find("join_token_expired") != std::string::npos);
        CHECK(finish.detail.size() > std::string("no (join_token_expired): ").size());
    }
}
