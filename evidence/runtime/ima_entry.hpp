#pragma once
// One entry of IMA's measurement list, typed, with the bytes that its hash is over. An entry of an unknown template, or
// with fields that are none, is kept with its data alone: it replays as any other, and fault() says why nothing can be
// read from it. Template data: Linux, Documentation/security/IMA-templates.rst.
//
// The hash covers the data only. Which PCR, and which template the data is of, the list says without proof.

#include "base/crypto/hash.hpp"
#include "evidence/runtime/ima_template.hpp"

#include <bit>

namespace assay {

// A digest as an entry gives it of a file or buffer. The algorithm is the kernel's name for it, which may be one that
// this program does not know; a violation's value may be shorter than its algorithm's.
struct ImaDigest {
    std::string_view type;       // "ima" or "verity" (v2 templates); else ""
    std::string_view algorithm;  // "sha256"; "" in the template `ima`
    ByteView value;
};

class ImaEntry {
  public:
    // `data` is what the template hash is over: for the template `ima` 20 bytes of digest and a name padded to 256. The
    // order is that of the lengths in it. Limits of evidence/limits.hpp on fields are faults, never errors.
    ImaEntry(std::uint32_t pcr, const Digest& stored, std::string template_name, Bytes data, std::endian order);
    // The same, with the template looked up before.
    ImaEntry(
        std::uint32_t pcr, const Digest& stored, std::string template_name, const std::optional<ImaTemplate>& fields,
        Bytes data, std::endian order
    );

    std::uint32_t pcr() const { return pcr_; }
    const Digest& stored_digest() const { return stored_; }  // of the template data, as the list has it
    bool violation() const { return violation_; }            // its digest is zero: the file changed while it was used
    const std::string& template_name() const { return template_name_; }
    ByteView data() const { return data_; }
    // "" when the data is what the template says; else what is wrong with it, and no field is there.
    std::string_view fault() const { return fault_; }

    // The field's bytes without their length (and, of names, without the NUL); nullopt: the entry has no such field.
    std::optional<ByteView> field(ImaField kind) const;
    std::optional<ImaDigest> digest() const;         // of d, d-ng or d-ngv2
    std::optional<ImaDigest> modsig_digest() const;  // nullopt also where no signature is appended
    // n or n-ng: a file's path, a buffer's or keyring's name. Spaces in it are underscores: the kernel writes them so.
    // Empty where there is none.
    ByteView path() const;
    // sig or evmsig: the extended attribute, empty where the file has none.
    ByteView signature() const;
    bool has_buffer() const { return field(ImaField::buf).has_value(); }

  private:
    struct Span {
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    void split(std::endian order, const ImaTemplate& known);
    void split_legacy();
    std::string_view check(ImaField kind);

    std::uint32_t pcr_;
    Digest stored_;
    bool violation_;
    std::string template_name_;
    Bytes data_;
    std::string_view fault_;
    std::uint32_t present_ = 0;  // bit i: the field of kind i is there
    std::array<Span, ima_field_kinds> spans_{};
};

// 20 bytes of digest and the name, padded as the kernel hashes it. REQUIRES: sizes 20 and at most 255.
Bytes legacy_ima_data(ByteView digest, ByteView name);

inline constexpr std::string_view boot_aggregate_name = "boot_aggregate";
// By its name: that the value is the boot's, evidence/runtime/boot_aggregate.hpp says. A file of this name that lies
// under no mount can be measured, too.
bool named_boot_aggregate(const ImaEntry& entry);

}  // namespace assay
