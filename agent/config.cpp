#include "agent/config.hpp"

#include "base/fields.hpp"
#include "base/toml.hpp"
#include "evidence/limits.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace assay::agent {
namespace {

constexpr std::size_t max_config_bytes = 256U << 10U;
constexpr std::size_t max_ca_bytes = 256U << 10U;
constexpr std::string_view pem_start = "-----BEGIN";

std::string beside(const std::string& config_name, const std::string& path) {
    const std::filesystem::path wanted(path);
    return wanted.is_absolute() ? path : (std::filesystem::path(config_name).parent_path() / wanted).string();
}

// PEM text goes over several lines, so it is not one of Fields' texts.
void read_ca_setting(Fields& f, const std::string& name, Config& out) {
    const json::Value* value = f.any("ca");
    if (value == nullptr) {
        f.refuse(
            Errc::missing_field, "ca", "missing: the PEM text of the collector's CA, or the path of a file with it"
        );
        return;
    }
    if (!value->is_string() || value->get_string().empty()) {
        f.refuse(Errc::wrong_type, "ca", "expected text: PEM, or the path of a file");
        return;
    }
    const std::string text(value->get_string());
    if (text.size() > max_ca_bytes)
        f.refuse(Errc::limit_exceeded, "ca", "longer than any list of CA certificates");
    else if (text.find(pem_start) != std::string::npos)
        out.ca_pem = text;
    else if (text.find('\n') != std::string::npos)
        f.refuse(Errc::bad_value, "ca", "is neither PEM nor the path of a file");
    else
        out.ca_file = beside(name, text);
}

void read_collector(Fields f, const std::string& name, Config& out) {
    const std::string url = f.text("url", 512);
    if (!f.failed()) {
        auto parsed = net::parse_url(url, "url");
        if (parsed)
            out.url = *std::move(parsed);
        else
            f.refuse(parsed.error().code, "url", parsed.error().what);
    }
    read_ca_setting(f, name, out);
    out.server_name = f.text_if("server_name", 253).value_or("");
    out.join_token = f.text_if("join_token", limits::join_token_bytes);
}

void read_tpm(Fields f, Config& out) {
    out.tcti = f.text_if("tcti", 256).value_or(out.tcti);
    if (f.has("ak")) {
        const std::string ak = f.one_of("ak", {"ecc_p256_sha256", "ecc_p384_sha384", "rsa2048_sha256"});
        out.ak = ak_kind_named(ak).value_or(out.ak);
    }
    out.endorsement_auth = f.text_if("endorsement_auth", 64).value_or("");
}

void read_scan(Fields f, Config& out) {
    out.source_deadline = std::chrono::seconds(f.number_if("source_deadline_s", 1, 300).value_or(10));
    out.hotplug = f.boolean_if("hotplug").value_or(out.hotplug);
}

void read_log(Fields f, Config& out) {
    if (!f.has("level")) return;
    const std::string level = f.one_of("level", {"debug", "info", "warning", "error"});
    constexpr std::array levels{LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error};
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (level == names[i]) out.log_level = levels[i];
    }
}

Errc meaning_of_errno(int code) {
    switch (code) {
        case ENOENT:
        case ENOTDIR: return Errc::not_found;
        case EACCES:
        case EPERM: return Errc::denied;
        default: return Errc::io_error;
    }
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name) {
    if (text.size() > max_config_bytes) return fail(Errc::limit_exceeded, name, "longer than any configuration");
    TRY(const toml::Document document, toml::parse(text, name));
    Fields f(document.root, "");
    Config out;
    out.state_dir = beside(name, f.text_if("state_dir", 4096).value_or(out.state_dir));
    read_collector(f.object("collector"), name, out);
    if (auto tpm = f.object_if("tpm")) read_tpm(*tpm, out);
    if (auto scan = f.object_if("scan")) read_scan(*scan, out);
    if (auto log = f.object_if("log")) read_log(*log, out);
    if (const auto checked = f.finish(); !checked) return fail(document.placed(checked.error()));
    return out;
}

Result<std::string> read_small_file(const std::string& path, std::size_t max_bytes) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return fail(meaning_of_errno(errno), path, std::strerror(errno));
    std::string out;
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while (out.size() <= max_bytes && (got = ::read(fd, buffer.data(), buffer.size())) > 0)
        out.append(buffer.data(), static_cast<std::size_t>(got));
    const int error = errno;
    ::close(fd);
    if (got < 0) return fail(meaning_of_errno(error), path, std::strerror(error));
    if (out.size() > max_bytes) return fail(Errc::limit_exceeded, path, "larger than any such file");
    return out;
}

Result<Config> load_config(const std::string& path) {
    TRY(const std::string text, read_small_file(path, max_config_bytes));
    return parse_config(text, path);
}

Result<std::string> read_ca(const Config& config) {
    if (!config.ca_pem.empty()) return config.ca_pem;
    TRY(std::string text, read_small_file(config.ca_file, max_ca_bytes));
    if (text.find(pem_start) == std::string::npos) {
        return fail(Errc::bad_encoding, config.ca_file, "holds no PEM certificate");
    }
    return text;
}

std::string file_mode_problem(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return fmt::format("cannot look at {}: {}", path, std::strerror(errno));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fmt::format(
            "{} holds the join token and has mode {:04o}: others can read or change it; run chmod 0600 {}", path,
            status.st_mode & 07777U, path
        );
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return fmt::format("{} belongs to user {}, who can change it; run chown root {}", path, status.st_uid, path);
    }
    return {};
}

}  // namespace assay::agent
