#pragma once
// A report bundle as one file: a POSIX ustar archive (IEEE 1003.1, pax), so that `tar` opens it. The same files always
// give the same bytes. Pure.

#include "collector/bundle/bundle.hpp"

namespace assay {

// REQUIRES: names as decode_archive takes them.
Bytes encode_archive(const BundleFiles& files);

// Regular files alone, uncompressed, each name once: relative, of lower-case letters, digits, '-', '.' and '/', no
// part of it empty or "..". Errors: bad_encoding, bad_value (a name, a link, a device, ...), limit_exceeded.
Result<BundleFiles> decode_archive(ByteView bytes);

}  // namespace assay
