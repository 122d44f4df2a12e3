#pragma once
// Writes canonical JSON (what json::canonical gives) straight to text, for messages that are written often: no value is
// built first, so the caller names the keys in their order.
//
//     json::Writer w;
//     w.object().key("a").number(1).key("b").array().text("x").end().end();
//     return w.take();   // {"a":1,"b":["x"]}

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::json {

// Appends the text as JSON writes it, quotes included: only what must be escaped is. UTF-8 is passed on unchecked.
void append_text(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t number);

class Writer {
  public:
    // `expected`: about how many bytes come.
    explicit Writer(std::size_t expected = 256) { out_.reserve(expected); }
    Writer& object();
    Writer& array();
    Writer& end();  // of the object or array that was opened last
    // Throws std::logic_error outside an object, and when the key does not come after the last one by its bytes.
    Writer& key(std::string_view key);
    Writer& text(std::string_view text);
    Writer& number(std::int64_t number);
    Writer& boolean(bool value);
    // REQUIRES: everything was ended.
    std::string take();

  private:
    struct Open {
        bool is_object = false;
        bool empty = true;
        std::string last_key = {};
    };
    void separate();  // from the value before, in an array
    std::string out_;
    std::vector<Open> open_;
};

}  // namespace assay::json
