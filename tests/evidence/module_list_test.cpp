#include "evidence/module_list.hpp"

#include "evidence/limits.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

KernelModule signed_module() {
    return {
        .name = "r8169",
        .version = Reading::of("1.0"),
        .srcversion = Reading::unreadable("denied"),
        .taint = Reading::of(""),
        .file = "kernel/r8169.ko.xz",
        .state = SourceState::ok,
        .size = 3,
        .sha256 = sha256("abc"),
        .match = ModuleMatch::same,
        .signature = SignatureForm::cms,
        .signers = {{"", "", "aa", "sha256"}, {"CN=Key", "01", "", "sha512"}},
    };
}

ModuleList list() {
    return {"6.1.0", SignatureCheck::tainted, {{.name = "evil", .taint = Reading::of("OE")}, signed_module()}};
}

bool decodes(const KernelModule& module) {
    return decode_module_list(encode_module_list({"6.1.0", SignatureCheck::unknown, {module}})).has_value();
}

TEST_SUITE("module_list") {
    TEST_CASE("a list has this text, and comes back from it") {
        const std::string text = encode_module_list(list());
        CHECK(
            text ==
            R"({"format":"assay/modules/1","modules":[{"match":"unknown","name":"evil","signature":"unread",)"
            R"("state":"absent","taint":"OE"},{"file":"kernel/r8169.ko.xz","match":"same","name":"r8169",)"
            R"("sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","signature":"cms",)"
            R"("signers":[{"hash":"sha256","key_id":"aa"},{"hash":"sha512","issuer":"CN=Key","serial":"01"}],"size":3,)"
            R"("srcversion":{"unreadable":"denied"},"state":"ok","taint":"","version":"1.0"}],"release":"6.1.0",)"
            R"("signature_check":"tainted"})"
        );
        CHECK(decode_module_list(text).value() == list());
        CHECK(decode_module_list(encode_module_list({})).value() == ModuleList{});
    }

    TEST_CASE("a list cut anywhere is refused") {
        const std::string text = encode_module_list(list());
        for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(decode_module_list(text.substr(0, size)));
    }

    TEST_CASE("nothing is said of a file that was not read") {
        CHECK(decodes(signed_module()));
        KernelModule one = signed_module();
        one.state = SourceState::denied;
        CHECK_FALSE(decodes(one));
        one.sha256.reset();
        CHECK_FALSE(decodes(one));
        one.signature = SignatureForm::unread;
        one.signers.clear();
        CHECK_FALSE(decodes(one));
        one.match = ModuleMatch::unknown;
        CHECK(decodes(one));
        one.state = SourceState::ok;
        CHECK_FALSE(decodes(one));
    }

    TEST_CASE("signers stand with a signature that was decoded, in order") {
        KernelModule one = signed_module();
        one.signature = SignatureForm::none;
        CHECK_FALSE(decodes(one));
        one.signers.clear();
        CHECK(decodes(one));
        one.signature = SignatureForm::cms;
        CHECK_FALSE(decodes(one));
        one = signed_module();
        std::swap(one.signers[0], one.signers[1]);
        CHECK_FALSE(decodes(one));
        one.signers.assign(limits::signers_per_module, {"CN=Key", "01", "", "sha256"});
        CHECK(decodes(one));
        one.signers.push_back(one.signers[0]);
        CHECK_FALSE(decodes(one));
    }

    TEST_CASE("a name stands once, in order, and no more modules than the limit") {
        ModuleList turned = list();
        std::swap(turned.modules[0], turned.modules[1]);
        CHECK_FALSE(decode_module_list(encode_module_list(turned)));
        turned.modules[0] = turned.modules[1];
        CHECK_FALSE(decode_module_list(encode_module_list(turned)));
        ModuleList many;
        for (std::size_t i = 0; i < limits::modules; ++i) many.modules.push_back({.name = std::to_string(10'000 + i)});
        CHECK(decode_module_list(encode_module_list(many)));
        many.modules.push_back({.name = "x"});
        CHECK(decode_module_list(encode_module_list(many)).error().code == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay
