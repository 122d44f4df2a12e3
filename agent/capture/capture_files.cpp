#include "agent/capture/capture_files.hpp"

namespace assay::agent {
namespace {

void put_file(CaptureFiles& files, const std::string& path, std::string bytes) {
    files.insert_or_assign(path, RecordedTree::Entry{RecordedTree::Kind::file, std::move(bytes)});
}

// What stands above an entry is a directory; an entry below what is none (a name that changed while it was read) goes.
void put_directories(CaptureFiles& files) {
    for (auto at = files.begin(); at != files.end();) {
        bool beneath_no_directory = false;
        const std::string path = at->first;
        for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
            const auto& above = files.try_emplace(path.substr(0, slash)).first->second;
            beneath_no_directory = beneath_no_directory || above.kind != RecordedTree::Kind::directory;
        }
        at = beneath_no_directory ? files.erase(at) : std::next(at);
    }
}

}  // namespace

CaptureFiles capture_files(RecordedTree&& tree, const std::string& label) {
    CaptureFiles files = std::move(tree.entries);
    for (const auto& [file, members] : tree.answers) put_file(files, file, json::canonical(members) + "\n");
    if (!tree.unreadable.empty()) put_file(files, "kernel/unreadable", encode_unreadable(tree.unreadable));
    if (!tree.digests.empty()) put_file(files, "kernel/digests", encode_digests(tree.digests));
    put_file(files, "LABEL", label + "\n");
    put_directories(files);
    return files;
}

}  // namespace assay::agent
