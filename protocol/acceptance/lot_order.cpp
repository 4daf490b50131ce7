#include "protocol/acceptance/lot_order.hpp"

#include <fmt/format.h>

#include "protocol/base/check.hpp"

namespace lab::acceptance {
namespace {

tl::unexpected<Error> unknown(const char* field, const std::string& word) {
  return fail(ErrorCode::malformed, fmt::format("\"{}\" is no word of GB/T 2828.1 for this", word), field);
}

std::optional<Aql> parse_aql(const std::string& text) {
  const auto value = Decimal::parse(text);
  return value ? Aql::of(*value) : std::nullopt;
}

// The tables have single plans of GB/T 2828.1 only, whose Re is Ac + 1 throughout.
bool can_be_a_plan(const model::LotOrder& order) {
  constexpr std::uint32_t n_max = 1'000'000;  // far above every table, and an int
  return order.n > 0 && order.n <= n_max && order.ac < n_max && order.re == order.ac + 1 &&
         order.to_inspect == items_to_inspect(static_cast<int>(order.n), order.terms.size);
}

}  // namespace

Result<Terms> read_terms(const model::LotTerms& terms) {
  const auto level = parse_level(terms.level);
  if (!level) return unknown("level", terms.level);
  const auto aql = parse_aql(terms.aql);
  if (!aql) return unknown("aql", terms.aql);
  if (terms.size < lot_size_min) {
    return fail(ErrorCode::malformed, fmt::format("a lot of {} items; table 1 begins at {}", terms.size, lot_size_min),
                "lot_size");
  }
  return Terms{.lot_size = terms.size, .level = *level, .aql = *aql};
}

model::LotOrder order_of(const LotPlan& plan, Level level) {
  return {.terms = {.size = plan.lot_size, .level = name_of(level), .aql = std::string{plan.aql.text()}},
          .inspection = name_of(plan.inspection),
          .letter = std::string{plan.plan.letter.text()},
          .final_letter = std::string{plan.plan.final_letter.text()},
          .n = static_cast<std::uint32_t>(plan.plan.n),
          .ac = static_cast<std::uint32_t>(plan.plan.ac),
          .re = static_cast<std::uint32_t>(plan.plan.re),
          .to_inspect = plan.to_inspect};
}

Result<LotPlan> plan_of(const model::LotOrder& order) {
  const auto terms = read_terms(order.terms);
  if (!terms) return tl::unexpected(terms.error());
  const auto inspection = parse_inspection(order.inspection);
  if (!inspection) return unknown("inspection", order.inspection);
  const auto letter = CodeLetter::parse(order.letter);
  if (!letter) return unknown("letter", order.letter);
  const auto final_letter = CodeLetter::parse(order.final_letter);
  if (!final_letter) return unknown("final_letter", order.final_letter);
  if (!can_be_a_plan(order)) {
    return fail(ErrorCode::malformed,
                fmt::format("n {}, Ac {}, Re {} and {} to inspect of {} are no plan", order.n, order.ac, order.re,
                            order.to_inspect, order.terms.size),
                "n");
  }
  return LotPlan{.lot_size = terms->lot_size,
                 .aql = terms->aql,
                 .inspection = *inspection,
                 .plan = {.letter = *letter,
                          .final_letter = *final_letter,
                          .n = static_cast<int>(order.n),
                          .ac = static_cast<int>(order.ac),
                          .re = static_cast<int>(order.re)},
                 .to_inspect = order.to_inspect};
}

Result<bool> accepts(const model::LotOrder& order, const model::LotCount& count) {
  const auto plan = plan_of(order);
  if (!plan) return tl::unexpected(plan.error());
  return accepts(*plan, {.inspected = count.inspected, .nonconforming = count.nonconforming});
}

std::string explain(const model::LotOrder& order) {
  const auto inspection = parse_inspection(order.inspection);
  const std::string arrow =
      order.letter == order.final_letter ? std::string{} : fmt::format("（按箭头用 {}）", order.final_letter);
  const bool full = is_full_inspection(static_cast<int>(order.n), order.terms.size);
  return fmt::format("批量 {} 件，{} 检验水平 {}，AQL {}，{}，字码 {}{}，{} {} 件，接收数 Ac={}，拒收数 Re={}",
                     order.terms.size, name_of(Scheme::gbt2828_1_2012), order.terms.level, order.terms.aql,
                     inspection ? chinese_name_of(*inspection) : order.inspection, order.letter, arrow,
                     full ? "样本量不小于批量，全数检验" : "随机抽检", order.to_inspect, order.ac, order.re);
}

std::string explain(const model::LotOrder& order, const model::LotCount& count) {
  const auto accepted = accepts(order, count);
  LAB_CHECK(accepted.has_value());
  return fmt::format("{}；实检 {} 件，不合格数 {}，{}", explain(order), count.inspected, count.nonconforming,
                     *accepted ? fmt::format("{} ≤ Ac，批接收：合格。", count.nonconforming)
                               : fmt::format("{} ≥ Re，批不接收：不合格。", count.nonconforming));
}

const char* chinese_name_of(Inspection inspection) {
  switch (inspection) {
    case Inspection::normal:
      return "正常检验";
    case Inspection::tightened:
      return "加严检验";
    case Inspection::reduced:
      return "放宽检验";
  }
  return "";
}

}  // namespace lab::acceptance
