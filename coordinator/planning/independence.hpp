#pragma once
// Which laboratories must keep away from which samples: rows of a table, never code. A body that is owned by an
// enterprise does not test its goods, and one that takes part in a programme otherwise does not test for it.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/planning/table.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/plan.hpp"

namespace lab::planning {

struct IndependenceRule {
  std::string code;
  std::optional<model::ProgrammeCode> programme{};  // nothing: every programme
  std::string enterprise{};                         // whose lots, as the plan writes its name; empty: of everybody
  model::LaboratoryId laboratory;                   // that keeps away
  std::string reason;                               // for people

  bool operator==(const IndependenceRule&) const = default;
};

/// The rule that keeps this laboratory away from samples of that programme and enterprise (empty where the plan names
/// none); nothing when it may test them.
const IndependenceRule* keeps_away(std::span<const IndependenceRule> rules, model::LaboratoryId laboratory,
                                   const model::ProgrammeCode& programme, const std::string& enterprise);

/// Columns: 规则(rule), 项目(programme, or *), 受检单位(enterprise, may be empty), 实验室(laboratory, its number),
/// 依据(reason). Malformed with every mistake named; a code may stand once, and a rule names a programme or an
/// enterprise: a laboratory that may test nothing offers no panels.
Result<std::vector<IndependenceRule>> load_independence(const Table& table);

}  // namespace lab::planning
