// Records of the kernel's log: a file that is told came out of the record and is short enough to be kept, and a log of
// such records is a memory that reads back.

#include "agent/kernel/kernel_log.hpp"
#include "agent/kernel/log_record.hpp"
#include "agent/sources/firmware_memory.hpp"
#include "evidence/limits.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    using namespace assay::agent;
    std::string_view rest = as_text({data, size});
    if (const auto memory = decode_firmware_memory(rest)) {
        REQUIRE_ALWAYS(decode_firmware_memory(encode_firmware_memory(*memory)).value() == *memory);
    }
    const auto record = decode_log_record(rest);
    if (record && record->firmware) REQUIRE_ALWAYS(record->firmware->file.size() <= limits::text_bytes);
    // A form feed ends a record here: the kernel never writes one.
    const auto log = gather_firmware_lines([&rest]() -> Result<std::string_view> {
        if (rest.empty()) return fail(Errc::not_found, "log", "at its end");
        const std::string_view one = rest.substr(0, rest.find('\f'));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        return one;
    });
    if (!log || log->next > (std::uint64_t{1} << 53U)) return 0;
    REQUIRE_ALWAYS(std::ranges::is_sorted(log->lines));
    REQUIRE_ALWAYS(decode_firmware_memory(encode_firmware_memory({"boot", *log})).value().log == *log);
    return 0;
}
