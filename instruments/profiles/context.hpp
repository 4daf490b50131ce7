#pragma once
// What rows above have said about the rows below: "Sample: W-17" holds until the next one.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "instruments/profiles/profile.hpp"
#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"

namespace lab::profiles {

/// What a setting takes from a row; empty when it is not there.
std::string text_of(const Setting& setting, const sheet::Row& row);

class Context {
 public:
  /// Takes what a row says. Malformed when a list has no further entry for `next_of_list`. A row without the cell or
  /// the text that a setting asks for changes nothing.
  Result<void> take(const Setting& setting, const sheet::Row& row);

  void clear(Field field);

  [[nodiscard]] const std::string& operator[](Field field) const { return fields_[static_cast<std::size_t>(field)]; }
  [[nodiscard]] const std::map<std::string, std::string>& flags() const { return flags_; }
  [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

 private:
  std::array<std::string, field_count> fields_;
  std::map<std::string, std::string> flags_;
  std::vector<std::string> list_;
  std::size_t list_at_ = 0;
};

}  // namespace lab::profiles
