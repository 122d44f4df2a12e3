#pragma once
// A module's file, read once piece by piece: its digest as stored, its beginning and end unpacked. What lies between is
// read again when it is asked for, so a module of 60 MiB costs two readings and a MiB of memory,
// and what a packed one needs to be unpacked.

#include "agent/root/view.hpp"
#include "agent/sources/module_info.hpp"

#include <string>

namespace assay::agent {

class ModuleFile : public ModuleBytes {
  public:
    // Errors are those of View::digest: the file itself could not be read.
    static Result<ModuleFile> read(const View& view, const std::string& path);

    const FileDigest& stored() const { return stored_; }  // of the file as it is, packed or not
    // Why the file cannot be unpacked: limit_exceeded, truncated, trailing_bytes, bad_encoding. Its bytes are then
    // none.
    const Result<void>& unpacked() const { return unpacked_; }

    std::uint64_t size() const override { return size_; }  // unpacked
    Result<Bytes> bytes(std::uint64_t at, std::size_t count) const override;

  private:
    ModuleFile(const View& view, std::string path) : view_(view), path_(std::move(path)) {}

    View view_;
    std::string path_;
    FileDigest stored_;
    Result<void> unpacked_;
    std::uint64_t size_ = 0;
    std::string beginning_;
    std::string end_;
};

inline constexpr std::uint64_t module_file_bytes = 256U << 20U;      // stored
inline constexpr std::uint64_t unpacked_module_bytes = 256U << 20U;  // a small file that unpacks to more is refused

}  // namespace assay::agent
