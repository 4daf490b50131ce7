#pragma once
// Both ends of ASTM E1381 on one line: what the instrument sends is received (astm_link.hpp), what is offered is sent
// (astm_sender.hpp), and never both at once. Owns no line and no clock. The turn is that of AstmLink.
//
// An instrument that asks what to measure of a sample (query record) stands still until it is answered. Tests are
// chosen at the instrument and not here, so the answer is that there are no orders, and it goes on by its own settings.

#include <optional>
#include <string>
#include <vector>

#include "instruments/drivers/astm_link.hpp"
#include "instruments/drivers/astm_sender.hpp"

namespace lab::drivers {

class AstmPeer {
 public:
  struct Options {
    AstmLimits limits{};
    AstmRole role = AstmRole::host;
    AstmTimes times{};
    /// While a message waits to be sent, the last frame of the instrument's message is answered with EOT instead of
    /// ACK: received, and please let me talk (receiver interrupt). Off: some instruments take it for an error.
    bool interrupts = false;
  };

  explicit AstmPeer(Options options) : options_(options), link_(options.limits), sender_(options.role, options.times) {}
  AstmPeer() : AstmPeer(Options{}) {}

  void push(BytesView bytes, UtcTime now);
  void tick(UtcTime now);
  [[nodiscard]] std::optional<UtcTime> wake_at() const;
  [[nodiscard]] Bytes take_reply();
  [[nodiscard]] std::vector<std::string> take_notes() { return link_.take_notes(); }

  /// As of AstmLink. When a query has been stored, its answer is offered.
  [[nodiscard]] std::optional<Bytes> take_message() { return link_.take_message(); }
  void stored(UtcTime now);
  void not_stored(UtcTime now);
  [[nodiscard]] bool awaits_storage() const { return link_.awaits_storage(); }

  /// As of AstmSender: records for the instrument, one message at a time; take_sent() tells once what became of it.
  Result<void> offer(std::string_view records, UtcTime now);
  [[nodiscard]] std::optional<AstmSent> take_sent() { return sender_.take_outcome(); }

 private:
  Options options_;
  AstmLink link_;
  AstmSender sender_;
};

}  // namespace lab::drivers
