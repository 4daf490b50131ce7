// Balances and meters that print lines, saying anything in any pieces: only a line with a number and a unit is ever a
// weight, who asks is answered once, and what is handed on is decoded to the one value.

#include <cstdint>

#include "instruments/drivers/balance_host.hpp"
#include "instruments/drivers/weighing_line.hpp"
#include "protocol/base/check.hpp"

namespace {

using namespace lab::drivers;

void weigh(BalanceKind kind, lab::BytesView bytes) {
  const auto host = make_balance_host(kind);
  lab::UtcTime now{lab::Milliseconds{1'000'000}};
  host->connected(now);
  int asked = 0;
  int answered = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    asked += host->weigh(now) ? 1 : 0;
    now += lab::Milliseconds{static_cast<unsigned char>(bytes[at]) * 50};
    host->push(bytes.substr(at, 16), now);
    (void)host->take_output();
    for (const Weighed& weighed : host->take_weighed()) {
      answered += weighed.cause == Weighed::Cause::asked ? 1 : 0;
      if (!weighed.stable) continue;
      const auto decoding =
          kind == BalanceKind::sartorius_sbi ? decode_sbi(weighed.raw) : decode_line_meter(weighed.raw);
      LAB_CHECK(decoding.observations.size() == 1 && decoding.observations[0].value.number);
      LAB_CHECK(!decoding.observations[0].unit.empty());
    }
    LAB_CHECK(answered <= asked && asked <= answered + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  looks_like_sbi(bytes);
  looks_like_line_meter(bytes);
  for (const auto& decoding : {decode_sbi(bytes), decode_line_meter(bytes)}) {
    LAB_CHECK(decoding.refused.empty() != decoding.observations.empty());
    for (const auto& observation : decoding.observations)
      LAB_CHECK(observation.value.number && !observation.unit.empty());
  }
  weigh(BalanceKind::sartorius_sbi, bytes);
  weigh(BalanceKind::line_meter, bytes);
  return 0;
}
