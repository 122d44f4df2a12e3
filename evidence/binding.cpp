#include "evidence/binding.hpp"

#include "base/writer.hpp"

namespace assay {

Digest report_extra_data(const ReportBinding& binding) {
    const Bytes algorithm = Writer().u16be(static_cast<std::uint16_t>(binding.hash)).take();
    const Digest statement = hash(binding.hash, binding.statement);
    Writer w;
    w.framed(as_bytes("assay/report/1")).framed(algorithm).framed(binding.nonce).framed(binding.device.value);
    w.framed(binding.ak_name).framed(binding.selection).framed(binding.exporter).framed(statement.bytes());
    return hash(binding.hash, w.bytes());
}

Digest enrolment_extra_data(const EnrolmentBinding& binding) {
    Writer w;
    w.framed(as_bytes("assay/enrol/1"));
    for (const Bytes& secret : binding.secrets) w.framed(secret);
    w.framed(binding.enrolment).framed(binding.exporter).framed(binding.request);
    return hash(binding.hash, w.bytes());
}

Nonce make_nonce(const std::array<std::uint8_t, 32>& random, ByteView checkpoint) {
    static constexpr std::uint8_t zero[] = {0};
    const Digest digest =
        hash(HashAlg::sha256, {as_bytes("assay/nonce/1"), ByteView(zero), ByteView(random), checkpoint});
    Nonce out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = digest.bytes()[i];
    return out;
}

}  // namespace assay
