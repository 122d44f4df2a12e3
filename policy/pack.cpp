#include "policy/pack.hpp"

namespace assay::policy {

std::string_view name(LinkKind kind) {
    return kind == LinkKind::subsidiary ? "subsidiary" : "affiliate";
}

std::string_view name(Confidence confidence) {
    return confidence == Confidence::registered ? "registered" : "observed";
}

std::string_view name(Inheritance inheritance) {
    switch (inheritance) {
        case Inheritance::none: return "none";
        case Inheritance::subsidiaries: return "subsidiaries";
        case Inheritance::subsidiaries_and_affiliates: return "subsidiaries_and_affiliates";
    }
    return "none";
}

std::string_view name(Action action) {
    switch (action) {
        case Action::inform: return "inform";
        case Action::no_new_purchase: return "no_new_purchase";
        case Action::review: return "review";
        case Action::remove_by: return "remove_by";
    }
    return "inform";
}

Error placed_error(const Pack& pack, toml::Position at, Errc code, std::string_view field, std::string what) {
    std::string where = pack.file;
    if (at.line > 0) where += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    return Error{code, where + ": " + std::string(field), std::move(what)};
}

}  // namespace assay::policy
