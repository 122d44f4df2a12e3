#include "agent/cli/commands.hpp"

#include "agent/cli/scan_settings.hpp"
#include "agent/doctor/doctor.hpp"
#include "agent/exchange.hpp"
#include "agent/run.hpp"
#include "agent/scan_table.hpp"
#include "agent/wake.hpp"
#include "base/file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace assay::agent {
namespace {

void say_error(const Error& error) {
    fmt::print(stderr, "assay-agent: {}\n", error.message());
}

// The kernel's count of device events. Of a captured tree there are none.
std::uint64_t hardware_events() {
    const auto text = read_file("/sys/kernel/uevent_seqnum", 64);
    std::uint64_t count = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), count);
    return count;
}

// Hardware events, where they are wanted and can be had; without them there are reports at the interval.
std::optional<Wake> listen(const CommandLine& line, const Config& config, const Log& log) {
    if (!config.hotplug || !line.root.empty()) return std::nullopt;
    auto wake = Wake::open();
    if (!wake) {
        log.warning("hotplug_not_heard", {{"detail", wake.error().message()}});
        return std::nullopt;
    }
    if (!wake->lacking().empty()) log.warning("hotplug_partly_heard", {{"detail", wake->lacking()}});
    return *std::move(wake);
}

int exit_code_of(const Error& error) {
    return error.code == Errc::io_error ? exit_not_done : exit_usage;
}

// The parts of one course of a session, in the order in which they need each other.
struct Course {
    Log log;
    StateDirectory state;
    ServiceNotify notify;
    StateDirectory::Recalled recalled;
    Session session;
    Shell shell;

    Course(const Course&) = delete;  // the shell's parts look into it
    Course& operator=(const Course&) = delete;
    Course(const CommandLine& line, const Config& config, StateDirectory directory, SessionOptions options)
        : log(system_now, Log::standard_error(), config.log_level),
          state(std::move(directory)),
          recalled(state.recall()),
          session(recalled.memory, options),
          shell(config, state, shell_parts(line)) {
        if (!recalled.problem.empty()) {
            log.warning("state_unusable", {{"detail", recalled.problem + "; beginning anew"}});
        }
        if (const std::string wrong = secret_file_problem(line.config); !wrong.empty()) {
            log.warning("configuration_exposed", {{"detail", wrong}});
        }
    }

  private:
    ShellParts shell_parts(const CommandLine& line) {
        ShellParts parts;
        parts.root = line.root;
        parts.alive = [this] { notify.alive(); };
        parts.hardware_events = line.root.empty() ? hardware_events : [] { return std::uint64_t{0}; };
        return parts;
    }
};

}  // namespace

int run_command(const CommandLine& line) {
    const auto config = load_config(line.config);
    if (!config) {
        say_error(config.error());
        return exit_code_of(config.error());
    }
    const int stop_fd = stop_signal_fd();
    auto state = StateDirectory::open(config->state_dir);
    if (!state) {
        say_error(state.error());
        return exit_not_done;
    }
    Course course(line, *config, *std::move(state), {});
    std::optional<Wake> wake = listen(line, *config, course.log);
    WakeSource wake_source;
    if (wake) wake_source = {wake->fd(), [&wake] { return wake->drain(); }};
    course.notify.ready();
    course.log.info("started", {{"version", ASSAY_VERSION}, {"collector", config->url.text()}});
    const RunResult result = run(
        {course.session, course.shell, course.state, course.log, course.notify, std::move(wake_source), system_random,
         stop_fd}
    );
    course.notify.stopping();
    course.log.info("stopped", {});
    return result.succeeded ? exit_done : exit_not_done;
}

int once_command(const CommandLine& line) {
    const auto config = load_config(line.config);
    if (!config) {
        say_error(config.error());
        return exit_code_of(config.error());
    }
    auto state = StateDirectory::open(config->state_dir);
    if (!state) {
        say_error(state.error());
        return exit_not_done;
    }
    const bool enrol_only = line.command == Command::enrol;
    Course course(line, *config, *std::move(state), {.once = !enrol_only, .enrol_only = enrol_only});
    const RunResult result =
        run({course.session, course.shell, course.state, course.log, course.notify, {}, system_random, -1});
    if (!result.succeeded) {
        fmt::print(stderr, "assay-agent: not {}: {}\n", enrol_only ? "enrolled" : "reported", result.detail);
        fmt::print(stderr, "assay-agent: `assay-agent doctor --config {}` says what to do\n", line.config);
        return exit_not_done;
    }
    fmt::print("{}: {}\n", enrol_only ? "enrolled" : "accepted", result.detail);
    return exit_done;
}

int scan_command(const CommandLine& line) {
    const auto settings = scan_settings(line);
    if (!settings) {
        say_error(settings.error());
        return exit_usage;
    }
    if (!settings->note.empty()) fmt::print(stderr, "assay-agent: {}\n", settings->note);
    const auto view = line.root.empty() ? View::live() : View::replay(line.root);
    if (!view) {
        say_error(view.error());
        return exit_not_done;
    }
    const Scan found = scan(*view, settings->config);
    fmt::print("{}", line.json ? scan_json(found, JsonLayout::pretty) : scan_table(found));
    return exit_done;
}

int doctor_command(const CommandLine& line) {
    const Diagnoses diagnoses = examine({line.config, line.root, system_now});
    fmt::print("{}", line.json ? diagnoses_json(diagnoses) : diagnoses_text(diagnoses));
    return can_report(diagnoses) ? exit_done : exit_not_done;
}

int check_config_command(const CommandLine& line) {
    const auto config = load_config(line.config);
    if (!config) {
        say_error(config.error());
        return exit_usage;
    }
    const auto ca = read_ca(*config);
    if (!ca) {
        say_error(ca.error());
        return exit_usage;
    }
    if (auto client = net::Client::create(client_settings(*config, *ca, system_now)); !client) {
        Error error = client.error();
        if (error.where == "ca" && !config->ca_file.empty()) error.where = config->ca_file;
        say_error(error);
        return exit_usage;
    }
    if (const std::string wrong = secret_file_problem(line.config); !wrong.empty()) {
        fmt::print(stderr, "assay-agent: {}\n", wrong);
    }
    fmt::print("{}: reports to {}\n", line.config, config->url.text());
    return exit_done;
}

}  // namespace assay::agent
