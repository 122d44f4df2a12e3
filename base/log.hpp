#pragma once
// One log line: what happened, and named values. Functions return; only main, net's edges and services log, once, where
// an error is handled. Values are quoted when they need it and made printable; no secret is ever a value.
//
//     time=2026-11-23T08:15:00Z level=info event=report_accepted device=ab12 took_ms=4

#include "base/time.hpp"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

enum class LogLevel { debug, info, warning, error };

class Log {
  public:
    using Sink = std::function<void(std::string_view line)>;  // a whole line without its newline
    using Values = std::initializer_list<std::pair<std::string_view, std::string>>;

    Log(Clock clock, Sink sink, LogLevel least = LogLevel::info);

    void debug(std::string_view event, Values values = {}) const { write(LogLevel::debug, event, values); }
    void info(std::string_view event, Values values = {}) const { write(LogLevel::info, event, values); }
    void warning(std::string_view event, Values values = {}) const { write(LogLevel::warning, event, values); }
    void error(std::string_view event, Values values = {}) const { write(LogLevel::error, event, values); }

    // Writes to standard error, one write(2) a line.
    static Sink standard_error();

  private:
    void write(LogLevel level, std::string_view event, Values values) const;
    Clock clock_;
    Sink sink_;
    LogLevel least_;
};

std::string log_line(UnixMillis time, LogLevel level, std::string_view event, Log::Values values);

}  // namespace assay
