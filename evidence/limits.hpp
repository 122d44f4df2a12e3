#pragma once
// Every size limit that agent and collector share, in one place. docs/PROTOCOL.md repeats them; a peer beyond one is
// refused with limit_exceeded, and the field is named.

#include <chrono>
#include <cstddef>

namespace assay::limits {

// Transport
inline constexpr std::size_t header_bytes = 8U << 10U;
inline constexpr std::size_t message_bytes = 64U << 10U;  // any JSON request or answer but a document
inline constexpr std::size_t message_values = 10'000;
inline constexpr std::size_t document_bytes = 8U << 20U;  // one document
inline constexpr std::size_t documents_per_report = 8;
inline constexpr std::size_t ima_tail_bytes = 16U << 10U;  // of a report: about a hundred entries
inline constexpr std::size_t json_depth = 12;
inline constexpr std::size_t json_values = 2'000'000;

// Time
inline constexpr std::chrono::seconds nonce_lifetime{60};
inline constexpr std::chrono::seconds enrolment_lifetime{300};
inline constexpr unsigned enrolment_tries = 3;

// TPM structures (TPM 2.0 Part 2; buffers as its TPM2B types bound them)
inline constexpr std::size_t attest_bytes = 1024;
inline constexpr std::size_t signature_bytes = 1024;
inline constexpr std::size_t public_area_bytes = 1024;
inline constexpr std::size_t credential_bytes = 1024;
inline constexpr std::size_t pcr_banks = 4;
inline constexpr std::size_t pcr_count = 24;

// Event log of a boot. Firmware keeps it in an area of 64 KiB as a rule; logs of real machines have 7 to 73 KiB and 14
// to 158 events, the longest event being dbx with some 24 KiB.
inline constexpr std::size_t event_log_bytes = 1U << 20U;
inline constexpr std::size_t log_events = 8'192;
inline constexpr std::size_t log_banks = 8;          // algorithms of the header; digests of an event
inline constexpr std::size_t log_digest_bytes = 64;  // of an algorithm that the header sizes
inline constexpr std::size_t log_flaws = 256;        // told of one log
inline constexpr std::size_t event_data_bytes = 256U << 10U;
inline constexpr std::size_t boot_text_bytes = 4'096;  // of a command line or the like, as shown
inline constexpr std::size_t device_path_nodes =
    64;  // of one path, all its instances together; real ones have under 16
inline constexpr std::size_t efi_signature_lists = 1'024;  // of one variable; some firmware makes a list per dbx entry
inline constexpr std::size_t efi_signatures = 16'384;      // of one variable, all its lists together
inline constexpr std::size_t gpt_partitions = 1'024;       // tables have room for 128 as a rule
inline constexpr std::size_t handoff_tables = 256;

// Enrolment
inline constexpr std::size_t endorsement_keys = 8;
inline constexpr std::size_t certificate_bytes = 8U << 10U;
inline constexpr std::size_t chain_certificates = 8;
inline constexpr std::size_t join_token_bytes = 128;

// Reference Values
inline constexpr std::size_t reference_bytes = 1U << 20U;  // one document
inline constexpr std::size_t reference_values = 16;        // of one PCR
inline constexpr std::size_t reference_events = 1'024;     // of one value
inline constexpr std::size_t boot_differences = 64;        // told of one boot

// A report bundle
inline constexpr std::size_t bundle_bytes = 256U << 20U;  // all its files together
inline constexpr std::size_t bundle_files = 1'024;
inline constexpr std::size_t bundle_name_bytes = 100;  // as an archive of ustar holds them
inline constexpr std::size_t bundle_manifest_bytes = 4U << 20U;
inline constexpr std::size_t bundle_findings = 65'536;

// Inventory
inline constexpr std::size_t components = 16'384;
inline constexpr std::size_t sources = 64;
inline constexpr std::size_t key_bytes = 240;
inline constexpr std::size_t text_bytes = 256;  // any text that a device gives of itself
inline constexpr std::size_t identifiers_per_component = 16;
inline constexpr std::size_t names_per_component = 32;
inline constexpr std::size_t firmware_per_component = 16;
inline constexpr std::size_t contents_per_component = 16;
inline constexpr std::size_t covered_per_source = 4'096;
inline constexpr std::size_t firmware_files = 16'384;
inline constexpr std::size_t modules = 4'096;
inline constexpr std::size_t signers_per_module = 8;

// IMA's measurement list. Linux bounds a path at PATH_MAX and an extended attribute at 64 KiB.
inline constexpr std::size_t ima_entries = 131'072;        // of one decoder: a document holds no more
inline constexpr std::size_t ima_entry_bytes = 1U << 18U;  // of template data
inline constexpr std::size_t ima_template_name_bytes = 256;
inline constexpr std::size_t ima_path_bytes = 4'096;
inline constexpr std::size_t ima_signature_bytes = 1U << 12U;
inline constexpr std::size_t ima_buffer_bytes = 1U << 16U;  // a measured buffer, an appended signature
inline constexpr std::size_t ima_ascii_line_bytes = 4 * ima_entry_bytes;
inline constexpr std::size_t ima_digest_prefix_bytes = 64;  // "verity:sha256:"
inline constexpr std::size_t ima_digest_bytes = 64;
inline constexpr std::size_t ima_policy_exemptions = 16;

}  // namespace assay::limits
