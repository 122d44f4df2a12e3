#include "collector/cli/settings.hpp"

#include "base/fields.hpp"
#include "base/file.hpp"
#include "base/toml.hpp"

#include <algorithm>

namespace assay::cli {
namespace {

Result<Settings> read_settings(const std::string& text, const std::string& file) {
    TRY(const toml::Document document, toml::parse(text, file));
    Fields f(document.root, "");
    Settings out;
    out.server = f.text_if("server", 512).value_or("");
    out.ca = beside(file, f.text_if("ca", 4'096).value_or(""));
    out.token_file = beside(file, f.text_if("token_file", 4'096).value_or(""));
    out.server_name = f.text_if("server_name", 253).value_or("");
    if (const auto done = f.finish(); !done) return fail(document.placed(done.error()));
    return out;
}

void prefer(std::string& value, const std::string& flag) {
    if (!flag.empty()) value = flag;
}

}  // namespace

Result<Settings> settings(const Given& given, const ReadFile& read_file) {
    std::string file = given.config.empty() ? given.environment_config : given.config;
    const bool asked_for = !file.empty();
    if (!asked_for) file = given.home_config;
    Settings out;
    if (!file.empty()) {
        const auto text = read_file(file);
        if (text) {
            TRY(out, read_settings(*text, file));
        } else if (asked_for || text.error().code != Errc::not_found) {
            return fail(text.error());
        }
    }
    prefer(out.server, given.flags.server);
    prefer(out.ca, given.flags.ca);
    prefer(out.token_file, given.flags.token_file);
    prefer(out.server_name, given.flags.server_name);
    const auto missing = [](std::string_view what, std::string_view flag) {
        return fail(
            Errc::missing_field, std::string(what),
            "is not set: give " + std::string(flag) +
                ", or --config DIR/assay.toml as `assay-collector init` wrote it, or set ASSAY_CONFIG to that file"
        );
    };
    if (out.server.empty()) return missing("server", "--server");
    if (out.ca.empty()) return missing("ca", "--ca");
    if (out.token_file.empty()) return missing("token_file", "--token-file");
    return out;
}

Result<std::string> token_in(const std::string& text, const std::string& file) {
    std::string token = text;
    while (token.ends_with('\n') || token.ends_with('\r') || token.ends_with(' ')) token.pop_back();
    const bool printable_ascii = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
    if (token.size() < 20 || token.size() > 200 || !printable_ascii)
        return fail(Errc::bad_value, file, "holds no token: one line of 20 to 200 printable characters");
    return token;
}

}  // namespace assay::cli
