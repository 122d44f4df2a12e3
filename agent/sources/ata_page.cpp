#include "agent/sources/ata_page.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

constexpr std::size_t command_at = 56;
constexpr std::size_t identify_at = 60;
constexpr std::size_t identify_bytes = 512;
constexpr char identify_device = '\xec';

// The two characters of a word stand the other way round; blanks fill the field.
std::string words(std::string_view identify, std::size_t first, std::size_t last) {
    std::string out;
    for (std::size_t at = 2 * first; at <= 2 * last; at += 2) out += {identify[at + 1], identify[at]};
    const std::size_t begin = out.find_first_not_of(' ');
    if (begin == std::string::npos) return "";
    const std::size_t end = out.find_last_not_of(std::string_view(" \0", 2));
    return end == std::string::npos || end < begin
               ? ""
               : clean_text(std::string_view(out).substr(begin, end + 1 - begin), limits::text_bytes);
}

}  // namespace

std::optional<AtaIdentity> ata_identity_of_vpd89(std::string_view page) {
    if (page.size() < identify_at + identify_bytes || page[1] != '\x89' || page[command_at] != identify_device) {
        return std::nullopt;
    }
    const std::string_view identify = page.substr(identify_at, identify_bytes);
    return AtaIdentity{words(identify, 27, 46), words(identify, 23, 26), words(identify, 10, 19)};
}

}  // namespace assay::agent
