#pragma once
// A measurement list as somebody has it in a file, in whichever form: what the agent sends needs none of this, its form
// is known. Binary in both byte orders and with each template digest, or the kernel's text.

#include "evidence/runtime/ima_list.hpp"

namespace assay {

struct ImaFile {
    bool ascii = false;
    ImaListFormat format;  // of a text the order is taken for little-endian
    ImaList list;
};

// bad_magic when not even one entry can be read in any form; a list that breaks off later says so itself.
Result<ImaFile> decode_ima_file(ByteView bytes);

}  // namespace assay
