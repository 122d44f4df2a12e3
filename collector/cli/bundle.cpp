// assay bundle: a device's report bundle as a file. docs/BUNDLE.md.

#include "base/text.hpp"
#include "collector/cli/collector.hpp"
#include "collector/cli/online.hpp"

#include <fmt/format.h>

namespace assay::cli {

Exit run(const FetchBundle& command, const Context& context) {
    const auto device = device_id(context, command.device);
    if (!device) return complain(context, device.error());
    const auto bundle =
        ask_bytes(context, {.path = "/v1/devices/" + escaped(*device) + "/bundle", .query = {}, .body = {}});
    if (!bundle) return complain(context, bundle.error());
    if (command.out == "-") {
        context.out(*bundle);
        return Exit::done;
    }
    if (const auto written = context.create_file(command.out, *bundle); !written) {
        return complain(context, written.error());
    }
    context.err(fmt::format(
        "{}: {} bytes. `assay verify {} --ca PIN` judges it anew.\n", printable(command.out), bundle->size(),
        printable(command.out)
    ));
    return Exit::done;
}

}  // namespace assay::cli
