#include "instruments/drivers/astm_peer.hpp"

#include <algorithm>

#include "protocol/base/check.hpp"

namespace lab::drivers {
namespace {

// Terminator code I of E1394: no information available from the last query.
constexpr std::string_view no_orders = "H|\\^&\rL|1|I\r";

}  // namespace

void AstmPeer::push(BytesView bytes, UtcTime now) {
  tick(now);  // a deadline that passed before these octets came counts first
  while (!bytes.empty() && sender_.holds_line()) bytes.remove_prefix(sender_.push(bytes, now));
  if (!bytes.empty()) link_.push(bytes, now);
}

void AstmPeer::tick(UtcTime now) {
  link_.tick(now);
  sender_.tick(now, link_.is_neutral());
}

std::optional<UtcTime> AstmPeer::wake_at() const {
  const auto link = link_.wake_at();
  // A message that waits for the end of a transfer is looked at when that ends, by an octet or by its own timer.
  const auto sender = sender_.holds_line() || link_.is_neutral() ? sender_.wake_at() : std::nullopt;
  if (!link || !sender) return link ? link : sender;
  return std::min(*link, *sender);
}

Bytes AstmPeer::take_reply() {
  Bytes reply = link_.take_reply();
  reply += sender_.take_output();
  return reply;
}

void AstmPeer::stored(UtcTime now) {
  if (link_.is_asked() && !sender_.is_busy()) {  // else an answer is on its way already
    const auto offered = offer(no_orders, now);
    LAB_CHECK(offered.has_value());
  }
  if (options_.interrupts && sender_.is_busy()) link_.interrupt();
  link_.stored(now);
}

void AstmPeer::not_stored(UtcTime now) { link_.not_stored(now); }

Result<void> AstmPeer::offer(std::string_view records, UtcTime now) {
  auto taken = sender_.offer(records, now);
  if (taken) sender_.tick(now, link_.is_neutral());
  return taken;
}

}  // namespace lab::drivers
