#pragma once
// Numbers by which histories become weights and reports become groups. They are rows of a file that the province
// replaces; each says from when it holds.

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/view.hpp"

namespace lab::enterprises {

constexpr const char* risk_rules_file = "risk_rules.csv";

struct RiskRule {
  std::string name;
  CivilDate from{};
  std::uint32_t value = 0;
  std::string unit;
  std::string chinese;
  std::string basis;
  std::string assumption;
};

/// As they are in force on one day.
struct RiskNumbers {
  std::uint32_t recent_months = 0;
  std::uint32_t older_months = 0;
  std::uint32_t fail_recent = 0;   // percent
  std::uint32_t fail_older = 0;    // percent
  std::uint32_t clean_off = 0;     // percent
  std::uint32_t weight_least = 0;  // percent
  std::uint32_t weight_most = 0;   // percent
  std::uint32_t prior_samples = 0;
  std::uint32_t signal_window_days = 0;
  std::uint32_t signal_place_level = 0;  // 0: anywhere, 1: the same city, 2: the same county
};

class RiskRules {
 public:
  /// Columns: name, from, value, unit, what_zh, basis, assumption. An empty text stands for the file inside the
  /// program. Malformed with the line for what is not of its kind, a name that is unknown or has no row in force since
  /// 2013, or limits of the weight that contradict each other.
  static Result<RiskRules> load(std::string_view csv);

  [[nodiscard]] RiskNumbers on(CivilDate day) const;
  [[nodiscard]] const std::vector<RiskRule>& rules() const { return rules_; }

 private:
  std::vector<RiskRule> rules_;
};

/// Those of the province. They were read before they were taken, so that rules that cannot be read are damage.
RiskRules risk_rules(const journal::View& store);

}  // namespace lab::enterprises
