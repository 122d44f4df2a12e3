#include "collector/init.hpp"

#include "base/file.hpp"
#include "certs/fleet_ca.hpp"
#include "collector/init_files.hpp"
#include "collector/store/store.hpp"
#include "collector/store/tokens.hpp"
#include "collector/token_admin.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace assay::collector {
namespace {

constexpr std::chrono::days ca_life{3650};
constexpr std::chrono::days server_life{825};
constexpr std::chrono::hours clock_slack{24};
constexpr std::int64_t join_uses = 100'000;
constexpr mode_t secret = 0600;
constexpr mode_t open = 0644;

bool is_address(const std::string& name) {
    return name.find(':') != std::string::npos || name.find_first_not_of("0123456789.") == std::string::npos;
}

ServerNames server_names(const std::vector<std::string>& names) {
    ServerNames out;
    for (const std::string& name : names) (is_address(name) ? out.addresses : out.hosts).push_back(name);
    return out;
}

// Writes files into the directory and gives them to its owner, so that root can prepare a service's directory.
class Directory {
  public:
    static Result<Directory> open(const std::string& path) {
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
            return fail(Errc::io_error, path, std::generic_category().message(errno));
        }
        struct stat facts{};
        if (::stat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
            return fail(Errc::wrong_type, path, "is no directory");
        }
        return Directory(path, facts.st_uid, facts.st_gid);
    }
    std::string path(const std::string& name) const { return path_ + "/" + name; }
    Result<void> create(const std::string& name, const std::string& content, mode_t mode, InitResult& made) const {
        CHECK_OK(create_file(path(name), content, mode));
        return adopt(name, made);
    }
    Result<void> adopt(const std::string& name, InitResult& made) const {
        if (::geteuid() == 0 && ::chown(path(name).c_str(), uid_, gid_) != 0) {
            return fail(Errc::denied, path(name), std::generic_category().message(errno));
        }
        made.files.push_back(path(name));
        return {};
    }

  private:
    Directory(std::string path, uid_t uid, gid_t gid) : path_(std::move(path)), uid_(uid), gid_(gid) {}
    std::string path_;
    uid_t uid_;
    gid_t gid_;
};

Result<void> fill_database(
    const Directory& directory, const std::string& operator_token, const std::string& join_token, UnixMillis now,
    InitResult& made
) {
    const std::string file = directory.path("collector.db");
    if (::access(file.c_str(), F_OK) == 0) return fail(Errc::conflict, file, "is there already");
    {
        TRY(store::Store database, store::Store::open({.file = file}));
        store::ApiToken api;
        api.hash = sha256(operator_token);
        api.name = "operator";
        api.created_at = now;
        store::JoinToken join;
        join.hash = sha256(join_token);
        join.name = "first";
        join.uses_left = join_uses;
        join.created_at = now;
        database.write([&api, &join](store::Database& db) {
            store::add_api_token(db, api);
            store::add_join_token(db, join);
        });
    }
    return directory.adopt("collector.db", made);
}

}  // namespace

Result<InitResult> init_collector(const InitOptions& options, const RandomSource& random, UnixMillis now) {
    if (options.names.empty()) return fail(Errc::missing_field, "--name", "give the name that agents connect to");
    TRY(const Directory directory, Directory::open(options.directory));
    for (const char* name : {"collector.toml", "ca.key", "collector.db", "agent.toml"}) {
        if (::access(directory.path(name).c_str(), F_OK) == 0) {
            return fail(
                Errc::conflict, directory.path(name),
                "is there already; init makes a new collector and overwrites nothing"
            );
        }
    }
    const Validity ca_validity{now - clock_slack, now + ca_life};
    TRY(const PemIdentity ca, make_fleet_ca("Assay fleet CA of " + options.names.front().substr(0, 40), ca_validity));
    TRY(const PemIdentity server,
        make_server_certificate(ca, server_names(options.names), {now - clock_slack, now + server_life}));
    TRY(const PemIdentity evidence,
        make_signing_certificate(ca, "Assay evidence of " + options.names.front().substr(0, 40), ca_validity));
    InitResult out;
    out.operator_token = new_token(false, random);
    const std::string join_token = new_token(true, random);
    CHECK_OK(directory.create("ca.pem", ca.certificate, open, out));
    CHECK_OK(directory.create("ca.key", ca.key, secret, out));
    CHECK_OK(directory.create("server.pem", server.certificate + ca.certificate, open, out));
    CHECK_OK(directory.create("server.key", server.key, secret, out));
    CHECK_OK(directory.create("evidence.pem", evidence.certificate + ca.certificate, open, out));
    CHECK_OK(directory.create("evidence.key", evidence.key, secret, out));
    CHECK_OK(fill_database(directory, out.operator_token, join_token, now, out));
    CHECK_OK(directory.create("operator.token", out.operator_token + "\n", secret, out));
    CHECK_OK(directory.create("assay.toml", assay_toml(options), open, out));
    CHECK_OK(directory.create("agent.toml", agent_toml(options, ca.certificate, join_token), secret, out));
    CHECK_OK(directory.create("collector.toml", collector_toml(options), open, out));
    TRY(const CertificateSummary summary, summarise_certificate(ca.certificate));
    out.ca_sha256 = summary.sha256;
    return out;
}

}  // namespace assay::collector
