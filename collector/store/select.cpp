#include "collector/store/select.hpp"

#include <algorithm>

namespace assay::store {

void Select::bind(std::span<const Param> params) {
    for (const Param& param : params) {
        const auto same = [&param](const Param& known) { return std::string_view(known.name) == param.name; };
        if (std::ranges::none_of(params_, same)) params_.push_back(param);
    }
}

Select& Select::where(Sql condition, Params params) {
    return where(SqlTexts{condition}, params);
}

Select& Select::where(const SqlTexts& condition, Params params) {
    add(has_condition_ ? Sql(" and (") : Sql(" where ("));
    has_condition_ = true;
    then(condition, params);
    add(")");
    return *this;
}

Select& Select::then(const SqlTexts& texts, Params params) {
    for (const Sql text : texts) add(text);
    bind({params});
    return *this;
}

Select& Select::nest(const Select& inner) {
    text_ += inner.text_;
    bind(inner.params_);
    return *this;
}

Select& Select::limit(std::size_t rows) {
    return then({" limit $limit"}, {{"$limit", rows}});
}

}  // namespace assay::store
