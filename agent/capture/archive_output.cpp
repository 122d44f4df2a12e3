// Files of a capture as a tar archive: POSIX ustar, with a pax header before an entry whose path or link is too long
// for it (IEEE Std 1003.1, pax: "ustar Interchange Format" and "pax Header Block"). Written by hand for what zlib costs
// and no more: docs/decisions/0009.

#include "agent/capture/capture_files.hpp"
#include "agent/capture/output_file.hpp"

#include <fmt/format.h>
#define ZLIB_CONST  // its input is only read
#include <zlib.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <stdexcept>

namespace assay::agent {
namespace {

constexpr std::size_t record_bytes = 512;
constexpr int gzip_window = 15 + 16;  // deflateInit2: the largest window, with a gzip header
constexpr int memory_level = 8;

class Compressor {
  public:
    Compressor() {
        if (::deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
            Z_OK) {
            throw std::runtime_error("zlib has no memory");
        }
    }
    Compressor(const Compressor&) = delete;
    Compressor(Compressor&&) = delete;
    Compressor& operator=(const Compressor&) = delete;
    Compressor& operator=(Compressor&&) = delete;
    ~Compressor() { ::deflateEnd(&stream_); }

    Result<void> write(int fd, std::string_view bytes, bool last, const std::string& where) {
        std::array<unsigned char, 16U << 10U> out;
        stream_.next_in = as_bytes(bytes).data();
        stream_.avail_in = static_cast<unsigned>(bytes.size());
        do {
            stream_.next_out = out.data();
            stream_.avail_out = static_cast<unsigned>(out.size());
            ::deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            CHECK_OK(write_all(fd, as_text({out.data(), out.size() - stream_.avail_out}), where));
        } while (stream_.avail_out == 0);
        return {};
    }

  private:
    z_stream stream_{};
};

// The archive's file; gone with the object unless it was kept.
class ArchiveFile {
  public:
    ArchiveFile(std::string file, Archive form) : file_(std::move(file)) {
        if (form == Archive::gzip) compressor_.emplace();
    }
    ArchiveFile(const ArchiveFile&) = delete;
    ArchiveFile(ArchiveFile&&) = delete;
    ArchiveFile& operator=(const ArchiveFile&) = delete;
    ArchiveFile& operator=(ArchiveFile&&) = delete;
    ~ArchiveFile() {
        if (made_ && !kept_) ::unlink(file_.c_str());
    }

    Result<void> open() {
        fd_ = FileDescriptor(::open(file_.c_str(), new_file, owner_only));
        if (!fd_ && (errno == EEXIST || errno == ELOOP)) return fail(Errc::conflict, file_, "exists already");
        if (!fd_) return fail(error_of(errno, file_));
        made_ = true;
        return {};
    }

    Result<void> write(std::string_view bytes) {
        if (compressor_) return compressor_->write(fd_.get(), bytes, false, file_);
        return write_all(fd_.get(), bytes, file_);
    }

    Result<void> keep() {
        if (compressor_) CHECK_OK(compressor_->write(fd_.get(), "", true, file_));
        if (::fsync(fd_.get()) != 0) return fail(error_of(errno, file_));
        CHECK_OK(close_written(std::move(fd_), file_));
        kept_ = true;
        return {};
    }

  private:
    std::string file_;
    std::optional<Compressor> compressor_;
    FileDescriptor fd_;
    bool made_ = false;
    bool kept_ = false;
};

// Field widths and places of a ustar header.
struct Field {
    std::size_t at;
    std::size_t size;
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8}, size_field{124, 12},
    time_field{136, 12}, sum_field{148, 8}, type_field{156, 1}, link_field{157, 100}, magic_field{257, 8};

struct Entry {
    std::string path;
    char type = '0';
    unsigned mode = 0600;
    std::string link;
    std::string_view bytes;
};

class TarWriter {
  public:
    TarWriter(ArchiveFile& out, UnixMillis now) : out_(out), seconds_(static_cast<std::uint64_t>(now.value) / 1000) {}

    Result<void> put(const Entry& entry) {
        std::string further;
        if (entry.path.size() > name_field.size) further += pax_line("path", entry.path);
        if (entry.link.size() > link_field.size) further += pax_line("linkpath", entry.link);
        if (!further.empty()) {
            CHECK_OK(one({"pax", 'x', owner_only, "", further}));
        }
        return one(entry);
    }

    Result<void> end() { return out_.write(std::string(2 * record_bytes, '\0')); }

  private:
    // "LENGTH key=value\n", where LENGTH counts itself.
    static std::string pax_line(const std::string& key, const std::string& value) {
        const std::string rest = " " + key + "=" + value + "\n";
        std::size_t length = rest.size() + 1;
        while (fmt::formatted_size("{}", length) + rest.size() != length) ++length;
        return std::to_string(length) + rest;
    }

    Result<void> one(const Entry& entry) {
        std::string header(record_bytes, '\0');
        const auto text = [&header](Field field, std::string_view value) {
            header.replace(field.at, std::min(value.size(), field.size), value.substr(0, field.size));
        };
        const auto octal = [&text](Field field, std::uint64_t value) {
            text(field, fmt::format("{:0{}o}", value, field.size - 1));
        };
        text(name_field, entry.path);
        octal(mode_field, entry.mode);
        octal(uid_field, 0);
        octal(gid_field, 0);
        octal(size_field, entry.bytes.size());
        octal(time_field, seconds_);
        text(type_field, {&entry.type, 1});
        text(link_field, entry.link);
        text(magic_field, std::string_view("ustar\00000", 8));
        text(sum_field, "        ");
        const unsigned sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned before, char c) {
            return before + static_cast<unsigned char>(c);
        });
        text(sum_field, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
        CHECK_OK(out_.write(header));
        CHECK_OK(out_.write(entry.bytes));
        const std::size_t over = entry.bytes.size() % record_bytes;
        return out_.write(std::string(over == 0 ? 0 : record_bytes - over, '\0'));
    }

    ArchiveFile& out_;
    std::uint64_t seconds_;
};

Entry entry_of(const std::string& path, const RecordedTree::Entry& entry) {
    switch (entry.kind) {
        case RecordedTree::Kind::directory: return {path, '5', 0700, "", ""};
        case RecordedTree::Kind::link: return {path, '2', 0777, entry.bytes, ""};
        case RecordedTree::Kind::file: break;
    }
    return {path, '0', owner_only, "", entry.bytes};
}

}  // namespace

Result<void> write_archive(const std::string& file, Archive form, const CaptureFiles& files, UnixMillis now) {
    ArchiveFile out(file, form);
    CHECK_OK(out.open());
    TarWriter tar(out, now);
    for (const auto& [path, entry] : files) CHECK_OK(tar.put(entry_of(path, entry)));
    CHECK_OK(tar.end());
    return out.keep();
}

}  // namespace assay::agent
