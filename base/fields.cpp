#include "base/fields.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <list>
#include <vector>

namespace assay {

struct Fields::Node {
    const json::Object* object = nullptr;
    std::string name;                 // within its parent: "agent", "documents[0]"; the whole path where there is none
    const Node* parent = nullptr;     // lives as long
    std::vector<bool> read;           // by the member's place: somebody asked for it
    std::vector<std::string> absent;  // asked for, and not there

    std::string path() const {
        if (parent == nullptr) return name;
        const std::string above = parent->path();
        return above.empty() ? name : above + "." + name;
    }

    // Where a person wrote a required key almost right, the key that is there says more than the one that is not. Only
    // in what a person may have written: a stranger's many or long keys are compared with nothing.
    std::string misspelt(std::string_view key) const {
        constexpr std::size_t keys_at_most = 64;
        if (object == nullptr || object->size() > keys_at_most) return "";
        std::size_t place = 0;
        for (const auto& member : *object) {
            const std::string_view there = member.key();
            if (read[place++] || there.size() > 2 * key.size()) continue;
            if (edit_distance(there, key) <= 1 + key.size() / 8) return "; is \"" + printable(there) + "\" meant?";
        }
        return "";
    }
};

struct Fields::Shared {
    std::optional<Error> error;
    std::list<Node> nodes;
};

Fields::Fields(const json::Value& value, std::string path)
    : Fields(value, std::move(path), nullptr, std::make_shared<Shared>()) {}

Fields::Fields(const json::Value& value, std::string name, const Node* parent, std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)) {
    const json::Object* object = value.if_object();
    shared_->nodes.push_back(
        Node{object, std::move(name), parent, std::vector<bool>(object == nullptr ? 0 : object->size()), {}}
    );
    node_ = &shared_->nodes.back();
    if (object == nullptr) refuse(Errc::wrong_type, "", "expected an object");
}

std::string Fields::path() const {
    return node_->path();
}

std::string Fields::at(std::string_view key) const {
    std::string path = node_->path();
    if (key.empty()) return path;
    return path.empty() ? std::string(key) : path + "." + std::string(key);
}

void Fields::refuse(Errc code, std::string_view key, std::string what) {
    if (!shared_->error) shared_->error = Error{code, at(key), std::move(what)};
}

bool Fields::failed() const {
    return shared_->error.has_value();
}

const json::Value* Fields::find(std::string_view key) {
    if (failed() || node_->object == nullptr) return nullptr;
    const auto member = node_->object->find(key);
    if (member == node_->object->end()) {
        node_->absent.emplace_back(key);
        return nullptr;
    }
    node_->read[static_cast<std::size_t>(member - node_->object->begin())] = true;
    return member->value().is_null() ? nullptr : &member->value();
}

const json::Value* Fields::need(std::string_view key) {
    const json::Value* value = find(key);
    if (value == nullptr) refuse(Errc::missing_field, key, "missing" + node_->misspelt(key));
    return value;
}

bool Fields::has(std::string_view key) const {
    if (node_->object == nullptr) return false;
    const json::Value* value = node_->object->if_contains(key);
    return value != nullptr && !value->is_null();
}

const json::Value* Fields::any(std::string_view key) {
    return find(key);
}

std::vector<std::string> Fields::keys() const {
    std::vector<std::string> out;
    if (node_->object == nullptr) return out;
    for (const auto& member : *node_->object) out.emplace_back(member.key());
    return out;
}

std::string_view Fields::view(std::string_view key, std::size_t max_bytes) {
    const json::Value* value = need(key);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        refuse(Errc::wrong_type, key, "expected text");
        return {};
    }
    const std::string_view text = value->get_string();
    if (text.size() > max_bytes) {
        refuse(Errc::limit_exceeded, key, "longer than " + std::to_string(max_bytes) + " bytes");
        return {};
    }
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(text, control)) {
        refuse(Errc::bad_value, key, "holds a control character");
        return {};
    }
    return text;
}

std::string Fields::text_or_empty(std::string_view key, std::size_t max_bytes) {
    return std::string(view(key, max_bytes));
}

std::string Fields::text(std::string_view key, std::size_t max_bytes) {
    std::string out = text_or_empty(key, max_bytes);
    if (out.empty()) refuse(Errc::bad_value, key, "is empty");
    return out;
}

std::optional<std::string> Fields::text_if(std::string_view key, std::size_t max_bytes) {
    if (find(key) == nullptr) return std::nullopt;
    return text_or_empty(key, max_bytes);
}

std::string Fields::one_of(std::string_view key, std::initializer_list<std::string_view> words) {
    std::string out = text(key, 64);
    if (!failed() && std::ranges::find(words, out) == words.end()) {
        std::string list;
        for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
        refuse(Errc::bad_value, key, "is none of: " + list);
    }
    return out;
}

std::int64_t Fields::number(std::string_view key, std::int64_t min, std::int64_t max) {
    const json::Value* value = need(key);
    if (value == nullptr) return min;
    if (!value->is_int64()) {
        refuse(Errc::wrong_type, key, "expected an integer");
        return min;
    }
    const std::int64_t number = value->get_int64();
    if (number < min || number > max) {
        refuse(Errc::out_of_range, key, "not from " + std::to_string(min) + " to " + std::to_string(max));
        return min;
    }
    return number;
}

std::optional<std::int64_t> Fields::number_if(std::string_view key, std::int64_t min, std::int64_t max) {
    if (find(key) == nullptr) return std::nullopt;
    return number(key, min, max);
}

bool Fields::boolean(std::string_view key) {
    const json::Value* value = need(key);
    if (value == nullptr) return false;
    if (!value->is_bool()) {
        refuse(Errc::wrong_type, key, "expected true or false");
        return false;
    }
    return value->get_bool();
}

std::optional<bool> Fields::boolean_if(std::string_view key) {
    if (find(key) == nullptr) return std::nullopt;
    return boolean(key);
}

Bytes Fields::base64url(std::string_view key, std::size_t max_bytes) {
    auto bytes = from_base64url(view(key, max_bytes * 4 / 3 + 4));
    if (!bytes) {
        refuse(bytes.error().code, key, bytes.error().what);
        return {};
    }
    if (bytes->size() > max_bytes) {
        refuse(Errc::limit_exceeded, key, "more than " + std::to_string(max_bytes) + " bytes");
        return {};
    }
    return *std::move(bytes);
}

std::optional<Bytes> Fields::base64url_if(std::string_view key, std::size_t max_bytes) {
    if (find(key) == nullptr) return std::nullopt;
    return base64url(key, max_bytes);
}

Sha256 Fields::hex32(std::string_view key) {
    const std::string_view encoded = view(key, 64);
    if (encoded.empty()) refuse(Errc::bad_value, key, "is empty");
    if (failed()) return {};
    auto bytes = from_hex_array<32>(encoded);
    if (!bytes) {
        refuse(bytes.error().code, key, bytes.error().what);
        return {};
    }
    return *bytes;
}

std::optional<Sha256> Fields::hex32_if(std::string_view key) {
    if (find(key) == nullptr) return std::nullopt;
    return hex32(key);
}

std::optional<Date> Fields::date_if(std::string_view key) {
    if (find(key) == nullptr) return std::nullopt;
    const std::string written = text(key, 10);
    if (failed()) return std::nullopt;
    auto date = Date::parse(written, at(key));
    if (!date) {
        refuse(date.error().code, key, date.error().what);
        return std::nullopt;
    }
    return *date;
}

std::vector<std::string> Fields::texts(std::string_view key, std::size_t max_count, std::size_t max_bytes) {
    const json::Value* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_array()) {
        refuse(Errc::wrong_type, key, "expected a list");
        return {};
    }
    if (value->get_array().size() > max_count) {
        refuse(Errc::limit_exceeded, key, "more than " + std::to_string(max_count) + " entries");
        return {};
    }
    std::vector<std::string> out;
    for (const json::Value& item : value->get_array()) {
        const std::string place = std::string(key) + "[" + std::to_string(out.size()) + "]";
        if (!item.is_string()) {
            refuse(Errc::wrong_type, place, "expected text");
            return {};
        }
        if (item.get_string().size() > max_bytes) {
            refuse(Errc::limit_exceeded, place, "longer than " + std::to_string(max_bytes) + " bytes");
            return {};
        }
        out.emplace_back(item.get_string());
    }
    return out;
}

Fields Fields::object(std::string_view key) {
    static const json::Value empty = json::Object{};
    const json::Value* value = need(key);
    return Fields(value == nullptr ? empty : *value, std::string(key), node_, shared_);
}

std::optional<Fields> Fields::object_if(std::string_view key) {
    const json::Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    return Fields(*value, std::string(key), node_, shared_);
}

std::vector<Fields> Fields::objects(std::string_view key, std::size_t max_count) {
    if (need(key) == nullptr) return {};
    return objects_if(key, max_count);
}

std::vector<Fields> Fields::objects_if(std::string_view key, std::size_t max_count) {
    const json::Value* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_array()) {
        refuse(Errc::wrong_type, key, "expected a list");
        return {};
    }
    const json::Array& array = value->get_array();
    if (array.size() > max_count) {
        refuse(Errc::limit_exceeded, key, "more than " + std::to_string(max_count) + " entries");
        return {};
    }
    std::vector<Fields> out;
    out.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) {
        out.push_back(Fields(array[i], std::string(key) + "[" + std::to_string(i) + "]", node_, shared_));
    }
    return out;
}

Result<void> Fields::finish() {
    if (failed()) return fail(*shared_->error);
    for (const Node& node : shared_->nodes) {
        const auto unread = std::ranges::find(node.read, false);
        if (unread == node.read.end()) continue;
        const auto member = node.object->begin() + (unread - node.read.begin());
        std::vector<std::string> asked = node.absent;
        for (std::size_t i = 0; i < node.read.size(); ++i) {
            if (node.read[i]) asked.emplace_back((node.object->begin() + static_cast<std::ptrdiff_t>(i))->key());
        }
        std::ranges::sort(asked);
        const std::string_view key = member->key();
        const std::string near = nearest_word(key, asked);
        const std::string path = node.path();
        const std::string place = path.empty() ? std::string(key) : path + "." + std::string(key);
        return fail(
            Errc::unknown_field, printable(place),
            near.empty() ? "unknown key" : "unknown key; did you mean \"" + near + "\"?"
        );
    }
    return {};
}

}  // namespace assay
