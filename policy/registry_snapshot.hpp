#pragma once
// A snapshot of a registry: to whom each number was registered on a day. It says who a number belongs to and nothing
// else: no rule of a pack looks here, and no number is judged by the name of its holder. policy/registries/ has those
// that ship (scripts/make-registries); docs/PACKS.md describes the file.
//
//     assay-registry<TAB>1            then registry, date, source, licence, rows: each once, in this order
//     # comments
//     8086<TAB>Intel Corporation      as many rows as the head says, their numbers strictly ascending

#include "base/crypto/hash.hpp"
#include "base/time.hpp"
#include "evidence/identifier.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay::policy {

namespace limits {
inline constexpr std::size_t snapshot_bytes = 8U << 20U;
inline constexpr std::size_t snapshot_rows = 262'144;
inline constexpr std::size_t holder_bytes = 256;
}  // namespace limits

class RegistrySnapshot {
  public:
    // Reads a file's bytes, strictly: any line that is not as above, a number that is no vendor's part of the registry,
    // a name with characters that act, a missing last newline or row, and the whole is refused with "file:line".
    static Result<RegistrySnapshot> read(std::string text, std::string file);

    struct Row {
        std::string_view number;  // "8086"; of "oui" 6, 7 or 9 hex digits
        std::string_view holder;
    };
    Registry registry() const { return registry_; }  // of "oui": Registry::mac
    const Date& date() const { return date_; }
    const std::string& source() const { return source_; }
    const std::string& licence() const { return licence_; }
    const Sha256& sha256() const { return sha256_; }  // of the file's bytes
    const std::string& file() const { return file_; }
    std::span<const Row> rows() const { return rows_; }

    // nullptr: the number is nobody's here.
    const Row* find(std::string_view number) const;
    // Rows whose holder has a name of this key (policy/company_name.hpp), by place in rows().
    std::span<const std::uint32_t> held_by(const std::string& key) const;

  private:
    RegistrySnapshot() = default;
    Result<void> read_head(std::string_view& rest, std::size_t& line, std::size_t& rows);
    Result<void> read_row(std::string_view line);
    void index();
    std::unexpected<Error> refuse(std::size_t line, Errc code, std::string_view field, std::string what) const;

    Registry registry_ = Registry::pci;
    Date date_;
    std::string source_;
    std::string licence_;
    Sha256 sha256_{};
    std::string file_;
    std::unique_ptr<const std::string> text_;  // rows look into it
    std::vector<Row> rows_;
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_key_;
};

}  // namespace assay::policy
