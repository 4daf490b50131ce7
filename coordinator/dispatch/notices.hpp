#pragma once
// A notice on its way: sent by a person to the party and the authorities, and received, which opens the window in which
// the party may object.

#include <string>
#include <string_view>

#include "coordinator/tables/notices.hpp"
#include "protocol/base/result.hpp"

namespace lab::dispatch {

struct Sending {
  model::TaskId task;
  model::PersonId person;
  std::string addressee;  // empty: the sampled unit, where its name is known
  std::string way;        // by post, by hand, by the local authority
};

struct Receipt {
  model::TaskId task;
  model::PersonId person;  // who records it
  UtcTime received{};      // when the party had it in hand
  std::string how;         // by which it is known
  bool rapid = false;      // a rapid test found it: the shorter window
};

/// The notice with the words that go out; its clock is met. The same person sending it to the same addressee again
/// changes nothing. Errors: not_found without a notice; conflict when it is not waiting to be sent; malformed without
/// an addressee; too_large.
Result<coordinator::tables::Notice> send_notice(journal::Draft& draft, const Sending& sending, std::string_view text,
                                                UtcTime now);

/// The window of objection begins, where the programme gives that right. Recording the same time again changes nothing.
/// Errors: not_found; conflict when it was not sent, or another time is recorded; malformed for a time before it was
/// sent or after now.
Result<coordinator::tables::Notice> receive_notice(journal::Draft& draft, const Receipt& receipt, UtcTime now);

}  // namespace lab::dispatch
