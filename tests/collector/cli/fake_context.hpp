#pragma once
// A Context that writes into strings, reads from the tree, and asks a collector made of a table.

#include "collector/cli/collector.hpp"
#include "collector/cli/command_line.hpp"
#include "collector/cli/context.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>

namespace assay::cli::test {

// Answers by method and path with its query, and remembers what was asked.
class FakeCollector : public Collector {
  public:
    struct Log {
        std::map<std::string, std::deque<net::Response>> answers;  // "GET /v1/devices?match=ab"; the last one stays
        std::vector<std::string> asked;
        std::vector<std::string> bodies;
        bool gone = false;
    };
    explicit FakeCollector(Log& log) : log_(log) {}

    Result<net::Response> exchange(const Call& call) override {
        if (log_.gone) return fail(Errc::gone, "collector", "the connection was closed");
        std::string line = std::string(net::name(call.method)) + " " + call.path;
        char mark = '?';
        for (const auto& [key, value] : call.query) {
            line += mark + key + "=" + value;
            mark = '&';
        }
        log_.asked.push_back(line);
        log_.bodies.push_back(call.body);
        const auto found = log_.answers.find(line);
        if (found == log_.answers.end()) {
            net::Response none;
            none.status = 404;
            none.body =
                R"({"error":{"code":"not_found","reason":"","where":"path","what":"no such route: )" + line + "\"}}";
            return none;
        }
        net::Response answer = found->second.front();
        if (found->second.size() > 1) found->second.pop_front();
        return answer;
    }

  private:
    Log& log_;
};

struct Fake {
    std::string out;
    std::string err;
    std::map<std::string, std::string> files;  // before those of the tree
    FakeCollector::Log log;
    bool reachable = true;
    Context context;

    Fake() {
        context.out = [this](std::string_view text) { out += text; };
        context.err = [this](std::string_view text) { err += text; };
        context.clock = [] { return UnixMillis{1'790'000'000'000}; };  // 2026-09-21
        context.read_file = [this](const std::string& path) { return read(path); };
        context.packs = "policy/packs";
        context.registries = "policy/registries";
        context.list_directory = [](const std::string& directory) -> Result<std::vector<std::string>> {
            std::vector<std::string> names;
            for (const auto& one : std::filesystem::directory_iterator(std::string(ASSAY_SOURCE_DIR) + "/" + directory))
                names.push_back(one.path().filename().string());
            std::ranges::sort(names);
            return names;
        };
        context.connect = [this]() -> Result<std::shared_ptr<Collector>> {
            if (!reachable) return fail(Errc::io_error, "https://collector", "nobody listens there");
            return std::make_shared<FakeCollector>(log);
        };
    }
    Fake(const Fake&) = delete;
    Fake& operator=(const Fake&) = delete;

    Result<std::string> read(const std::string& path) const {
        if (const auto found = files.find(path); found != files.end()) return found->second;
        try {
            return to_text(assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/" + path));
        } catch (const std::runtime_error&) {
            return fail(Errc::not_found, path, "cannot be opened");
        }
    }

    void answer(const std::string& line, std::string body, unsigned status = 200) {
        net::Response response;
        response.status = status;
        response.body = std::move(body);
        log.answers[line].push_back(std::move(response));
    }

    Exit assay(std::vector<std::string> arguments) {
        out.clear();
        err.clear();
        auto parsed = parse_command_line(arguments);
        if (auto* nothing = std::get_if<NoInvocation>(&parsed)) {
            (nothing->status == Exit::done ? out : err) = nothing->text;
            return nothing->status;
        }
        auto& invocation = std::get<Invocation>(parsed);
        context.format = invocation.format;
        return run(invocation, context);
    }
};

// Compares with a file under golden/; UPDATE_GOLDEN=1 writes it instead.
inline void check_golden(const std::string& name, const std::string& text) {
    const std::string path = std::string(ASSAY_SOURCE_DIR) + "/tests/collector/cli/golden/" + name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    CHECK(text == to_text(assay::test::read_file(path)));
}

}  // namespace assay::cli::test
