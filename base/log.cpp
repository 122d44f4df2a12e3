#include "base/log.hpp"

#include "base/text.hpp"

#include <unistd.h>

namespace assay {
namespace {

constexpr std::size_t max_value_bytes = 1024;

std::string_view level_name(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    return "error";
}

std::string quoted(std::string_view value) {
    std::string clean = clean_text(value, max_value_bytes);
    if (!clean.empty() && clean.find_first_of(" \"=\\") == std::string::npos) return clean;
    std::string out = "\"";
    for (const char c : clean) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

}  // namespace

std::string log_line(UnixMillis time, LogLevel level, std::string_view event, Log::Values values) {
    std::string line =
        "time=" + to_rfc3339(time) + " level=" + std::string(level_name(level)) + " event=" + quoted(event);
    for (const auto& [key, value] : values) line += " " + std::string(key) + "=" + quoted(value);
    return line;
}

Log::Log(Clock clock, Sink sink, LogLevel least) : clock_(std::move(clock)), sink_(std::move(sink)), least_(least) {}

void Log::write(LogLevel level, std::string_view event, Values values) const {
    if (level >= least_) sink_(log_line(clock_(), level, event, values));
}

Log::Sink Log::standard_error() {
    return [](std::string_view line) {
        const std::string whole = std::string(line) + "\n";
        if (::write(STDERR_FILENO, whole.data(), whole.size()) < 0) return;  // nowhere left to say it
    };
}

}  // namespace assay
