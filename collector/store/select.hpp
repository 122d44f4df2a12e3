#pragma once
// A query that is put together: what is read, the conditions that a filter asks for, the order. Its text is made of
// literals of the program alone, so what a client says can only ever be bound. A condition that nobody asked for is not
// in the text, so the database sees which index fits the rest.
//
//     Select query{"select ", item_columns, " from items i"};
//     query.where("i.item > $after", {{"$after", after}}).where_if("i.state = $state", "$state", filter.state);
//     return every_row(db.query(query.then({" order by i.item"}).limit(100)), ...);

#include "collector/store/database.hpp"

#include <span>

namespace assay::store {

using SqlTexts = std::vector<Sql>;

class Select {
  public:
    Select(std::initializer_list<Sql> texts) {
        for (const Sql text : texts) add(text);
    }

    // Every condition must hold. Each condition comes with the parameters that it names: what several name has one
    // value and is bound once. What a parameter's view looks at must live until the query was run.
    Select& where(Sql condition, Params params = {});
    Select& where(const SqlTexts& condition, Params params = {});
    template <class T>
    Select& where_if(Sql condition, const char* name, const std::optional<T>& value) {
        if (value) where(condition, {{name, *value}});
        return *this;
    }
    // What follows the conditions: groups, order. Or a query inside this one.
    Select& then(const SqlTexts& texts, Params params = {});
    Select& nest(const Select& inner);
    Select& limit(std::size_t rows);

    const std::string& text() const { return text_; }
    std::span<const Param> params() const { return params_; }

  private:
    void add(Sql text) { text_ += text.text(); }
    void bind(std::span<const Param> params);
    std::string text_;
    std::vector<Param> params_;
    bool has_condition_ = false;
};

}  // namespace assay::store
