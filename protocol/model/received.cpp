#include "protocol/model/received.hpp"

namespace lab::model {

const char* name_of(PrintedNumber printed) {
  switch (printed) {
    case PrintedNumber::not_read:
      return "not_read";
    case PrintedNumber::agrees:
      return "agree";
    case PrintedNumber::differs:
      return "differ";
    case PrintedNumber::unreadable:
      return "unreadable";
  }
  return "not_read";
}

const char* name_of(StatusBox box) {
  switch (box) {
    case StatusBox::not_seen:
      return "not_seen";
    case StatusBox::waiting:
      return "waiting";
    case StatusBox::testing:
      return "testing";
    case StatusBox::tested:
      return "tested";
    case StatusBox::retained:
      return "retained";
  }
  return "not_seen";
}

const char* name_of(Seal seal) {
  switch (seal) {
    case Seal::not_checked:
      return "not_checked";
    case Seal::intact:
      return "intact";
    case Seal::broken:
      return "broken";
  }
  return "not_checked";
}

}  // namespace lab::model
