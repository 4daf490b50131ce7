#include "protocol/model/event.hpp"

#include <array>

namespace lab::model {

const char* name_of(const Happening& happening) {
  static constexpr std::array names{"sampled",     "received",   "measured",       "judged",        "reviewed",
                                    "approved",    "declined",   "incident",       "lot_inspected", "run_assessed",
                                    "run_decided", "renumbered", "serials_wanted", "forked",        "keys_replaced"};
  static_assert(names.size() == std::variant_size_v<Happening>);
  return names[happening.index()];
}

const char* name_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::stored:
      return "stored";
    case Disposition::counted:
      return "counted";
    case Disposition::late:
      return "late";
    case Disposition::quarantined:
      return "quarantined";
  }
  return "stored";
}

}  // namespace lab::model
