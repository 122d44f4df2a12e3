#include "collector/api/device_answer.hpp"

namespace assay::api {
namespace {

unsigned status_of(const RejectedAttempt& rejected) {
    switch (rejected.reason) {
        case Reason::nonce_expired:
        case Reason::nonce_used:
        case Reason::enrolment_expired: return 410;
        case Reason::document_not_asked:
        case Reason::document_size_mismatch:
        case Reason::document_hash_mismatch: return 403;
        default: return net::status_of(rejected.code);
    }
}

bool ends_connection(Reason reason) {
    return reason == Reason::document_not_asked || reason == Reason::document_size_mismatch ||
           reason == Reason::document_hash_mismatch;
}

}  // namespace

net::Response answer(unsigned status, std::string body) {
    net::Response out;
    out.status = status;
    out.body = std::move(body);
    if (out.body.empty()) out.content_type.clear();
    return out;
}

net::Response refusal(const RejectedAttempt& rejected) {
    net::Response out = answer(status_of(rejected), encode_refusal(refusal_of(rejected)));
    out.close_after = ends_connection(rejected.reason);
    return out;
}

net::Response refusal(const DeviceFailure& failure) {
    constexpr unsigned unprocessable = 422;
    Refusal out;
    out.code = std::string(word(Errc::mismatch));
    out.reason = std::string(word(failure.reason));
    if (!failure.checks.empty()) out.where = failure.checks.back().check;
    out.what = failure.detail.empty() ? "the report does not hold" : failure.detail;
    return answer(unprocessable, encode_refusal(out));
}

net::Response busy() {
    Refusal out;
    out.code = std::string(word(Errc::timed_out));
    out.what = "the collector has too much to do; come again";
    net::Response response = answer(503, encode_refusal(out));
    response.headers.add("retry-after", "10");
    return response;
}

}  // namespace assay::api
