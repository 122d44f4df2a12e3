#pragma once
// What a function says that can be refused: a value, or an Error with a stable word, the place and a sentence.
// Three kinds of failure are never mixed: a wrong input or peer is a Result; a broken world (disk, database, TPM
// gone) is an exception, caught in main, per connection and per request; our own bug is an assert.

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

// Stable words: they stand in answers, logs and tests. Append, never renumber or rename.
enum class Errc {
    truncated,       // input ends before the field does
    trailing_bytes,  // input goes on after its last field
    limit_exceeded,  // a count, size or depth is over its named limit
    bad_value,       // well-formed, but not a value this field may have
    wrong_type,      // a value of another type than the field's
    missing_field,
    unknown_field,
    duplicate_key,
    out_of_range,  // a number outside the field's range
    bad_encoding,  // hex, base64, UTF-8, JSON, TOML or DER that is not one
    unknown_algorithm,
    bad_magic,
    bad_signature,
    mismatch,  // two values that had to be equal are not
    not_found,
    denied,
    conflict,  // a write that lost against another, or a unique constraint
    gone,      // it was there a moment ago (a device pulled out, a connection closed)
    timed_out,
    io_error,
    unsupported,
};

std::string_view word(Errc code);

struct Error {
    Errc code = Errc::bad_value;
    std::string where;  // field path, file or offset; may be empty
    std::string what;   // one sentence for a person, no secrets

    // "where: what (word)"
    std::string message() const;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
  public:
    using std::expected<T, Error>::expected;
};

inline std::unexpected<Error> fail(Errc code, std::string where, std::string what) {
    return std::unexpected<Error>(Error{code, std::move(where), std::move(what)});
}

inline std::unexpected<Error> fail(Error error) {
    return std::unexpected<Error>(std::move(error));
}

}  // namespace assay

// TRY(auto x, f()): x is f's value, or the error is returned. CHECK_OK(f()) for Result<void>. Plain functions
// only, never a coroutine.
#define ASSAY_CONCAT_(a, b) a##b
#define ASSAY_CONCAT(a, b) ASSAY_CONCAT_(a, b)
#define ASSAY_TRY_(tmp, decl, ...)                            \
    auto tmp = (__VA_ARGS__);                                 \
    if (!tmp) return std::unexpected(std::move(tmp).error()); \
    decl = *std::move(tmp)
#define TRY(decl, ...) ASSAY_TRY_(ASSAY_CONCAT(try_result_, __LINE__), decl, __VA_ARGS__)
#define CHECK_OK(...)                                                                                   \
    do {                                                                                                \
        if (auto checked = (__VA_ARGS__); !checked) return std::unexpected(std::move(checked).error()); \
    } while (false)
