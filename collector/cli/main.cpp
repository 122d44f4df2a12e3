// `assay`: the operator's command. Builds the real Context and runs one command.

#include "base/file.hpp"
#include "collector/cli/command_line.hpp"
#include "collector/cli/https_collector.hpp"
#include "evidence/limits.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

namespace {

using namespace assay;

constexpr std::size_t max_file_bytes = limits::bundle_bytes;  // the largest of what is read

Result<std::string> read_standard_input() {
    std::string out;
    std::array<char, 1U << 16U> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
        out.append(buffer.data(), got);
        if (out.size() > max_file_bytes) return fail(Errc::limit_exceeded, "standard input", "is too large");
    }
    if (std::ferror(stdin) != 0) return fail(Errc::io_error, "standard input", "cannot be read");
    return out;
}

Result<std::string> read_input(const std::string& path) {
    return path == "-" ? read_standard_input() : read_file(path, max_file_bytes);
}

Result<std::vector<std::string>> list_directory(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
        names.push_back(entry.path().filename().string());
    if (error) return fail(Errc::io_error, directory, error.message());
    std::ranges::sort(names);
    return names;
}

// What ships, "packs" or "registries": installed beside the program, or in the tree that it was built in.
std::string find_shipped(const std::string& which) {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    for (const char* way : {"../share/assay", "../../policy"}) {
        const std::filesystem::path there = (self.parent_path() / way / which).lexically_normal();
        if (std::filesystem::is_directory(there, error)) return there.string();
    }
    return {};
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string home_config() {
    std::string base = environment("XDG_CONFIG_HOME");
    if (base.empty()) {
        const std::string home = environment("HOME");
        if (home.empty()) return {};
        base = home + "/.config";
    }
    return base + "/assay/config.toml";
}

std::size_t terminal_width() {
    if (isatty(STDOUT_FILENO) == 0) return 0;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
    return 80;
}

int run_main(const std::vector<std::string>& arguments) {
    auto parsed = cli::parse_command_line(arguments);
    if (const auto* nothing = std::get_if<cli::NoInvocation>(&parsed)) {
        std::fputs(nothing->text.c_str(), nothing->status == cli::Exit::done ? stdout : stderr);
        return static_cast<int>(nothing->status);
    }
    auto& invocation = std::get<cli::Invocation>(parsed);
    invocation.given.environment_config = environment("ASSAY_CONFIG");
    invocation.given.home_config = home_config();
    cli::Context context;
    context.out = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
    context.err = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
    context.format = invocation.format;
    context.width = terminal_width();
    context.colour = context.width > 0 && !invocation.no_colour && environment("NO_COLOR").empty();
    context.clock = system_now;
    context.read_file = read_input;
    context.create_file = [](const std::string& path, std::string_view content) {
        return create_file(path, content, 0644);
    };
    context.list_directory = list_directory;
    context.packs = find_shipped("packs");
    context.registries = find_shipped("registries");
    const cli::Given& given = invocation.given;
    std::shared_ptr<cli::Collector> connected;
    context.connect = [given, &connected]() -> Result<std::shared_ptr<cli::Collector>> {
        if (connected) return connected;
        TRY(const cli::Settings settings, cli::settings(given, read_input));
        const std::string problem = secret_file_problem(settings.token_file, SecretOwner::anyone_for_root);
        if (!problem.empty()) return fail(Errc::bad_value, settings.token_file, problem);
        TRY(connected, cli::connect_collector(settings, read_input));
        return connected;
    };
    const cli::Exit status = cli::run(invocation, context);
    if (std::fflush(stdout) != 0) return static_cast<int>(cli::Exit::failed);
    return static_cast<int>(status);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_main({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "assay: %s\n", error.what());
        return static_cast<int>(assay::cli::Exit::failed);
    }
}
