#include "protocol/model/sample.hpp"

namespace lab::model {

const char* name_of(SampleState state) {
  switch (state) {
    case SampleState::assigned:
      return "assigned";
    case SampleState::sampled:
      return "sampled";
    case SampleState::received:
      return "received";
    case SampleState::measuring:
      return "measuring";
    case SampleState::judged:
      return "judged";
    case SampleState::reviewed:
      return "reviewed";
    case SampleState::approved:
      return "approved";
    case SampleState::declined:
      return "declined";
    case SampleState::revoked:
      return "revoked";
  }
  return "assigned";
}

}  // namespace lab::model
