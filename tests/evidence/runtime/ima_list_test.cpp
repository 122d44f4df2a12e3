// IMA's binary list: a recorded one, each template made by hand with the layout of ima_fs.c, lists that are cut, lie
// about sizes or are too long, and the same result in whatever pieces a list comes.

#include "evidence/runtime/ima_list.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "tests/support/files.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::ima_bytes;
using test::ima_digest;
using test::ima_digest_of;
using test::ima_entry;
using test::ima_fields;
using test::ima_file;
using test::ima_name;
using test::joined;

constexpr const char* captured = "vm-measured-boot/ima/binary_runtime_measurements";

std::string text_of(ByteView bytes) {
    return to_text(bytes);
}

ImaEntry only(const Bytes& bytes, ImaListFormat format = {}) {
    ImaList list = decode_ima_list(bytes, format);
    REQUIRE_FALSE(list.broken.has_value());
    REQUIRE(list.entries.size() == 1);
    return list.entries.front();
}

// Whichever way the list is refused, in one piece or byte by byte.
std::string refusal(const Bytes& bytes) {
    const ImaList list = decode_ima_list(bytes);
    REQUIRE(list.broken.has_value());
    ImaListDecoder decoder;
    std::size_t entries = 0;
    for (const std::uint8_t byte : bytes) entries += decoder.feed(ByteView(&byte, 1)).size();
    const auto end = decoder.finish();
    REQUIRE_FALSE(end.has_value());
    CHECK(end.error().message() == list.broken->message());
    CHECK(entries == list.entries.size());
    return list.broken->message();
}

TEST_SUITE("ima_list") {
    TEST_CASE("a recorded list decodes to what the kernel's ASCII list of the same boot says") {
        const ImaList list = decode_ima_list(test::data(captured));
        CHECK_FALSE(list.broken.has_value());
        REQUIRE(list.entries.size() == 216);
        std::string ascii;
        for (const ImaEntry& one : list.entries) {
            REQUIRE(one.fault().empty());
            const auto digest = one.digest();
            REQUIRE(digest.has_value());
            ascii += std::to_string(one.pcr()) + " " + to_hex(one.stored_digest().bytes()) + " " + one.template_name() +
                     " " + std::string(digest->algorithm) + ":" + to_hex(digest->value) + " " + text_of(one.path()) +
                     " " + to_hex(one.signature()) + "\n";
        }
        CHECK(ascii == to_text(test::data("vm-measured-boot/ima/ascii_runtime_measurements")));
    }

    TEST_CASE("a recorded list is the same bytes again when its entries are written") {
        const Bytes bytes = test::data(captured);
        CHECK(ima_bytes(decode_ima_list(bytes).entries) == bytes);
    }

    TEST_CASE("an entry's size is where the next one begins, and none is told before its end has come") {
        Bytes left = test::data(captured);
        for (const ImaEntry& one : decode_ima_list(left).entries) {
            const std::size_t size = ima_entry_size(left).value();
            CHECK(encoded_size(one) == size);
            CHECK(
                ima_bytes(only(Bytes(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size)))) == ima_bytes(one)
            );
            left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size));
        }
        CHECK(left.empty());
        const ImaEntry legacy(
            10, Digest::zero(HashAlg::sha1), "ima", legacy_ima_data(Bytes(20, 2), as_bytes("/init")),
            std::endian::little
        );
        CHECK(ima_entry_size(ima_bytes(legacy)).value() == ima_bytes(legacy).size());
        CHECK(encoded_size(legacy) == ima_bytes(legacy).size());
        const ImaEntry other(10, Digest::zero(HashAlg::sha256), "other", Bytes(7), std::endian::little);
        const std::size_t size = 4 + 32 + 4 + 5 + 4 + 7;
        CHECK(ima_entry_size(ima_bytes(other), {HashAlg::sha256, std::endian::little}).value() == size);
        for (const Bytes& whole : {ima_bytes(legacy), ima_bytes(ima_file("/bin/sh", "a"))}) {
            for (std::size_t cut = 0; cut < whole.size(); ++cut)
                CHECK(ima_entry_size(ByteView(whole).first(cut)).error().code == Errc::truncated);
        }
    }

    TEST_CASE("a list in pieces of any size gives the entries of the whole") {
        const Bytes bytes = test::data(captured);
        for (const std::size_t piece : {1U, 3U, 7U, 64U, 133U, 134U, 4096U}) {
            CAPTURE(piece);
            ImaListDecoder decoder;
            std::vector<ImaEntry> entries;
            for (std::size_t at = 0; at < bytes.size(); at += piece) {
                for (ImaEntry& one : decoder.feed(ByteView(bytes).subspan(at, std::min(piece, bytes.size() - at))))
                    entries.push_back(std::move(one));
            }
            CHECK(decoder.finish().has_value());
            CHECK(ima_bytes(entries) == bytes);
        }
    }

    TEST_CASE("a list cut anywhere gives its whole entries, and says in which one it ends") {
        const Bytes bytes = ima_bytes(
            {ima_file("boot_aggregate", "0"), ima_file("/bin/sh", "a"), test::ima_buffer("kernel_version", {1, 2, 3})}
        );
        const std::size_t first = ima_bytes(ima_file("boot_aggregate", "0")).size();
        const std::size_t second = first + ima_bytes(ima_file("/bin/sh", "a")).size();
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            CAPTURE(size);
            const ImaList list = decode_ima_list(ByteView(bytes).first(size));
            const bool whole = size == 0 || size == first || size == second || size == bytes.size();
            const std::size_t entries = size < first ? 0 : size < second ? 1 : size < bytes.size() ? 2 : 3;
            CHECK(list.entries.size() == entries);
            CHECK(list.broken.has_value() != whole);
            if (list.broken) {
                CHECK(list.broken->code == Errc::truncated);
                CHECK(list.broken->where == "ima_list[" + std::to_string(entries) + "]");
            }
        }
    }

    TEST_CASE("the template ima has a digest without its length and a name without padding; its hash is over both") {
        const Bytes digest(20, 0xaa);
        const Bytes bytes = joined(
            {{10, 0, 0, 0}, Bytes(20, 0x11), {3, 0, 0, 0}, to_bytes("ima"), digest, {5, 0, 0, 0}, to_bytes("/init")}
        );
        const ImaEntry entry = only(bytes);
        CHECK(entry.fault().empty());
        CHECK(to_hex(entry.digest()->value) == to_hex(digest));
        CHECK(entry.digest()->algorithm.empty());
        CHECK(text_of(entry.path()) == "/init");
        CHECK(Bytes(entry.data().begin(), entry.data().end()) == joined({digest, to_bytes("/init"), Bytes(256 - 5)}));
        CHECK(ima_bytes(entry) == bytes);
    }

    TEST_CASE("ima-ng has a digest with its algorithm, and a path") {
        const ImaEntry entry = only(ima_bytes(ima_file("/usr/bin/a_b", "content")));
        CHECK(entry.digest()->algorithm == "sha256");
        CHECK(entry.digest()->type.empty());
        CHECK(to_hex(entry.digest()->value) == to_hex(sha256("content")));
        CHECK(text_of(entry.path()) == "/usr/bin/a_b");
        CHECK_FALSE(entry.field(ImaField::sig).has_value());
        CHECK(entry.signature().empty());
        CHECK_FALSE(entry.has_buffer());
    }

    TEST_CASE("ima-sig has a signature behind it, which may be empty") {
        const Bytes signature{3, 2, 4, 1, 2, 3, 4, 0, 1, 0xff};
        const ImaEntry entry =
            only(ima_bytes(ima_entry("ima-sig", ima_fields({ima_digest_of("x"), ima_name("/x"), signature}))));
        CHECK(to_hex(entry.signature()) == to_hex(signature));
        const ImaEntry without =
            only(ima_bytes(ima_entry("ima-sig", ima_fields({ima_digest_of("x"), ima_name("/x"), {}}))));
        CHECK(without.field(ImaField::sig).has_value());
        CHECK(without.signature().empty());
    }

    TEST_CASE("ima-ngv2 and ima-sigv2 say whether a digest is IMA's or fs-verity's") {
        const Bytes digest = ima_digest("verity:sha256", Bytes(32, 7));
        for (const std::string type : {"ima", "verity"}) {
            const ImaEntry entry = only(ima_bytes(
                ima_entry("ima-ngv2", ima_fields({ima_digest(type + ":sha512", Bytes(64, 7)), ima_name("/v")}))
            ));
            CHECK(entry.digest()->type == type);
            CHECK(entry.digest()->algorithm == "sha512");
        }
        const ImaEntry entry = only(ima_bytes(ima_entry("ima-sigv2", ima_fields({digest, ima_name("/v"), {6, 3}}))));
        CHECK(entry.digest()->type == "verity");
        CHECK(to_hex(entry.signature()) == "0603");
        const ImaEntry unknown =
            only(ima_bytes(ima_entry("ima-ngv2", ima_fields({ima_digest("other:sha256", Bytes(32)), ima_name("/v")}))));
        CHECK(unknown.fault() == "a digest does not name its algorithm");
    }

    TEST_CASE("ima-modsig has the digest of the file without its appended signature, and that signature") {
        const Bytes data = ima_fields(
            {ima_digest_of("module and signature"), ima_name("/m.ko"), {}, ima_digest_of("module"), {0x30, 0x82}}
        );
        const ImaEntry entry = only(ima_bytes(ima_entry("ima-modsig", data)));
        CHECK(to_hex(entry.modsig_digest()->value) == to_hex(sha256("module")));
        CHECK(to_hex(*entry.field(ImaField::modsig)) == "3082");
        const Bytes unsigned_data = ima_fields({ima_digest_of("plain"), ima_name("/m.ko"), {}, {}, {}});
        const ImaEntry plain = only(ima_bytes(ima_entry("ima-modsig", unsigned_data)));
        CHECK(plain.fault().empty());
        CHECK_FALSE(plain.modsig_digest().has_value());
    }

    TEST_CASE("ima-buf has a buffer and what it is called") {
        const ImaEntry entry = only(ima_bytes(test::ima_buffer("kexec-cmdline", to_bytes("quiet"))));
        CHECK(entry.has_buffer());
        CHECK(text_of(*entry.field(ImaField::buf)) == "quiet");
        CHECK(text_of(entry.path()) == "kexec-cmdline");
    }

    TEST_CASE("evm-sig has nine fields, of which the signature is read") {
        const Bytes data = ima_fields(
            {ima_digest_of("x"),
             ima_name("/x"),
             {5, 2},
             ima_name("security.ima"),
             {2, 0, 0, 0},
             {4, 4},
             {0, 0, 0, 0},
             {0, 0, 0, 0},
             {0xed, 0x81}}
        );
        const ImaEntry entry = only(ima_bytes(ima_entry("evm-sig", data)));
        CHECK(entry.fault().empty());
        CHECK(to_hex(entry.signature()) == "0502");
        CHECK(to_hex(*entry.field(ImaField::imode)) == "ed81");
    }

    TEST_CASE("a format of ima_template_fmt= is its own name; one that is not known keeps its data") {
        const Bytes data = ima_fields({ima_digest_of("x"), ima_name("/x"), {0, 0}});
        const ImaEntry custom = only(ima_bytes(ima_entry("d-ng|n-ng|imode", data)));
        CHECK(custom.fault().empty());
        CHECK(text_of(custom.path()) == "/x");
        for (const std::string name :
             {"ima-future", "d-ng|n-ng|", "|d-ng|n-ng", "d-ng|n-ng|n-ng", "d|n|imode", "d-ng|n-ng|new"}) {
            CAPTURE(name);
            const ImaEntry unknown = only(ima_bytes(ima_entry(name, data)));
            CHECK(unknown.fault() == "the template is not known");
            CHECK(unknown.path().empty());
            CHECK(Bytes(unknown.data().begin(), unknown.data().end()) == data);
        }
    }

    TEST_CASE("the name is not hashed: no format makes another field the digest or the name") {
        const Bytes data = ima_fields({ima_digest_of("evil"), ima_name("/evil"), {}, ima_digest_of("good"), {1}});
        CHECK(ima_entry("ima-modsig", data).fault().empty());
        for (const std::string name :
             {"xattrvalues|n-ng|sig|d-ng|modsig", "d-modsig|n-ng|sig|d-ng|modsig", "n-ng|d-ng", "n-ng", "d-ng"}) {
            CAPTURE(name);
            CHECK(ima_entry(name, data).fault() == "the template is not known");
        }
    }

    TEST_CASE("a violation has a digest of zeros in the list, and may have a value shorter than its algorithm's") {
        const Bytes data = ima_fields({ima_digest("sha256", Bytes(20)), ima_name("/var/log/x")});
        const ImaEntry entry =
            only(ima_bytes(ImaEntry(10, Digest::zero(HashAlg::sha1), "ima-ng", data, std::endian::little)));
        CHECK(entry.violation());
        CHECK(entry.fault().empty());
        CHECK(entry.digest()->value.size() == 20);
        CHECK_FALSE(only(ima_bytes(ima_file("/a", "a"))).violation());
    }

    TEST_CASE("a big-endian machine's list, and one with another template digest, are read by parameter") {
        const Bytes data = ima_fields({ima_digest_of("x"), ima_name("/x")}, std::endian::big);
        const ImaEntry big = ima_entry("ima-ng", data, 10, std::endian::big);
        CHECK(text_of(only(ima_bytes(big, std::endian::big), {HashAlg::sha1, std::endian::big}).path()) == "/x");
        CHECK(decode_ima_list(ima_bytes(big, std::endian::big)).broken.has_value());
        const Bytes little = ima_fields({ima_digest_of("x"), ima_name("/x")});
        const ImaEntry wide(10, hash(HashAlg::sha256, little), "ima-ng", little, std::endian::little);
        const ImaEntry read = only(ima_bytes(wide), {HashAlg::sha256, std::endian::little});
        CHECK(read.stored_digest() == hash(HashAlg::sha256, little));
    }

    TEST_CASE("data that is not what its template says is a fault of the entry, and the list goes on") {
        const struct {
            Bytes data;
            std::string_view fault;
        } cases[] = {
            {ima_fields({ima_digest_of("x")}), "a field is longer than the data"},
            {{1, 0}, "a field is longer than the data"},
            {joined({ima_fields({ima_digest_of("x")}), {0xff, 0xff, 0xff, 0xff, 'a', 0}}),
             "a field is longer than the data"},
            {ima_fields({ima_digest_of("x"), ima_name("/x"), {}}), "the data is longer than its fields"},
            {ima_fields({ima_digest_of("x"), to_bytes("/x")}), "a name does not end with its only NUL"},
            {ima_fields({ima_digest_of("x"), {'/', 0, 'x', 0}}), "a name does not end with its only NUL"},
            {ima_fields({ima_digest_of("x"), {}}), "a name does not end with its only NUL"},
            {ima_fields({Bytes(32), ima_name("/x")}), "a digest does not name its algorithm"},
            {ima_fields({to_bytes("sha256:"), ima_name("/x")}), "a digest does not name its algorithm"},
            {ima_fields({ima_digest("SHA256", Bytes(32)), ima_name("/x")}), "a digest does not name its algorithm"},
            {ima_fields({ima_digest("ima:sha256", Bytes(32)), ima_name("/x")}), "a digest does not name its algorithm"},
            {ima_fields({{}, ima_name("/x")}), "a digest does not name its algorithm"},
        };
        for (const auto& [data, fault] : cases) {
            CAPTURE(to_hex(data));
            const ImaList list = decode_ima_list(ima_bytes({ima_entry("ima-ng", data), ima_file("/y", "y")}));
            CHECK_FALSE(list.broken.has_value());
            REQUIRE(list.entries.size() == 2);
            CHECK(list.entries[0].fault() == fault);
            CHECK(list.entries[0].path().empty());
            CHECK_FALSE(list.entries[0].digest().has_value());
            CHECK(list.entries[1].fault().empty());
        }
    }

    TEST_CASE("fields at their limits are read, and one byte more is a fault") {
        const auto entry = [](std::size_t path, std::size_t signature, std::size_t digest) {
            return ima_entry(
                "ima-sig",
                ima_fields({ima_digest("sha512", Bytes(digest)), ima_name(std::string(path, 'p')), Bytes(signature)})
            );
        };
        CHECK(entry(limits::ima_path_bytes, limits::ima_signature_bytes, limits::ima_digest_bytes).fault().empty());
        CHECK(entry(limits::ima_path_bytes + 1, 0, 32).fault() == "a field is longer than its limit");
        CHECK(entry(1, limits::ima_signature_bytes + 1, 32).fault() == "a field is longer than its limit");
        CHECK(entry(1, 0, limits::ima_digest_bytes + 1).fault() == "a digest does not name its algorithm");
        const auto prefixed = [](std::size_t size) {
            const Bytes digest = ima_digest(std::string(size - 1, 'a'), Bytes(32));
            return ima_entry("ima-ng", ima_fields({digest, ima_name("/x")}));
        };
        CHECK(prefixed(limits::ima_digest_prefix_bytes).fault().empty());
        CHECK_FALSE(prefixed(limits::ima_digest_prefix_bytes + 1).fault().empty());
        const auto buffer = [](std::size_t size) { return test::ima_buffer("b", Bytes(size)); };
        CHECK(buffer(limits::ima_buffer_bytes).fault().empty());
        CHECK(buffer(limits::ima_buffer_bytes + 1).fault() == "a field is longer than its limit");
    }

    TEST_CASE("sizes at their limits are read; one beyond ends the list, before its bytes have come") {
        const auto head = [](std::size_t name_size, const std::string& name, std::size_t data_size) {
            return joined(
                {{10, 0, 0, 0}, Bytes(20, 1), test::ima_number(name_size), to_bytes(name), test::ima_number(data_size)}
            );
        };
        const std::string name(limits::ima_template_name_bytes, 't');
        const Bytes data(limits::ima_entry_bytes);
        CHECK(only(joined({head(name.size(), name, data.size()), data})).data().size() == data.size());
        CHECK(refusal(head(name.size() + 1, "", 0)) == "ima_list[0].template_name: of 257 bytes (limit_exceeded)");
        CHECK(refusal(head(0, "", 0)) == "ima_list[0].template_name: of 0 bytes (limit_exceeded)");
        CHECK(
            refusal(head(6, "ima-ng", data.size() + 1)) == "ima_list[0].template_data: of 262145 bytes (limit_exceeded)"
        );
        CHECK(
            refusal(head(6, "ima-ng", 0xffffffff)) == "ima_list[0].template_data: of 4294967295 bytes (limit_exceeded)"
        );
        const Bytes legacy = head(3, "ima", 0);
        const auto with_name = [&legacy](std::size_t size, const Bytes& written) {
            return joined({Bytes(legacy.begin(), legacy.end() - 4), Bytes(20), test::ima_number(size), written});
        };
        CHECK(only(with_name(255, Bytes(255, 'n'))).path().size() == 255);
        CHECK(refusal(with_name(256, Bytes(256, 'n'))) == "ima_list[0].name: of 256 bytes (limit_exceeded)");
        CHECK(refusal(with_name(3, {'a', 0, 'b'})) == "ima_list[0].name: has a NUL in it (bad_value)");
        CHECK(
            refusal(joined({ima_bytes(ima_file("/a", "a")), {24, 0, 0, 0}})) ==
            "ima_list[1].pcr: 24 is no PCR (bad_value)"
        );
    }

    TEST_CASE("as many entries as a document holds are read, and one more ends the list") {
        const Bytes one = ima_bytes(ima_entry("x", {}));
        Bytes many;
        for (std::size_t i = 0; i < limits::ima_entries; ++i) many.insert(many.end(), one.begin(), one.end());
        ImaListDecoder decoder;
        CHECK(decoder.feed(many).size() == limits::ima_entries);
        CHECK(decoder.finish().has_value());
        CHECK(decoder.feed(one).empty());
        CHECK(decoder.broken()->code == Errc::limit_exceeded);
        CHECK(decoder.feed(one).empty());
    }
}

}  // namespace
}  // namespace assay
