#include "base/json.hpp"

#include "base/json_writer.hpp"
#include "base/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace assay::json {
namespace {

namespace bj = boost::json;

// The keys of the objects that are open, to find one that stands twice.
class OpenKeys {
  public:
    void open() { objects_.push_back(keys_.size()); }
    void part(std::string_view text) { text_ += text; }
    void end() {
        keys_.push_back({begin_, text_.size() - begin_});
        begin_ = text_.size();
    }

    // Of the object opened last: the first key, by its bytes, that stands twice.
    std::optional<std::string> close() {
        const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(objects_.back());
        objects_.pop_back();
        const auto key = [this](const Key& one) { return std::string_view(text_).substr(one.at, one.size); };
        std::optional<std::string> out;
        if (first != keys_.end()) {
            const std::size_t text_before = first->at;
            std::ranges::sort(first, keys_.end(), {}, key);
            const auto twice = std::ranges::adjacent_find(first, keys_.end(), {}, key);
            if (twice != keys_.end()) out = key(*twice);
            keys_.erase(first, keys_.end());
            text_.resize(text_before);
            begin_ = text_before;
        }
        return out;
    }

  private:
    struct Key {
        std::size_t at;
        std::size_t size;
    };
    std::string text_;       // of all of them, one after the other
    std::size_t begin_ = 0;  // of the key that is being read
    std::vector<Key> keys_;
    std::vector<std::size_t> objects_;  // where the keys of each begin
};

// Builds the value and refuses what boost::json::parse would let pass.
struct StrictHandler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = 4096;
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    explicit StrictHandler(const Limits& the_limits)
        : limits(the_limits), stack(bj::storage_ptr(), scratch.data(), scratch.size()) {}

    bool refuse(Errc code, std::string what, bj::error_code& ec) {
        if (error.what.empty()) error = Error{code, "", std::move(what)};
        ec = bj::make_error_code(bj::error::syntax);
        return false;
    }
    bool count(bj::error_code& ec) {
        if (++values > limits.max_values) return refuse(Errc::limit_exceeded, "more values than allowed", ec);
        return true;
    }

    bool on_document_begin(bj::error_code&) { return true; }
    bool on_document_end(bj::error_code&) { return true; }
    bool on_object_begin(bj::error_code&) {
        keys.open();
        return true;
    }
    bool on_object_end(std::size_t n, bj::error_code& ec) {
        if (const auto twice = keys.close()) {
            return refuse(Errc::duplicate_key, "the key \"" + *twice + "\" stands twice", ec);
        }
        stack.push_object(n);
        return count(ec);
    }
    bool on_array_begin(bj::error_code&) { return true; }
    bool on_array_end(std::size_t n, bj::error_code& ec) {
        stack.push_array(n);
        return count(ec);
    }
    bool on_key_part(bj::string_view s, std::size_t, bj::error_code&) {
        stack.push_chars(s);
        keys.part(s);
        return true;
    }
    bool on_key(bj::string_view s, std::size_t, bj::error_code&) {
        stack.push_key(s);
        keys.part(s);
        keys.end();
        return true;
    }
    bool on_string_part(bj::string_view s, std::size_t, bj::error_code&) {
        stack.push_chars(s);
        return true;
    }
    bool on_string(bj::string_view s, std::size_t, bj::error_code& ec) {
        stack.push_string(s);
        return count(ec);
    }
    bool on_number_part(bj::string_view, bj::error_code&) { return true; }
    bool on_int64(std::int64_t i, bj::string_view, bj::error_code& ec) {
        if (i > max_integer || i < -max_integer) return refuse(Errc::out_of_range, "an integer beyond 2^53-1", ec);
        stack.push_int64(i);
        return count(ec);
    }
    bool on_uint64(std::uint64_t u, bj::string_view, bj::error_code& ec) {
        if (u > static_cast<std::uint64_t>(max_integer))
            return refuse(Errc::out_of_range, "an integer beyond 2^53-1", ec);
        stack.push_int64(static_cast<std::int64_t>(u));
        return count(ec);
    }
    bool on_double(double, bj::string_view, bj::error_code& ec) {
        return refuse(Errc::out_of_range, "a number that is no integer within 2^53-1", ec);
    }
    bool on_bool(bool b, bj::error_code& ec) {
        stack.push_bool(b);
        return count(ec);
    }
    bool on_null(bj::error_code& ec) {
        stack.push_null();
        return count(ec);
    }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }

    const Limits& limits;
    std::array<unsigned char, 1024> scratch;  // for the stack's first values
    bj::value_stack stack;
    std::size_t values = 0;
    OpenKeys keys;
    Error error;
};

void write_canonical(const Value& value, std::string& out);

void write_canonical(const Object& object, std::string& out) {
    const auto key = [](const Object::value_type* member) { return member->key(); };
    std::vector<const Object::value_type*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    if (!std::ranges::is_sorted(members, {}, key)) std::ranges::sort(members, {}, key);
    out += '{';
    for (const auto* member : members) {
        if (member != members.front()) out += ',';
        append_text(out, member->key());
        out += ':';
        write_canonical(member->value(), out);
    }
    out += '}';
}

void write_canonical(const Value& value, std::string& out) {
    if (const auto* object = value.if_object()) {
        write_canonical(*object, out);
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            write_canonical((*array)[i], out);
        }
        out += ']';
    } else if (const auto* text = value.if_string()) {
        append_text(out, *text);
    } else if (const auto* number = value.if_int64()) {
        append_number(out, *number);
    } else {
        out += bj::serialize(value);
    }
}

void write_pretty(const Value& value, std::string& out, const std::string& indent) {
    const std::string deeper = indent + "  ";
    if (const Object* object = value.if_object(); object != nullptr && !object->empty()) {
        out += "{\n";
        bool first = true;
        for (const auto& member : *object) {
            if (!first) out += ",\n";
            first = false;
            out += deeper + bj::serialize(Value(member.key())) + ": ";
            write_pretty(member.value(), out, deeper);
        }
        out += "\n" + indent + "}";
    } else if (const Array* array = value.if_array(); array != nullptr && !array->empty()) {
        out += "[\n";
        bool first = true;
        for (const Value& item : *array) {
            if (!first) out += ",\n";
            first = false;
            out += deeper;
            write_pretty(item, out, deeper);
        }
        out += "\n" + indent + "]";
    } else {
        out += bj::serialize(value);
    }
}

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits, std::string_view where) {
    if (text.size() > limits.max_bytes) {
        return fail(
            Errc::limit_exceeded, std::string(where), "longer than " + std::to_string(limits.max_bytes) + " bytes"
        );
    }
    bj::parse_options options;
    options.max_depth = limits.max_depth;
    bj::basic_parser<StrictHandler> parser(options, limits);
    // All of the value's memory in a few pieces, given back in one go with it.
    const std::size_t first_piece = std::clamp<std::size_t>(2 * text.size(), 512, 64U << 10U);
    parser.handler().stack.reset(bj::make_shared_resource<bj::monotonic_resource>(first_piece));
    bj::error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    Error& refused = parser.handler().error;
    if (!refused.what.empty()) {
        refused.where = std::string(where);
        return fail(std::move(refused));
    }
    if (ec == bj::error::too_deep) {
        return fail(Errc::limit_exceeded, std::string(where), "nested deeper than " + std::to_string(limits.max_depth));
    }
    if (ec)
        return fail(
            Errc::bad_encoding, std::string(where), "not JSON at byte " + std::to_string(used) + ": " + ec.message()
        );
    if (text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
        return fail(Errc::trailing_bytes, std::string(where), "text after the value, at byte " + std::to_string(used));
    }
    return parser.handler().stack.release();
}

std::string canonical(const Value& value) {
    std::string out;
    write_canonical(value, out);
    return out;
}

std::string compact(const Value& value) {
    return bj::serialize(value);
}

std::string pretty(const Value& value) {
    std::string out;
    write_pretty(value, out, "");
    return printable_json(out) + "\n";
}

}  // namespace assay::json
