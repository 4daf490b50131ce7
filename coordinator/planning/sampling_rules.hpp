#pragma once
// Rules of drawing samples and of what is said of them, which are rows of a table and never code: how often the same
// batch may be sampled, how many of a cell's samples may come from one shop, for which programmes shares of a cell are
// held in escrow, from how many samples on a figure may be published, and from how many on it may warn.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/planning/table.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"

namespace lab::planning {

enum class SamplingRuleKind : std::uint8_t {
  same_batch,  // producer + product + production date: at most `limit` samples in a quarter
  shop_share,  // at most `limit` per cent of a cell's quota from one sampled unit, and always one
  escrow,      // what a node may have drawn is given to another only when that is ruled out (decision 0055)
  publish,     // figures that rest on fewer than `limit` judged samples are not published
  warning,     // a city's category warns from `limit` judged samples on
};

const char* name_of(SamplingRuleKind kind);

struct SamplingRule {
  std::string code;                                 // "B-1": what a sample that is set aside names
  std::optional<model::ProgrammeCode> programme{};  // nothing: every programme, and across programmes
  SamplingRuleKind kind = SamplingRuleKind::same_batch;
  std::uint32_t limit = 1;
  CivilDate from{};                  // sampling dates from here on
  std::optional<CivilDate> until{};  // up to and with
  std::string reason;                // the clause or the order it rests on, for people

  /// Whether it speaks of a sample of that programme drawn on that day.
  [[nodiscard]] bool covers(const model::ProgrammeCode& of, CivilDate day) const;

  bool operator==(const SamplingRule&) const = default;
};

/// The rule of this kind for a programme on a day: its own before one for all; nothing without any.
const SamplingRule* rule_for(const std::vector<SamplingRule>& rules, SamplingRuleKind kind,
                             const model::ProgrammeCode& programme, CivilDate day);

/// Columns: 规则(rule), 项目(programme, or *), 类型(kind: 同批次/same_batch, 单位占比/shop_share, 托管/escrow,
/// 公布/publish, 预警/warning),
/// 上限(limit; empty for escrow), 起(from), 止(until, may be empty), 依据(reason). Malformed with every mistake named;
/// a code may stand once.
Result<std::vector<SamplingRule>> load_sampling_rules(const Table& table);

}  // namespace lab::planning
