#pragma once
// IMA's measurement list as the kernel gives it in binary (binary_runtime_measurements), decoded piece by piece: the
// same entries and the same error in whatever pieces it comes. Per entry: u32 PCR, template digest, u32 size and
// template name, u32 size and template data; the template `ima` has a digest of 20 bytes, u32 size and name instead.
// Linux, security/integrity/ima/ima_fs.c. Nothing is checked against a digest here: evidence/runtime/ima_replay.hpp.

#include "base/result.hpp"
#include "evidence/runtime/ima_entry.hpp"

#include <vector>

namespace assay {

struct ImaListFormat {
    // Of the template digest: sha1 in binary_runtime_measurements, X in binary_runtime_measurements_X (Linux 6.10).
    HashAlg digest = HashAlg::sha1;
    // The machine's own, or little-endian under `ima_canonical_fmt`.
    std::endian order = std::endian::little;
    friend bool operator==(const ImaListFormat&, const ImaListFormat&) = default;
};

class ImaListDecoder {
  public:
    explicit ImaListDecoder(ImaListFormat format = {}) : format_(format) {}

    // The entries that are complete with these bytes. After a mistake nothing more is decoded, and broken() says what
    // it was: bad_value or limit_exceeded, with the entry's number. What an entry's own data holds is never one.
    std::vector<ImaEntry> feed(ByteView bytes);
    const std::optional<Error>& broken() const { return broken_; }
    // ok when the list ends behind an entry; truncated when within one; broken() when there was a mistake.
    Result<void> finish() const;

  private:
    std::size_t take_entry(ByteView bytes, std::vector<ImaEntry>& out);
    void refuse(Error error);

    ImaListFormat format_;
    std::size_t entries_ = 0;
    Bytes pending_;  // the beginning of an entry whose end has not come
    std::string last_name_;
    std::optional<ImaTemplate> last_template_;  // what the last name stands for: a list seldom has a second
    std::optional<Error> broken_;
};

struct ImaList {
    std::vector<ImaEntry> entries;
    std::optional<Error> broken;  // what ended the list before its end
};

// How many bytes the entry at the beginning has: where the next one begins. Only how long its fields are is looked at.
// truncated: it is not all there, which is no mistake while more may come. bad_value, limit_exceeded: it is none, with
// the field's name.
Result<std::size_t> ima_entry_size(ByteView bytes, ImaListFormat format = {});

// The same of an entry that was decoded.
std::size_t encoded_size(const ImaEntry& entry);

// A whole list at once.
ImaList decode_ima_list(ByteView bytes, ImaListFormat format = {});

}  // namespace assay
