#include "tests/support/swtpm.hpp"

#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "tests/support/files.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace assay::test {
namespace {

namespace fs = std::filesystem;

// Starts a program that does not outlive this one; standard output and error go to `log`.
pid_t start_program(const std::vector<std::string>& words, const std::string& log) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child > 0) return child;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        ::dup2(fd, STDOUT_FILENO);
        ::dup2(fd, STDERR_FILENO);
    }
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

// Whether a server takes connections there. The name alone is there before: from bind(2) on, and connections are
// refused until listen(2). The kernel's list says so without taking one. proc(5), __SO_ACCEPTCON.
bool listens(const std::string& socket) {
    std::ifstream sockets("/proc/net/unix");
    for (std::string line; std::getline(sockets, line);) {
        std::istringstream words(line);
        std::string address, references, protocol, flags, type, state, inode, path;
        words >> address >> references >> protocol >> flags >> type >> state >> inode >> path;
        if (path == socket && flags == "00010000") return true;
    }
    return false;
}

std::string make_tpm() {
    return std::string(ASSAY_SOURCE_DIR) + "/scripts/make-tpm";
}

// The templates of this build, made by this version of the script.
fs::path template_root() {
    const Sha256 version = sha256(read_file(make_tpm()));
    return fs::path(ASSAY_BINARY_DIR) / "tests" / ("swtpm-" + to_hex(version).substr(0, 12));
}

// Holds the lock on the templates: test programs run beside each other.
class TemplateLock {
  public:
    explicit TemplateLock(const fs::path& root) {
        fs::create_directories(root);
        fd_ = ::open((root / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + root.string());
    }
    TemplateLock(const TemplateLock&) = delete;
    TemplateLock& operator=(const TemplateLock&) = delete;
    ~TemplateLock() { ::close(fd_); }

  private:
    int fd_ = -1;
};

// A directory with a short path: those of Unix sockets end at 107 bytes.
fs::path short_directory() {
    std::string name = (fs::temp_directory_path() / "assay-tpm-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + name);
    return name;
}

// The state of a manufactured TPM.
fs::path manufactured(unsigned number) {
    const fs::path root = template_root();
    const fs::path wanted = root / ("tpm" + std::to_string(number) + ".permall");
    const TemplateLock lock(root);
    if (fs::exists(wanted)) return wanted;
    const fs::path fresh = short_directory();
    const std::string log = (root / "make-tpm.log").string();
    const pid_t child = start_program({make_tpm(), fresh.string(), "--ca", (root / "ca").string()}, log);
    int status = -1;
    if (::waitpid(child, &status, 0) != child || status != 0) {
        throw std::runtime_error("scripts/make-tpm failed (is scripts/dependencies run test done?): see " + log);
    }
    fs::copy_file(fresh / "tpm2-00.permall", root / "fresh", fs::copy_options::overwrite_existing);
    fs::rename(root / "fresh", wanted);
    fs::remove_all(fresh);
    return wanted;
}

}  // namespace

Swtpm::Swtpm(unsigned number) {
    const fs::path state = manufactured(number);
    directory_ = short_directory().string();
    fs::copy_file(state, fs::path(directory_) / "tpm2-00.permall");
    power_on();
}

Swtpm::~Swtpm() {
    power_off();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

std::string Swtpm::tcti() const {
    return "swtpm:path=" + directory_ + "/tpm";
}

void Swtpm::power_on() {
    const std::string socket = directory_ + "/tpm";
    fs::remove(socket);
    process_ = start_program(
        {"swtpm", "socket", "--tpm2", "--tpmstate", "dir=" + directory_, "--server", "type=unixio,path=" + socket,
         "--ctrl", "type=unixio,path=" + socket + ".ctrl", "--flags", "not-need-init,startup-clear"},
        directory_ + "/log"
    );
    for (int tries = 0; tries < 1000; ++tries) {
        if (listens(socket)) return;
        if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    process_ = -1;
    throw std::runtime_error("swtpm does not start: see " + directory_ + "/log");
}

void Swtpm::power_off() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void Swtpm::power_cycle() {
    power_off();
    power_on();
}

std::string Swtpm::root_ca_pem() {
    manufactured(0);
    return to_text(read_file((template_root() / "ca" / "swtpm-localca-rootca-cert.pem").string()));
}

std::string Swtpm::issuing_ca_pem() {
    manufactured(0);
    return to_text(read_file((template_root() / "ca" / "issuercert.pem").string()));
}

}  // namespace assay::test
