#include "collector/bundle/archive.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace assay {
namespace {

using ReaderPtr = std::unique_ptr<archive, decltype([](archive* one) { archive_read_free(one); })>;
using WriterPtr = std::unique_ptr<archive, decltype([](archive* one) { archive_write_free(one); })>;
using EntryPtr = std::unique_ptr<archive_entry, decltype([](archive_entry* one) { archive_entry_free(one); })>;

constexpr std::size_t block_bytes = 10'240;

void must(int code, archive* writer) {
    if (code == ARCHIVE_OK) return;
    const char* why = archive_error_string(writer);
    throw std::runtime_error(std::string("a bundle cannot be written: ") + (why == nullptr ? "" : why));
}

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
}

bool plain_name(std::string_view name) {
    if (name.empty() || name.size() > limits::bundle_name_bytes || !std::ranges::all_of(name, plain)) return false;
    const std::string framed = "/" + std::string(name) + "/";
    return framed.find("//") == std::string::npos && framed.find("/../") == std::string::npos &&
           framed.find("/./") == std::string::npos;
}

Error refused(archive* reader) {
    const char* why = archive_error_string(reader);
    return {Errc::bad_encoding, "bundle", "is no ustar archive: " + printable(why == nullptr ? "" : why)};
}

Result<Bytes> body_of(archive* reader, const std::string& name, std::size_t room) {
    Bytes out;
    std::array<std::uint8_t, block_bytes> block{};
    while (true) {
        const la_ssize_t got = archive_read_data(reader, block.data(), block.size());
        if (got < 0) return fail(refused(reader));
        if (got == 0) return out;
        if (out.size() + static_cast<std::size_t>(got) > room) return fail(Errc::limit_exceeded, name, "is too long");
        out.insert(out.end(), block.begin(), block.begin() + got);
    }
}

}  // namespace

Bytes encode_archive(const BundleFiles& files) {
    std::size_t size = 4 * block_bytes;
    for (const auto& [name, body] : files) size += body.size() + 2 * 512;
    Bytes out(size);
    std::size_t used = 0;
    const WriterPtr writer{archive_write_new()};
    const EntryPtr entry{archive_entry_new()};
    if (!writer || !entry) throw std::runtime_error("out of memory while writing a bundle");
    must(archive_write_set_format_ustar(writer.get()), writer.get());
    must(archive_write_open_memory(writer.get(), out.data(), out.size(), &used), writer.get());
    for (const auto& [name, body] : files) {
        archive_entry_clear(entry.get());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(body.size()));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0644);
        archive_entry_set_mtime(entry.get(), 0, 0);
        must(archive_write_header(writer.get(), entry.get()), writer.get());
        if (archive_write_data(writer.get(), body.data(), body.size()) != static_cast<la_ssize_t>(body.size())) {
            must(ARCHIVE_FATAL, writer.get());
        }
    }
    must(archive_write_close(writer.get()), writer.get());
    out.resize(used);
    return out;
}

Result<BundleFiles> decode_archive(ByteView bytes) {
    if (bytes.size() > limits::bundle_bytes) return fail(Errc::limit_exceeded, "bundle", "is too long");
    const ReaderPtr reader{archive_read_new()};
    if (!reader) throw std::runtime_error("out of memory while reading a bundle");
    if (archive_read_support_format_tar(reader.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
        return fail(refused(reader.get()));
    }
    BundleFiles out;
    std::size_t room = limits::bundle_bytes;
    archive_entry* entry = nullptr;
    while (true) {
        const int code = archive_read_next_header(reader.get(), &entry);
        if (code == ARCHIVE_EOF) return out;
        if (code != ARCHIVE_OK) return fail(refused(reader.get()));
        const char* given = archive_entry_pathname(entry);
        const std::string name = given == nullptr ? "" : given;
        if (!plain_name(name)) return fail(Errc::bad_value, "bundle", "has a file named \"" + printable(name) + "\"");
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
            return fail(Errc::bad_value, name, "is no regular file");
        }
        if (out.size() >= limits::bundle_files) return fail(Errc::limit_exceeded, "bundle", "has too many files");
        TRY(Bytes body, body_of(reader.get(), name, room));
        room -= body.size();
        if (!out.emplace(name, std::move(body)).second)
            return fail(Errc::bad_value, name, "stands twice in the bundle");
    }
}

}  // namespace assay
