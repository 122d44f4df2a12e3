// Documents of a device's last report as they were given: its kernel modules, its firmware files.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/store/reports.hpp"
#include "evidence/limits.hpp"

namespace assay::api {
namespace {

// {"<member>": the document, or null when the device's last report names none}
net::Response shown(
    const OperatorContext& context, const OperatorRequest& request, DocumentKind kind, std::string_view member
) {
    const auto show = [&context, &request, kind, member]() -> Result<json::Object> {
        CHECK_OK(no_parameters(request.http.query));
        TRY(const DeviceId id, device_of(request));
        return context.store.read([&id, kind, member](store::Database& db) -> Result<json::Object> {
            if (!store::find_device(db, id)) return no_device(id);
            const auto body = store::current_document(db, id, kind);
            if (!body) return json::Object{{member, nullptr}};
            auto value = json::parse(
                as_text(*body),
                {.max_bytes = limits::document_bytes, .max_depth = limits::json_depth, .max_values = limits::json_values
                }
            );
            if (!value) throw store::DatabaseBroken("a stored document cannot be read");
            return json::Object{{member, *std::move(value)}};
        });
    };
    return answer(show());
}

}  // namespace

net::Response get_device_modules(const OperatorContext& context, const OperatorRequest& request) {
    return shown(context, request, DocumentKind::modules, "modules");
}

net::Response get_device_firmware(const OperatorContext& context, const OperatorRequest& request) {
    return shown(context, request, DocumentKind::firmware_manifest, "firmware_manifest");
}

}  // namespace assay::api
