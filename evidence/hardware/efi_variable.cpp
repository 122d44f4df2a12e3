#include "evidence/hardware/efi_variable.hpp"

#include "evidence/hardware/guid.hpp"
#include "evidence/hardware/little_endian.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t guid_bytes = 16;
constexpr std::size_t list_header_bytes = guid_bytes + 12;

struct NamedType {
    std::string_view guid;
    std::string_view name;
};
// UEFI 2.10, 32.4.1
constexpr std::array types{
    NamedType{"c1c41626-504c-4092-aca9-41f936934328", "sha256"},
    NamedType{"3c5766e8-269c-4e34-aa14-ed776e85b3b6", "rsa2048"},
    NamedType{"e2b36190-879b-4a3d-ad8d-f2e7bba32784", "rsa2048_sha256"},
    NamedType{"826ca512-cf10-4ac9-b187-be01496631bd", "sha1"},
    NamedType{"67f8444f-8743-48f1-a328-1eaab8736080", "rsa2048_sha1"},
    NamedType{"a5c059a1-94e4-4aa7-87b5-ab155c2bf072", "x509"},
    NamedType{"0b6e5233-a65c-44c9-9407-d9ab83bfc8bd", "sha224"},
    NamedType{"ff3e5307-9fd0-48c9-85f1-8ad56c701e01", "sha384"},
    NamedType{"093e0fae-a6c4-4f50-9f1b-d41e2b89c19a", "sha512"},
    NamedType{"3bd2a492-96c0-4079-b420-fcf98ef103ed", "x509_sha256"},
    NamedType{"7076876e-80c2-4ee6-aad2-28b349a6865b", "x509_sha384"},
    NamedType{"446dbf63-2502-4cda-bcfa-2465d2b0fe9d", "x509_sha512"},
    NamedType{"4aafd29d-68df-49ee-8aa9-347d375665a7", "pkcs7"},
};

std::array<std::uint8_t, guid_bytes> guid_at(ByteView bytes) {
    std::array<std::uint8_t, guid_bytes> out{};
    std::ranges::copy(bytes.first(guid_bytes), out.begin());
    return out;
}

// One list at the beginning of `rest`, of at most `room` signatures; `used` becomes its size.
Result<EfiSignatureList> decode_one(ByteView rest, std::size_t at, std::size_t room, std::size_t& used) {
    const auto refuse = [at](Errc code, const char* what) {
        return fail(code, "signature list at byte " + std::to_string(at), what);
    };
    if (rest.size() < list_header_bytes) return refuse(Errc::truncated, "ends within its header");
    const std::size_t size = le32(rest, guid_bytes);
    const std::size_t header = le32(rest, guid_bytes + 4);
    const std::size_t each = le32(rest, guid_bytes + 8);
    if (size > rest.size()) return refuse(Errc::truncated, "is shorter than it says");
    if (size < list_header_bytes) return refuse(Errc::bad_value, "is shorter than its header");
    if (header > size - list_header_bytes) return refuse(Errc::bad_value, "its second header does not fit");
    if (each < guid_bytes) return refuse(Errc::bad_value, "signatures without room for their owner");
    const std::size_t signatures = size - list_header_bytes - header;
    if (signatures % each != 0) return refuse(Errc::bad_value, "its size is no multiple of a signature's");
    if (signatures / each > room) return refuse(Errc::limit_exceeded, "too many signatures");
    EfiSignatureList list{guid_at(rest), {}};
    for (std::size_t i = 0; i < signatures / each; ++i) {
        const ByteView one = rest.subspan(list_header_bytes + header + i * each, each);
        list.signatures.push_back({guid_at(one), one.subspan(guid_bytes)});
    }
    used = size;
    return list;
}

}  // namespace

Result<EfiVariable> decode_efi_variable(ByteView file) {
    if (file.size() < 4) return fail(Errc::truncated, "efi variable", "is shorter than its attributes");
    return EfiVariable{le32(file, 0), file.subspan(4)};
}

Result<bool> decode_efi_flag(ByteView data) {
    if (data.size() != 1 || data[0] > 1) return fail(Errc::bad_value, "efi variable", "is not one byte, 0 or 1");
    return data[0] == 1;
}

Result<std::vector<EfiSignatureList>> decode_efi_signature_lists(ByteView data) {
    if (data.size() > max_efi_signature_bytes) {
        return fail(Errc::limit_exceeded, "signature lists", "are over 1 MiB");
    }
    std::vector<EfiSignatureList> lists;
    std::size_t room = limits::efi_signatures;
    for (std::size_t at = 0; at < data.size();) {
        if (lists.size() == limits::efi_signature_lists) {
            return fail(Errc::limit_exceeded, "signature lists", "are too many");
        }
        std::size_t used = 0;
        TRY(EfiSignatureList list, decode_one(data.subspan(at), at, room, used));
        room -= list.signatures.size();
        lists.push_back(std::move(list));
        at += used;
    }
    return lists;
}

std::string efi_signature_type(const EfiSignatureList& list) {
    std::string guid = guid_text(list.type);
    const auto known = std::ranges::find(types, guid, &NamedType::guid);
    return known == types.end() ? guid : std::string(known->name);
}

}  // namespace assay
