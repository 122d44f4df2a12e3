// assay-collector: reads what was asked and hands it down. Exceptions end here: the world broke, and the service
// manager starts anew.

#include "base/crypto/random.hpp"
#include "collector/command_line.hpp"
#include "collector/config.hpp"
#include "collector/init.hpp"
#include "collector/serve.hpp"
#include "collector/token_admin.hpp"

#include <fmt/format.h>

#include <exception>

namespace assay::collector {
namespace {

int complain(const Error& error) {
    fmt::print(stderr, "assay-collector: {}\n", error.message());
    return error.code == Errc::io_error ? exit_not_done : exit_usage;
}

int init_command(const CommandLine& line) {
    const auto made = init_collector(line.init, system_random, system_now());
    if (!made) return complain(made.error());
    for (const std::string& file : made->files) fmt::print("made {}\n", file);
    fmt::print(
        "\nCA fingerprint (SHA-256): {}\n"
        "Operator's token, shown this once (also in operator.token): {}\n"
        "Give each further person one of their own: assay-collector token add NAME --config {}/collector.toml\n\n"
        "Next:\n"
        "  assay-collector run --config {}/collector.toml\n"
        "  copy {}/agent.toml to /etc/assay/agent.toml of each device (mode 0600): the same file fits all\n"
        "  assay --config {}/assay.toml devices\n",
        made->ca_sha256, made->operator_token, line.init.directory, line.init.directory, line.init.directory,
        line.init.directory
    );
    return exit_done;
}

int check_command(const CommandLine& line) {
    const auto config = load_config(line.config);
    if (!config) return complain(config.error());
    if (const auto good = check_config(*config); !good) return complain(good.error());
    fmt::print("{}: good\n", line.config);
    return exit_done;
}

int run_command(const CommandLine& line) {
    const auto config = load_config(line.config);
    if (!config) return complain(config.error());
    const Log log(system_now, Log::standard_error(), config->log_level);
    if (const auto served = serve(*config, log); !served) return complain(served.error());
    return exit_done;
}

int token_command(const CommandLine& line) {
    const auto config = load_config(line.config);
    if (!config) return complain(config.error());
    const std::string& database = config->database;
    if (line.command == Command::token_list) {
        const auto list = list_tokens(database);
        if (!list) return complain(list.error());
        fmt::print("{}", shown(*list, line.token.json));
        return exit_done;
    }
    if (line.command == Command::token_revoke) {
        if (const auto done = revoke_token(database, line.token); !done) return complain(done.error());
        fmt::print("{} is refused from now on\n", line.token.name);
        return exit_done;
    }
    const auto made = add_token(database, line.token, system_random);
    if (!made) return complain(made.error());
    fmt::print("{}", shown(*made, line.token));
    return exit_done;
}

int dispatch(const CommandLine& line) {
    switch (line.command) {
        case Command::init: return init_command(line);
        case Command::check_config: return check_command(line);
        case Command::run: return run_command(line);
        case Command::token_add:
        case Command::token_list:
        case Command::token_revoke: return token_command(line);
    }
    return exit_usage;
}

}  // namespace
}  // namespace assay::collector

int main(int argc, char** argv) {
    try {
        const auto parsed = assay::collector::parse_command_line({argv + 1, argv + argc});
        if (!parsed.line) {
            fmt::print(parsed.exit_code == assay::collector::exit_done ? stdout : stderr, "{}", parsed.text);
            return parsed.exit_code;
        }
        return assay::collector::dispatch(*parsed.line);
    } catch (const std::exception& broken) {
        fmt::print(stderr, "assay-collector: {}\n", broken.what());
        return assay::collector::exit_not_done;
    }
}
