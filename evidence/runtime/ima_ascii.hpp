#pragma once
// IMA's measurement list as text (ascii_runtime_measurements), for people who have no other: per line PCR, template
// digest, template name and the fields. The template data is made again from them, so that its hash can be compared.
// Linux, ima_ascii_measurements_show() of security/integrity/ima/ima_fs.c. Names with a line feed in them cannot be
// read back: evidence is the binary list.

#include "evidence/runtime/ima_list.hpp"

#include <string_view>

namespace assay {

// All lines up to the first that is none; broken says which. bad_encoding, bad_value (a digest of no known size, a PCR
// that is none), unsupported (a template that is not known), limit_exceeded.
ImaList decode_ima_ascii(std::string_view text, std::endian order = std::endian::little);

}  // namespace assay
