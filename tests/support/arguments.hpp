#pragma once
// The arguments of a test's own program: "--name value" and "--flag". What is unknown, has no value or is no number is
// refused by its name. The programs that people use take theirs with CLI11, which takes a minute to compile.

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay::test {

class Arguments {
  public:
    void flag(const std::string& name, bool& out) {
        known_[name] = {false, false, [&out](std::string_view) { out = true; }};
    }
    void text(const std::string& name, std::string& out) {
        known_[name] = {true, false, [&out](std::string_view value) { out = value; }};
    }
    void required(const std::string& name, std::string& out) {
        text(name, out);
        known_[name].required = true;
    }
    template <typename Number>
    void number(const std::string& name, Number& out) {
        known_[name] = {true, false, [&out, name](std::string_view value) {
                            const auto read = std::from_chars(value.data(), value.data() + value.size(), out);
                            if (read.ec != std::errc() || read.ptr != value.data() + value.size())
                                throw std::runtime_error(name + ": no number: " + std::string(value));
                        }};
    }

    // Fills in what was named above. Throws std::runtime_error.
    void read(int argc, char** argv) {
        const std::vector<std::string_view> words(argv + 1, argv + argc);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto found = known_.find(words[i]);
            if (found == known_.end()) throw std::runtime_error("unknown: " + std::string(words[i]) + known());
            One& one = found->second;
            if (one.has_value && ++i == words.size()) throw std::runtime_error(found->first + ": a value is missing");
            one.take(one.has_value ? words[i] : "");
            one.required = false;
        }
        for (const auto& [name, one] : known_) {
            if (one.required) throw std::runtime_error(name + " is missing" + known());
        }
    }

  private:
    struct One {
        bool has_value = false;
        bool required = false;  // and not given yet
        std::function<void(std::string_view)> take;
    };

    std::string known() const {
        std::string out = "; there are";
        for (const auto& [name, one] : known_) out += " " + name + (one.has_value ? " VALUE" : "");
        return out;
    }

    std::map<std::string, One, std::less<>> known_;
};

}  // namespace assay::test
