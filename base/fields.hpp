#pragma once
// Reads one object of a JSON or TOML document strictly: every key has a type, a limit and a name in the error; a key
// that nobody asked for is refused, with the nearest right one. Reads are sticky: after the first error every
// read yields a default, and the caller asks once, with finish().
//
//     Fields f(value, "statement");
//     out.sequence = f.number("sequence", 0, json::max_integer);
//     out.agent = f.text("agent", 64);
//     CHECK_OK(f.finish());
//
// Fields of nested objects share the outer one's error: child = f.object("agent"); ... f.finish() asks for all.

#include "base/crypto/hash.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

class Fields {
  public:
    // `value` must outlive the Fields. Not an object: an error at finish().
    Fields(const json::Value& value, std::string path);

    bool has(std::string_view key) const;  // present and not null

    // Text of 1 to max_bytes bytes, or 0 to max_bytes with text_or_empty. No control characters.
    std::string text(std::string_view key, std::size_t max_bytes);
    std::string text_or_empty(std::string_view key, std::size_t max_bytes);
    std::optional<std::string> text_if(std::string_view key, std::size_t max_bytes);  // absent or null: nullopt
    // One of a list of words; the list stands in the error.
    std::string one_of(std::string_view key, std::initializer_list<std::string_view> words);
    std::int64_t number(std::string_view key, std::int64_t min, std::int64_t max);
    std::optional<std::int64_t> number_if(std::string_view key, std::int64_t min, std::int64_t max);
    bool boolean(std::string_view key);
    std::optional<bool> boolean_if(std::string_view key);
    Bytes base64url(std::string_view key, std::size_t max_bytes);
    std::optional<Bytes> base64url_if(std::string_view key, std::size_t max_bytes);
    Sha256 hex32(std::string_view key);
    std::optional<Sha256> hex32_if(std::string_view key);
    std::optional<Date> date_if(std::string_view key);
    std::vector<std::string> texts(
        std::string_view key, std::size_t max_count, std::size_t max_bytes
    );                                                                            // absent: empty
    Fields object(std::string_view key);                                          // required
    std::optional<Fields> object_if(std::string_view key);                        // absent or null: nullopt
    std::vector<Fields> objects(std::string_view key, std::size_t max_count);     // required array of objects
    std::vector<Fields> objects_if(std::string_view key, std::size_t max_count);  // absent: empty
    const json::Value* any(std::string_view key);  // marks the key as read; nullptr when absent
    std::vector<std::string> keys() const;         // of an object that is a map; mark them read by asking

    void refuse(Errc code, std::string_view key, std::string what);  // the first one stands
    bool failed() const;
    std::string path() const;

    // The first error of this object or of one inside it; else unknown_field when a key of any of them was not read.
    Result<void> finish();

  private:
    struct Shared;  // the first error, and every object opened, in order
    struct Node;
    Fields(const json::Value& value, std::string name, const Node* parent, std::shared_ptr<Shared> shared);
    const json::Value* find(std::string_view key);
    const json::Value* need(std::string_view key);
    // text_or_empty() within the document; empty after an error.
    std::string_view view(std::string_view key, std::size_t max_bytes);
    std::string at(std::string_view key) const;

    std::shared_ptr<Shared> shared_;
    Node* node_ = nullptr;
};

}  // namespace assay
