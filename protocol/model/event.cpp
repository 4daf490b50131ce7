#include "protocol/model/event.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace lab::model {

std::string field_of(const std::vector<FormField>& fields, std::string_view code) {
  const auto found = std::ranges::find(fields, code, &FormField::code);
  return found == fields.end() ? std::string{} : found->value;
}

std::vector<Hash> captures_behind(const std::vector<Measured>& measured) {
  std::map<std::pair<std::uint8_t, std::uint16_t>, Hash> last;
  for (const Measured& one : measured) {
    for (const Determination& determination : one.determinations) {
      last[{one.portion, determination.item}] = one.capture;
    }
  }
  std::vector<Hash> captures;
  for (const auto& [place, capture] : last) {
    if (std::ranges::find(captures, capture) == captures.end()) captures.push_back(capture);
  }
  return captures;
}

const char* name_of(const Happening& happening) {
  static constexpr std::array names{"sampled",     "received",     "measured",       "judged",        "reviewed",
                                    "approved",    "declined",     "incident",       "lot_inspected", "run_assessed",
                                    "run_decided", "renumbered",   "serials_wanted", "forked",        "disposed",
                                    "amended",     "keys_replaced"};
  static_assert(names.size() == std::variant_size_v<Happening>);
  return names[happening.index()];
}

const char* name_of(DeclineKind kind) {
  switch (kind) {
    case DeclineKind::unable:
      return "unable";
    case DeclineKind::refused:
      return "refused";
  }
  return "unable";
}

const char* name_of(DisposalWay way) {
  switch (way) {
    case DisposalWay::destroyed:
      return "destroyed";
    case DisposalWay::handed_over:
      return "handed_over";
    case DisposalWay::used_up:
      return "used_up";
  }
  return "destroyed";
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
