#include "protocol/model/reading.hpp"

namespace lab::model {

const char* name_of(ValueState state) {
  switch (state) {
    case ValueState::numeric:
      return "numeric";
    case ValueState::below_lod:
      return "below_lod";
    case ValueState::below_loq:
      return "below_loq";
    case ValueState::over_range:
      return "over_range";
    case ValueState::qualitative:
      return "qualitative";
    case ValueState::missing:
      return "missing";
    case ValueState::invalid:
      return "invalid";
  }
  return "invalid";
}

const char* name_of(Comparator comparator) {
  switch (comparator) {
    case Comparator::none:
      return "";
    case Comparator::less:
      return "<";
    case Comparator::less_or_equal:
      return "<=";
    case Comparator::greater:
      return ">";
    case Comparator::greater_or_equal:
      return ">=";
  }
  return "";
}

}  // namespace lab::model
