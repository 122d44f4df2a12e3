#pragma once
// A device that boots with an event log and measures what runs, for tests that then break one thing of it.

#include "collector/verifier/boot/learn_reference.hpp"
#include "tests/collector/verifier/report_scene.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/ima_bytes.hpp"
#include "tests/support/named_firmware.hpp"

#include <string>
#include <utility>
#include <vector>

namespace assay::test {

class MeasuredScene {
  public:
    MeasuredScene()
        : scene(AkKind::ecc_p256_sha256, select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})) {
        log.event(0, EventType::s_crtm_version, std::string_view("1.2"));
        log.event(4, EventType::efi_action, std::string_view("loader"));
        log.separators();
        log.event(
            8, EventType::ipl, as_bytes(std::string_view("kernel_cmdline: /vmlinuz ima_policy=tcb\0", 40)),
            as_bytes(std::string_view("/vmlinuz ima_policy=tcb"))
        );
        log.event(9, EventType::ipl, std::string_view("/vmlinuz"));
        boot();
        entries.push_back(aggregate());
        list();
        scene.inventory.components = named_firmware("1.2");
        normalise(scene.inventory);
    }

    // The PCRs as the log leaves them.
    void boot() {
        const auto decoded = decode_event_log(log.bytes());
        const Replay replayed = replay(*decoded).value();
        for (unsigned i = 0; i < 14; ++i) {
            if (i != 10) put(i, replayed.bank(HashAlg::sha256)->value(*PcrIndex::from(i)));
        }
    }
    // PCR 10 as the whole list leaves it.
    void list() { put(10, list_value(entries.size())); }
    Digest list_value(std::size_t count) const {
        ImaReplay out = start_replay(HashAlg::sha256);
        extend(out, std::span(entries).first(count), ImaExtension::own_hash);
        return out.value;
    }
    void put(unsigned index, const Digest& value) {
        scene.values[HashAlg::sha256].insert_or_assign(*PcrIndex::from(index), value);
    }
    void extend_pcr(unsigned index) {
        const Digest& value = scene.values[HashAlg::sha256].at(*PcrIndex::from(index));
        put(index, hash(HashAlg::sha256, {value.bytes(), hash(HashAlg::sha256, as_bytes("later")).bytes()}));
    }
    ImaEntry aggregate() const {
        Hasher hasher(HashAlg::sha256);
        for (unsigned i = 0; i < 10; ++i)
            hasher.update(scene.values.at(HashAlg::sha256).at(*PcrIndex::from(i)).bytes());
        return ima_entry(
            "ima-ng", ima_fields({ima_digest("sha256", hasher.finish().bytes()), ima_name("boot_aggregate")})
        );
    }

    // A report that names the log, and of the list `count` entries from `first` on, the rest as its tail.
    Facts facts(std::uint64_t first, std::size_t count) {
        scene.name_documents();
        add(DocumentKind::event_log, log.bytes());
        segment = ima_bytes(std::vector(
            entries.begin() + static_cast<std::ptrdiff_t>(first),
            entries.begin() + static_cast<std::ptrdiff_t>(first + count)
        ));
        scene.statement.ima = ImaSpan{"boot", first, count, more};
        if (count > 0) add(DocumentKind::ima, segment);
        Report report = scene.report();
        report.ima_tail =
            tail.empty()
                ? ima_bytes(std::vector(entries.begin() + static_cast<std::ptrdiff_t>(first + count), entries.end()))
                : tail;
        auto verified = std::get<VerifiedQuote>(scene.verify(report));
        return establish_facts(replay_log(std::move(verified), given), {}, {}, scene.uploads(), scene.now).value();
    }
    Facts facts() { return facts(0, entries.size()); }

    // What an operator approved of this boot.
    BootReference reference() {
        BootReference out = learn_reference(facts().log().measured({"Acme", "R7", "1.2"}), "Acme R7");
        return out;
    }

    ReportScene scene;
    LogBytes log{std::vector{HashAlg::sha256}};
    std::shared_ptr<const BootLog> given = nullptr;  // set by use_log()
    std::vector<ImaEntry> entries;
    Bytes segment;
    Bytes tail;  // in place of the entries behind the segment
    bool more = false;

    void use_log() { given = read_boot_log(log.bytes()); }

  private:
    void add(DocumentKind kind, const Bytes& bytes) {
        scene.documents[kind] = bytes;
        scene.statement.documents.push_back({kind, sha256(bytes), bytes.size()});
    }
};

}  // namespace assay::test
