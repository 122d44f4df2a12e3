#include "certs/certificate_text.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <chrono>
#include <ctime>
#include <stdexcept>

namespace assay {
namespace {

constexpr std::size_t max_name_bytes = 240;

}  // namespace

std::string name_text(const X509_NAME* name) {
    const BioPtr out{BIO_new(BIO_s_mem())};
    if (!out) throw std::runtime_error("out of memory while printing a name");
    // RFC 2253 order and escapes, but UTF-8 as it is: clean_text makes it harmless.
    constexpr unsigned long flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
    if (name == nullptr || X509_NAME_entry_count(name) == 0 || X509_NAME_print_ex(out.get(), name, 0, flags) < 0) {
        return "";
    }
    const char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return clean_text(std::string_view(text, size > 0 ? static_cast<std::size_t>(size) : 0), max_name_bytes);
}

std::string serial_text(const X509* certificate) {
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
    const int size = ASN1_STRING_length(serial);
    return to_hex(ByteView(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(size > 0 ? size : 0))
                      .first(static_cast<std::size_t>(size > 64 ? 64 : size)));
}

std::string certificate_text(const X509* certificate) {
    const std::string subject = name_text(X509_get_subject_name(certificate));
    if (!subject.empty()) return "\"" + subject + "\"";
    return "certificate " + serial_text(certificate) + " of \"" + name_text(X509_get_issuer_name(certificate)) + "\"";
}

UnixMillis time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    using namespace std::chrono;
    const sys_days day = year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    const auto at = day + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec};
    return {duration_cast<milliseconds>(at.time_since_epoch()).count()};
}

std::string address_text(ByteView bytes) {
    std::string out;
    if (bytes.size() == 4) {
        for (const std::uint8_t b : bytes) out += (out.empty() ? "" : ".") + std::to_string(b);
    } else if (bytes.size() == 16) {
        for (std::size_t i = 0; i < bytes.size(); i += 2) {
            const std::string group = to_hex(bytes.subspan(i, 2));
            const std::size_t digits = group.find_first_not_of('0');
            if (i > 0) out += ":";
            out += digits == std::string::npos ? "0" : group.substr(digits);
        }
    }
    return out;
}

Bytes der_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    if (size <= 0) throw std::runtime_error("a certificate cannot be encoded: " + openssl_error());
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

}  // namespace assay
