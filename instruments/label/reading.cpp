#include "instruments/label/reading.hpp"

#include <utility>

namespace lab::label {

const char* name_of(Flag flag) {
  switch (flag) {
    case Flag::truncated:
      return "truncated";
    case Flag::reduced:
      return "reduced";
    case Flag::several_samples:
      return "several_samples";
    case Flag::out_of_time:
      return "out_of_time";
    case Flag::printed_number_differs:
      return "printed_number_differs";
  }
  return "unknown";
}

const char* name_of(Cause cause) {
  switch (cause) {
    case Cause::refused:
      return "refused";
    case Cause::no_code:
      return "no_code";
    case Cause::crashed:
      return "crashed";
    case Cause::timed_out:
      return "timed_out";
    case Cause::broken_answer:
      return "broken_answer";
    case Cause::no_worker:
      return "no_worker";
  }
  return "unknown";
}

const char* name_of(Agreement agreement) {
  switch (agreement) {
    case Agreement::agree:
      return "agree";
    case Agreement::differ:
      return "differ";
    case Agreement::unreadable:
      return "unreadable";
    case Agreement::not_compared:
      return "not_compared";
  }
  return "unknown";
}

LabelReading unreadable(Cause cause, std::string reason) {
  LabelReading reading;
  reading.unreadable = Unreadable{cause, std::move(reason)};
  return reading;
}

}  // namespace lab::label
