#include "collector/store/select.hpp"

namespace assay::store {

Select& Select::where(Sql condition, Params params) {
    return where({condition}, params);
}

Select& Select::where(std::initializer_list<Sql> condition, Params params) {
    add(has_condition_ ? Sql(" and (") : Sql(" where ("));
    for (const Sql part : condition) add(part);
    add(")");
    has_condition_ = true;
    params_.insert(params_.end(), params.begin(), params.end());
    return *this;
}

Select& Select::then(Sql text) {
    add(text);
    return *this;
}

Select& Select::limit(std::size_t rows) {
    params_.emplace_back("$limit", rows);
    return then(" limit $limit");
}

}  // namespace assay::store
