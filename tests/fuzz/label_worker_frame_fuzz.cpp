// What the label worker sends back: any octets, no crash, and what is accepted is written back octet for octet.

#include <cstddef>
#include <cstdint>

#include "instruments/label/frame.hpp"
#include "instruments/label/payload.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lab::label;
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  if (size >= frame_header_bytes) {
    const auto length = payload_length(bytes.substr(0, frame_header_bytes), answer_bytes_max);
    LAB_CHECK(!length || *length <= answer_bytes_max);
  }
  if (const auto request = decode_request(bytes)) {
    LAB_CHECK(encode_request(*request) == bytes);
  }
  const auto reading = decode_answer(bytes);
  if (!reading) return 0;
  LAB_CHECK(encode_answer(*reading) == bytes);
  for (const auto& code : reading->codes) LAB_CHECK(code.is_sample_number == sample_in(code.text).has_value());
  return 0;
}
