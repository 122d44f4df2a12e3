#include "agent/sources/modules.hpp"

#include "agent/sources/loaded_modules.hpp"
#include "agent/sources/module_file.hpp"
#include "agent/sources/module_signature.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

constexpr std::size_t note_bytes = 4096;

// What a kernel that looks at signatures does shows in a parameter that only such a kernel has.
SignatureCheck signature_check(const View& view) {
    const Reading enforced = read_text(view, "sys/module/module/parameters/sig_enforce");
    if (enforced.readable()) return enforced.text() == "Y" ? SignatureCheck::enforced : SignatureCheck::tainted;
    const bool told = enforced.absent() && view.is_directory("sys/module");
    return told ? SignatureCheck::not_checked : SignatureCheck::unknown;
}

ModuleMatch match_of(std::string_view running, std::string_view file) {
    if (running.empty() || file.empty()) return ModuleMatch::unknown;
    return running == file ? ModuleMatch::same : ModuleMatch::differs;
}

// Either of the two that differs settles it; one that only one side has says nothing.
ModuleMatch together(ModuleMatch a, ModuleMatch b) {
    if (a == ModuleMatch::unknown) return b;
    return b == ModuleMatch::unknown || a == ModuleMatch::differs ? a : b;
}

class ModuleReader {
  public:
    ModuleReader(const View& view, SharedModules* shared) : view_(view), shared_(shared) {}

    Found read() {
        const auto loaded = read_loaded_modules(view_);
        if (shared_ != nullptr) shared_->put(loaded);
        if (!loaded) {
            const Error& error = loaded.error();
            if (error.code == Errc::not_found) {
                account_.found.modules.emplace();
                return account_.absent("no proc/modules");
            }
            account_.failed(error);
            return account_.finish();
        }
        ModuleList& list = account_.found.modules.emplace();
        list.release = clean_text(loaded->release, limits::text_bytes);
        list.check = signature_check(view_);
        for (const LoadedModule& one : loaded->modules) {
            if (list.modules.size() == limits::modules) {
                account_.failed(SourceState::error, "more modules than a list holds");
                break;
            }
            add(one, loaded->directory);
        }
        account_.covered("module");
        return account_.finish();
    }

  private:
    void add(const LoadedModule& loaded, const std::string& directory) {
        const std::string about = "sys/module/" + loaded.name;
        KernelModule out;
        out.name = clean_text(loaded.name, limits::text_bytes);
        out.version = read_text(view_, about + "/version");
        out.srcversion = read_text(view_, about + "/srcversion");
        out.taint = read_text(view_, about + "/taint");
        out.file = clean_text(loaded.file, limits::text_bytes);
        if (!loaded.file.empty()) {
            const std::string path = directory + "/" + loaded.file;
            auto names = read_file(out, about, path);
            if (shared_ != nullptr) shared_->put(path, std::move(names));
        }
        account_.found.modules->modules.push_back(std::move(out));
    }

    // The firmware files that it names.
    SharedModules::Names read_file(KernelModule& out, const std::string& about, const std::string& path) {
        const auto file = ModuleFile::read(view_, path);
        if (!file) {
            const Errc code = file.error().code;
            out.state = code == Errc::not_found ? SourceState::absent : state_of(code);
            // modules.dep names it, so a file that is not there is told like one that cannot be read.
            account_.failed(SourceState::error, "module " + out.name + ": " + file.error().what);
            return fail(file.error());
        }
        out.state = SourceState::ok;
        out.size = file->stored().size;
        out.sha256 = file->stored().sha256;
        if (!file->unpacked()) return problem(out, file->unpacked().error());
        ModuleSignature signature = module_signature(*file);
        out.signature = signature.form;
        out.signers = std::move(signature.signers);
        out.problem = std::move(signature.problem);
        const auto sections = module_sections(*file);
        if (!sections) return problem(out, sections.error());
        const auto note = view_.read(about + "/notes/.note.gnu.build-id", note_bytes);
        const std::string srcversion = out.srcversion.readable() ? out.srcversion.text() : "";
        out.match = together(
            match_of(note ? *note : "", sections->build_id),
            match_of(srcversion, modinfo_value(sections->modinfo, "srcversion"))
        );
        return firmware_names(sections->modinfo);
    }

    std::unexpected<Error> problem(KernelModule& out, const Error& error) {
        out.problem = clean_text(error.where + " " + error.what, limits::text_bytes);
        account_.failed(SourceState::error, "module " + out.name + ": " + error.what);
        return fail(error);
    }

    const View& view_;
    SharedModules* shared_;
    Account account_{"modules"};
};

}  // namespace

Found read_modules(const View& view, SharedModules* shared) {
    return ModuleReader(view, shared).read();
}

}  // namespace assay::agent
