#include "agent/sources/flash_content.hpp"

#include "agent/sources/flash_regions.hpp"
#include "evidence/hardware/flash_descriptor.hpp"

namespace assay::agent {
namespace {

constexpr const char* left_out = "left out by [scan] flash";

class ContentReader {
  public:
    ContentReader(const View& view, FlashContents choice) : view_(view), choice_(choice), asks_(!view.replayed()) {}

    Found read() {
        const auto found = flash_devices(view_, account_);
        if (!found) {
            if (found.error().code == Errc::not_found) return absent("no sys/class/mtd");
            account_.failed(found.error());
            return account_.finish();
        }
        for (const FlashDevice& one : *found) {
            if (!one.divided) device(one);
        }
        // Where nothing was read there is nothing to say of what was not, either.
        if (!read_any_ && !account_.has_failed()) return absent("no flash whose contents are read");
        account_.found.additions = std::move(additions_);
        return account_.finish();
    }

  private:
    // As the machine itself would say: where it was left out, nobody looked.
    Found absent(const char* why) { return account_.absent(choice_ == FlashContents::off ? left_out : why); }

    void device(const FlashDevice& device) {
        Component addition;
        addition.kind = ComponentKind::flash;
        addition.key = device.key;
        if (!with_descriptor(device, addition)) {
            region("content", {device.name, 0, device.size.value_or(0)}, plan_flash(device), addition);
        }
        if (!addition.firmware.empty()) additions_.push_back(std::move(addition));
    }

    // Whether the device begins with a descriptor, of which then each region is told.
    bool with_descriptor(const FlashDevice& device, Component& addition) {
        if (!may_have_descriptor(device)) return false;
        const std::string file = flash_file(device.name);
        const auto head = asks_ ? view_.kernel().flash_head(device.name, *device.size, view_.stop())
                                : view_.read(file, flash_head_bytes);
        if (!head && head.error().code == Errc::not_found) return false;
        read_any_ = true;
        if (!head) {
            account_.failed({head.error().code, file, head.error().what});
            return false;
        }
        if (!flash::has_descriptor(as_bytes(*head))) return false;
        const auto regions = flash::decode_flash_descriptor(as_bytes(*head), *device.size);
        if (!regions) {
            account_.failed({regions.error().code, file, regions.error().message()});
            add(addition, "regions", Reading::unreadable(std::string(word(regions.error().code))), std::nullopt);
            return true;
        }
        for (const flash::Region& one : *regions) {
            region(
                "region." + flash::region_name(one.number), {device.name, one.offset, one.size}, plan_of(one), addition
            );
        }
        return true;
    }

    static FlashPlan plan_of(const flash::Region& region) {
        if (const char* why = flash::region_left_out(region.number)) return {why};
        if (region.size > max_flash_region) return {"not hashed: longer than 64 MiB"};
        const bool bios = flash::region_name(region.number).starts_with("bios");
        return {nullptr, bios ? FlashHash::volumes : FlashHash::bytes};
    }

    void region(const std::string& name, const FlashRange& range, const FlashPlan& plan, Component& addition) {
        if (plan.left_out != nullptr) return add(addition, name, Reading::unreadable(plan.left_out), std::nullopt);
        const std::string file = flash_file(range, plan.what);
        const auto digest =
            asks_ ? view_.kernel().flash_digest(range, plan.what, view_.stop()) : view_.digest(file, max_flash_region);
        const bool none = !digest && digest.error().code == Errc::not_found;
        // The machine itself was read to its end to say so; of a captured tree nobody may have asked.
        if (asks_ || !none) read_any_ = true;
        if (plan.what == FlashHash::volumes && (none || (digest && digest->size == 0)))
            return add(addition, name, Reading::unreadable("not hashed: no firmware volumes in it"), std::nullopt);
        if (none) return;
        if (digest) return add(addition, name, {}, digest->sha256);
        account_.failed({digest.error().code, file, digest.error().what});
        add(addition, name, Reading::unreadable(std::string(word(digest.error().code))), std::nullopt);
    }

    static void add(Component& addition, std::string name, Reading version, std::optional<Sha256> hash) {
        addition.firmware.push_back({std::move(name), std::move(version), hash, "mtd"});
    }

    const View& view_;
    FlashContents choice_;
    bool asks_;  // the kernel, else the files of a captured tree
    Account account_{"flash_content"};
    std::vector<Component> additions_;
    bool read_any_ = false;
};

}  // namespace

Found read_flash_contents(const View& view, const ScanChoices& choices) {
    if (!view.replayed() && choices.flash == FlashContents::off) return Account("flash_content").absent(left_out);
    return ContentReader(view, choices.flash).read();
}

}  // namespace assay::agent
