#pragma once
// A key that signs kernel modules as the kernel's scripts/sign-file does: a detached CMS SignedData without
// certificates and signed attributes, then struct module_signature, then the mark. Made on the spot, for tests only.

#include "base/bytes.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace assay::test {

class ModuleKey {
  public:
    explicit ModuleKey(const std::string& common_name);
    ModuleKey(const ModuleKey&) = delete;
    ModuleKey(ModuleKey&&) = delete;
    ModuleKey& operator=(const ModuleKey&) = delete;
    ModuleKey& operator=(ModuleKey&&) = delete;
    ~ModuleKey();

    // DER. `digest` as OpenSSL names it; by_key_id: as sign-file -k.
    Bytes signature(std::string_view module, const char* digest = "sha256", bool by_key_id = false) const;
    std::string signed_module(std::string_view module) const;

    std::string serial() const;  // hex
    std::string key_id() const;  // hex

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// `module` with this signature after its end, in struct module_signature of this type.
std::string with_signature(std::string_view module, ByteView signature, std::uint8_t id_type = 2);

}  // namespace assay::test
