#pragma once
// Which history of final verdicts leads to which credit class. Rules are rows of a file that the province replaces;
// this reads them and applies them, and knows no number itself.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::enterprises {

/// Under which name the province gives its own; the file inside the program stands in for a missing one.
constexpr const char* credit_rules_file = "credit_rules.csv";
constexpr std::size_t credit_rules_max = 100;  // rows of a file that people have to read

enum class Measure : std::uint8_t {
  failed,           // final fails within the window
  failed_in_a_row,  // the newest final verdicts within the window, every one a fail
  clean,            // final verdicts within the window when none of them is a fail
  judged,           // final verdicts within the window
};
const char* name_of(Measure measure);

enum class Role : std::uint8_t { any, unit, producer };
const char* name_of(Role role);

struct CreditRule {
  std::string rule;
  CivilDate from{};
  std::optional<CivilDate> to;  // the last day; nothing: still in force
  std::string credit_class;
  bool blacklisted = false;
  std::vector<std::string> programmes;  // codes, or "*"
  Role role = Role::any;
  Measure measure = Measure::judged;
  std::uint32_t at_least = 1;
  std::uint32_t window_months = 12;  // that of the day and those before it
  std::string chinese;
  std::string english;
  std::string basis;
  std::string assumption;  // what nobody has laid down yet; empty when everything is

  [[nodiscard]] bool is_about(const model::ProgrammeCode& programme) const;
};

/// A verdict that counts: nothing about it is in dispute any more, or it passes.
struct FinalVerdict {
  model::TaskId task;
  model::ProgrammeCode programme;
  bool as_unit = false;
  bool as_producer = false;
  std::uint16_t month = 0;  // year * 12 + month - 1
  model::SampleOutcome outcome = model::SampleOutcome::pass;
};

/// What the rules say, and why.
struct Evaluation {
  std::optional<CreditRule> rule;       // nothing: no rule holds, so there is no class
  std::vector<model::TaskId> verdicts;  // that the rule counted, the newest first
  std::string unmet;                    // rules above it that did not hold, in a Chinese sentence each
};

class CreditRules {
 public:
  /// Columns: rule, from, to, class, blacklisted, programmes, role, measure, at_least, window_months, text_zh, text_en,
  /// basis, assumption. An empty text stands for the file inside the program. Malformed with the line for anything that
  /// is not of its kind or a rule twice; too_large above credit_rules_max.
  static Result<CreditRules> load(std::string_view csv);

  /// The first rule in force on that day that holds. `verdicts` in any order.
  [[nodiscard]] Evaluation evaluate(std::span<const FinalVerdict> verdicts, CivilDate on) const;
  [[nodiscard]] const std::vector<CreditRule>& rules() const { return rules_; }
  /// Of the file, which is its version.
  [[nodiscard]] const Hash& hash() const { return hash_; }

 private:
  std::vector<CreditRule> rules_;
  Hash hash_;
};

}  // namespace lab::enterprises
