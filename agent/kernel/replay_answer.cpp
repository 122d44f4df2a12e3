#include "agent/kernel/replay_answer.hpp"

#include "agent/root/capture_lists.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

constexpr json::Limits answer_limits{.max_bytes = 1U << 20U, .max_depth = 8, .max_values = 100'000};

}  // namespace

Result<json::Value> read_answer(const Tree& tree, const std::string& path) {
    TRY(const std::string text, tree.read(path, answer_limits.max_bytes, {}));
    return json::parse(text, answer_limits, path);
}

std::optional<Error> failure_at(Fields& f, std::string_view member, const std::string& where) {
    const json::Value* value = f.any(member);
    if (value == nullptr || !value->is_object() || !value->get_object().contains("unreadable")) return std::nullopt;
    Fields failure = f.object(member);
    const auto code = failure_named(failure.text("unreadable", limits::text_bytes));
    if (!code) failure.refuse(Errc::bad_value, "unreadable", "is no word for a failure");
    return Error{code.value_or(Errc::io_error), where, failure.text_or_empty("why", limits::text_bytes)};
}

}  // namespace assay::agent
