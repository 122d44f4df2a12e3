#pragma once
// A device for tests of the agent's course: a software TPM, a small tree of hardware, a state directory, and a session
// with its shell, which can be restarted. Steps are taken one after the other; waits are not waited for.

#include "agent/shell.hpp"
#include "tests/agent/small_collector.hpp"
#include "tests/agent/support/sysfs.hpp"
#include "tests/support/swtpm.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace assay::test {

class DeviceRig {
  public:
    explicit DeviceRig(const SmallCollector& collector, const Swtpm& swtpm) {
        tree.file("etc/hostname", "router7\n");
        add_pci(tree, "pci0000:00/0000:00:01.0", {{"vendor", "0x19e5"}, {"device", "0x1822"}, {"class", "0x020000"}});
        config.state_dir = scratch.path("state");
        config.url = net::parse_url(collector.url()).value();
        config.ca_pem = collector.ca().certificate_pem();
        config.tcti = swtpm.tcti();
        config.join_token = "token";
    }

    void plug_card(const std::string& address) const {
        add_pci(tree, "pci0000:00/" + address, {{"vendor", "0x8086"}, {"device", "0x1572"}, {"class", "0x020000"}});
    }

    // As after the start of the program.
    void restart() {
        started = false;
        shell.reset();
        session.reset();
        state.reset();
        auto opened = agent::StateDirectory::open(config.state_dir);
        REQUIRE(opened);
        state = std::make_unique<agent::StateDirectory>(*std::move(opened));
        auto recalled = state->recall();
        recall_problem = recalled.problem;
        session = std::make_unique<agent::Session>(recalled.memory, agent::SessionOptions{});
        agent::ShellParts parts;
        parts.program = live ? stand_in_child() : ASSAY_AGENT;
        parts.root = live ? "" : tree.path();
        parts.view = [this] { return view ? view() : agent::View::stand_in(tree.path()); };
        parts.alive = [] {};
        parts.hardware_events = [this] { return hardware_events ? hardware_events() : 0; };
        parts.clock = clock;
        shell = std::make_unique<agent::Shell>(config, *state, std::move(parts));
    }

    // One attempt: from its start to the wait after it. What was said on the way is in `notices`.
    agent::action::Wait attempt() {
        if (!session) restart();
        agent::Event event = started ? agent::Event(agent::event::Due{}) : agent::Event(agent::event::Started{});
        started = true;
        notices.clear();
        for (int steps = 0; steps < 100; ++steps) {
            agent::Step step = session->on_event(event, {now, 0});
            if (step.remember) REQUIRE(state->remember(session->memory()));
            for (const agent::Notice& notice : step.notices) notices.push_back(notice);
            if (const auto* wait = std::get_if<agent::action::Wait>(&step.action)) {
                now = wait->until;
                if (wait->close_connection) shell->close_connection();
                return *wait;
            }
            REQUIRE_FALSE(std::holds_alternative<agent::action::Continue>(step.action));
            event = shell->perform(step.action, *session);
        }
        FAIL("the session goes in circles");
        return {};
    }

    // The machine is this tree, and no captured one.
    std::string stand_in_child() const {
        scratch.file(
            "scan", "#!/bin/sh\necho >> '" + scratch.path("scans") + "'\nexec '" ASSAY_STAND_IN_CHILD "' '" +
                        tree.path() + "'\n"
        );
        std::filesystem::permissions(scratch.path("scan"), std::filesystem::perms::owner_all);
        return scratch.path("scan");
    }
    std::uintmax_t scans() const { return std::filesystem::file_size(scratch.path("scans")); }

    bool said(const std::string& event, const std::string& part = "") const {
        for (const agent::Notice& notice : notices) {
            if (notice.event == event && notice.detail.find(part) != std::string::npos) return true;
        }
        return false;
    }

    ScratchTree scratch;
    ScratchTree tree;
    agent::Config config;
    Clock clock = system_now;
    std::function<std::uint64_t()> hardware_events;
    bool live = false;                            // not replayed
    std::function<Result<agent::View>()> view{};  // what is read after the quote; the tree without
    std::chrono::milliseconds now{1'000'000};
    bool started = false;
    std::string recall_problem;
    std::vector<agent::Notice> notices;
    std::unique_ptr<agent::StateDirectory> state;
    std::unique_ptr<agent::Session> session;
    std::unique_ptr<agent::Shell> shell;
};

}  // namespace assay::test
