#include "agent/config.hpp"

#include "base/fields.hpp"
#include "base/file.hpp"
#include "base/toml.hpp"
#include "evidence/limits.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

namespace assay::agent {
namespace {

constexpr std::size_t max_config_bytes = 256U << 10U;
constexpr std::size_t max_ca_bytes = 256U << 10U;
constexpr std::string_view pem_start = "-----BEGIN";

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
    out.choices.vpd = f.boolean_if("vpd").value_or(out.choices.vpd);
    if (f.has("option_roms")) {
        const std::string roms = f.one_of("option_roms", {"off", "unbound", "all"});
        out.choices.option_roms = option_rom_words.named(roms).value_or(OptionRoms::off);
    }
    if (!f.has("flash")) return;
    out.choices.flash = flash_words.named(f.one_of("flash", {"off", "regions"})).value_or(FlashContents::off);
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

Result<Config> load_config(const std::string& path) {
    TRY(const std::string text, read_file(path, max_config_bytes));
    return parse_config(text, path);
}

Result<std::string> read_ca(const Config& config) {
    if (!config.ca_pem.empty()) return config.ca_pem;
    TRY(std::string text, read_file(config.ca_file, max_ca_bytes));
    if (text.find(pem_start) == std::string::npos) {
        return fail(Errc::bad_encoding, config.ca_file, "holds no PEM certificate");
    }
    return text;
}

}  // namespace assay::agent
