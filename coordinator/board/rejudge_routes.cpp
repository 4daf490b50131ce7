// What another limit table or decision rule would change, over a snapshot of the store. Nothing is written.

#include <fmt/format.h>

#include <array>

#include "coordinator/board/handlers.hpp"
#include "coordinator/reports/stored_results.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/rules/limit_diff.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/rules/rejudge.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

// A changed determination by its task and item: where a page begins.
struct Cursor {
  model::TaskId task;
  std::uint16_t item = 0;

  auto operator<=>(const Cursor&) const = default;
};

std::string to_text(const Cursor& cursor) { return fmt::format("{}:{}", model::to_text(cursor.task), cursor.item); }

Result<std::optional<Cursor>> cursor_in(const http::Request& request) {
  const std::string after = text_in(request, "after");
  if (after.empty()) return std::optional<Cursor>{};
  const auto colon = after.rfind(':');
  const auto item = colon == std::string::npos ? std::nullopt : Decimal::parse(after.substr(colon + 1));
  const auto task = model::parse_task_id(after.substr(0, colon));
  const bool is_item = item && item->exponent() == 0 && !item->is_negative() && item->mantissa() <= UINT16_MAX;
  if (!task || !is_item) return fail(ErrorCode::malformed, "应为上一页给出的位置", "after");
  return std::optional{Cursor{*task, static_cast<std::uint16_t>(item->mantissa())}};
}

// The named value of a query field, `otherwise` when it is not given.
template <class Value, std::size_t n>
Result<Value> choice_in(const http::Request& request, const char* field,
                        const std::array<std::pair<std::string_view, Value>, n>& choices, Value otherwise) {
  const std::string given = text_in(request, field);
  if (given.empty()) return otherwise;
  for (const auto& [name, value] : choices) {
    if (name == given) return value;
  }
  return fail(ErrorCode::malformed, fmt::format("不认识“{}”", given), field);
}

Result<rules::RejudgeRule> rule_in(const http::Request& request) {
  using model::Comparison;
  using model::DecisionRule;
  constexpr std::array comparisons{
      std::pair{std::string_view{"full_value"}, std::optional{Comparison::full_value}},
      std::pair{std::string_view{"rounded_value"}, std::optional{Comparison::rounded_value}}};
  constexpr std::array decisions{std::pair{std::string_view{"simple"}, DecisionRule::simple},
                                 std::pair{std::string_view{"guard_acceptance"}, DecisionRule::guard_acceptance},
                                 std::pair{std::string_view{"guard_rejection"}, DecisionRule::guard_rejection},
                                 std::pair{std::string_view{"nonbinary"}, DecisionRule::nonbinary}};
  rules::RejudgeRule rule;
  const auto comparison = choice_in(request, "comparison", comparisons, std::optional<Comparison>{});
  if (!comparison) return tl::unexpected(comparison.error());
  const auto decision = choice_in(request, "decision_rule", decisions, DecisionRule::simple);
  if (!decision) return tl::unexpected(decision.error());
  rule.comparison = *comparison;
  rule.rule = *decision;
  if (const std::string fraction = text_in(request, "relative_uncertainty"); !fraction.empty()) {
    rule.relative_uncertainty = Decimal::parse(fraction);
    if (!rule.relative_uncertainty || rule.relative_uncertainty->is_negative()) {
      return fail(ErrorCode::malformed, "应为小数,如 0.5", "relative_uncertainty");
    }
  }
  if (rule.rule != DecisionRule::simple && !rule.relative_uncertainty) {
    return fail(ErrorCode::malformed, "这一判定规则需要 relative_uncertainty", "decision_rule");
  }
  return rule;
}

// The reference set in use with the limit tables of the request in place of its own; without a body as it is.
Result<rules::ReferenceSet> set_asked_for(const journal::View& store, const http::Request& request) {
  const auto bytes = tables::blob(store, tables::reference_in_use(store));
  if (!bytes) return fail(ErrorCode::not_found, "还没有判定依据");
  auto files = rules::unbundle(*bytes);
  if (!files) return fail(std::move(files));
  if (!request.body.empty()) {
    std::erase_if(*files, [](const rules::ReferenceFile& file) { return file.name.starts_with("limits"); });
    files->push_back({.name = "limits.csv", .text = request.body});
  }
  return rules::open_bundle(rules::bundle(std::move(*files)));
}

template <class Outcome>
json moves_to_json(const std::map<rules::MoveKey, std::uint64_t>& moves, const Province* province) {
  json rows = json::array();
  for (const auto& [key, count] : moves) {
    json row{{"city", key.city},
             {"category", key.category.value()},
             {"was", model::name_of(static_cast<Outcome>(key.was))},
             {"is", model::name_of(static_cast<Outcome>(key.is))},
             {"count", count}};
    if (province != nullptr) {
      const auto* const city = province->divisions.find_city(std::to_string(key.city));
      if (city != nullptr) row["city_name"] = city->name;
      const auto* const category = province->categories.find(key.category.value());
      if (category != nullptr) row["category_name"] = category->name;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

json limit_to_json(const model::Limit& limit) {
  if (limit.kind == model::LimitKind::none) return nullptr;
  return {{"op", model::name_of(limit.kind)},
          {"limit", rules::number_text(limit)},
          {"unit", limit.unit},
          {"standard", limit.standard},
          {"clause", limit.clause},
          {"row", limit.row}};
}

json row_of(const reports::StoredResults& stored, const rules::ChangedItem& changed) {
  const rules::ResultColumns& columns = stored.columns;
  const auto& context = columns.contexts()[columns.samples()[changed.sample].context];
  const model::Determination result = columns.determination(changed.determination);
  const auto& number = result.value.number;
  return {{"task", model::to_text(stored.tasks[changed.sample])},
          {"analyte", columns.panels()[context.panel].items[result.item].analyte},
          {"commodity", context.commodity},
          {"state", model::name_of(result.value.state)},
          {"result", number ? model::name_of(result.value.comparator) + number->to_text() : std::string{}},
          {"unit", result.unit},
          {"was", model::name_of(changed.was.outcome)},
          {"was_reason", model::name_of(changed.was.reason)},
          {"is", model::name_of(changed.is.outcome)},
          {"is_reason", model::name_of(changed.is.reason)},
          {"limit", limit_to_json(*changed.limit)}};
}

// The rows of one page, as rejudge() tells of them.
class Page {
 public:
  Page(const reports::StoredResults& stored, std::optional<Cursor> after, std::size_t limit)
      : stored_(stored), after_(after), limit_(limit) {}

  void take(const rules::ChangedItem& changed) {
    const Cursor at{stored_.tasks[changed.sample], stored_.columns.items()[changed.determination]};
    if ((after_ && at <= *after_) || full_) return;
    if (rows_.size() == limit_) {
      full_ = true;
      return;
    }
    last_ = at;
    rows_.push_back(row_of(stored_, changed));
  }
  [[nodiscard]] json rows() { return std::move(rows_); }
  [[nodiscard]] json next() const { return full_ ? json(to_text(last_)) : json(nullptr); }

 private:
  const reports::StoredResults& stored_;
  std::optional<Cursor> after_;
  std::size_t limit_;
  json rows_ = json::array();
  Cursor last_;
  bool full_ = false;  // there is more than the page holds
};

void post_rejudge(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = cursor_in(visit.request);
  if (!after) return visit.respond(problem_of(after.error()));
  const auto rule = rule_in(visit.request);
  if (!rule) return visit.respond(problem_of(rule.error()));
  const auto view = visit.office.store.read();
  const auto set = set_asked_for(*view, visit.request);
  if (!set) {
    const bool rejected = set.error().code != ErrorCode::not_found;
    return visit.respond(rejected ? http::problem(422, "table_rejected", to_text(set.error()))
                                  : problem_of(set.error()));
  }
  const auto province = visit.provinces.get(*view);  // names only
  const Province* known = province ? province->get() : nullptr;
  const reports::StoredResults stored = reports::stored_results(*view);
  Page page{stored, *after, *limit};
  const rules::RejudgeReport report = rules::rejudge(stored.columns, set->limits, set->categories, *rule,
                                                     [&](const rules::ChangedItem& item) { page.take(item); });
  visit.respond(answer({{"dry_run", true},
                        {"as_of", lab::to_text(visit.office.clock())},
                        {"samples", report.samples},
                        {"determinations", report.determinations},
                        {"without_panel", stored.without_panel},
                        {"changed_items", report.changed_items},
                        {"changed_samples", report.changed_samples},
                        {"items", moves_to_json<model::ItemOutcome>(report.item_moves, known)},
                        {"sample_verdicts", moves_to_json<model::SampleOutcome>(report.sample_moves, known)},
                        {"rows", page.rows()},
                        {"next", page.next()}}));
}

}  // namespace

void add_rejudge_routes(Routes& routes) { routes.add("POST", "/api/v1/rejudge", Action::look, post_rejudge); }

}  // namespace lab::board
