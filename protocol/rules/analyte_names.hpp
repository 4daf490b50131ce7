#pragma once
// One analyte, several names: Chinese, English, CAS number.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::rules {

/// The form names are compared in: outer blanks off, ASCII letters small.
std::string fold_analyte(std::string_view name);

/// The names a table cell stands for: "链霉素/双氢链霉素" both and the whole, "地西泮（安定）" with and without its
/// bracket, "β-兴奋剂类:克仑特罗" the last part. Folded.
std::vector<std::string> names_in_cell(std::string_view cell);

/// "10265-92-6" with the right check digit.
bool is_cas_number(std::string_view text);

class AnalyteNames {
 public:
  /// Reads analytes.csv (name_zh, name_en, cas). Malformed when a CAS number's check digit is wrong: the cheapest way
  /// to notice a table that was typed in by hand.
  static Result<AnalyteNames> load(std::string_view csv);

  /// `name` folded, then everything it is also called. Just the name when it is not known.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> synonyms_;
};

}  // namespace lab::rules
