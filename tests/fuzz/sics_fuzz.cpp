// A balance that says anything, in any pieces: only a stable weight is ever recorded, and nothing grows without end.

#include <cstdint>

#include "instruments/drivers/sics.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  lab::drivers::looks_like_sics(bytes);
  lab::drivers::decode_sics(bytes);
  lab::drivers::SicsHost host;
  lab::UtcTime now{lab::Milliseconds{1'000'000}};
  for (std::size_t at = 0; at < size; at += 16) {
    (void)host.ask(data[at] % 2 == 0 ? "S" : "I0", now);
    now += lab::Milliseconds{data[at] * 50};
    host.push(bytes.substr(at, 16), now);
    (void)host.take_output();
    for (const auto& answer : host.take_answers()) {
      const auto* weight = answer.stable_weight();
      if (weight != nullptr)
        LAB_CHECK(weight->weight.state == lab::model::ValueState::numeric && weight->weight.number);
    }
  }
  return 0;
}
