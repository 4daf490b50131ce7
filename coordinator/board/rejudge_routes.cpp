// What another limit table or decision rule would change, over a snapshot of the store. Nothing is written.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/rejudging.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/rules/limit_diff.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/rules/rejudge.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

// Where a page begins: the version of the store that was rejudged, and how many of its changes came before.
struct Cursor {
  std::uint64_t version = 0;
  std::size_t position = 0;
};

std::string to_text(const Cursor& cursor) { return fmt::format("{}:{}", cursor.version, cursor.position); }

Result<std::optional<Cursor>> cursor_in(const http::Request& request) {
  const std::string after = text_in(request, "after");
  if (after.empty()) return std::optional<Cursor>{};
  Cursor cursor;
  const char* const end = after.data() + after.size();
  const auto version = std::from_chars(after.data(), end, cursor.version);
  const bool goes_on = version.ec == std::errc{} && version.ptr != end && *version.ptr == ':';
  const auto position = std::from_chars(goes_on ? version.ptr + 1 : end, end, cursor.position);
  if (position.ec != std::errc{} || position.ptr != end) {
    return fail(ErrorCode::malformed, "应为上一页给出的位置", "after");
  }
  return std::optional{cursor};
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
  constexpr std::array decisions{
      std::pair{std::string_view{"simple"}, std::optional{DecisionRule::simple}},
      std::pair{std::string_view{"guard_acceptance"}, std::optional{DecisionRule::guard_acceptance}},
      std::pair{std::string_view{"guard_rejection"}, std::optional{DecisionRule::guard_rejection}},
      std::pair{std::string_view{"nonbinary"}, std::optional{DecisionRule::nonbinary}}};
  rules::RejudgeRule rule;
  const auto comparison = choice_in(request, "comparison", comparisons, std::optional<Comparison>{});
  if (!comparison) return tl::unexpected(comparison.error());
  const auto decision = choice_in(request, "decision_rule", decisions, std::optional<DecisionRule>{});
  if (!decision) return tl::unexpected(decision.error());
  rule.comparison = *comparison;
  rule.rule = *decision;
  if (const std::string fraction = text_in(request, "relative_uncertainty"); !fraction.empty()) {
    rule.relative_uncertainty = Decimal::parse(fraction);
    if (!rule.relative_uncertainty || rule.relative_uncertainty->is_negative()) {
      return fail(ErrorCode::malformed, "应为小数，如 0.5", "relative_uncertainty");
    }
  }
  if (rule.rule && *rule.rule != DecisionRule::simple && !rule.relative_uncertainty) {
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
          {"analyte", columns.panels()[context.panel].items[result.item].limited_as()},
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

// A report reads every result there is and keeps them in memory: one at a time. The last one is kept, so that its pages
// fit together however the store goes on.
struct Rejudging {
  std::mutex one_at_a_time;
  std::optional<Report> last;
};

// The kept report when it is what the request asks for, else a new one in its place.
tl::expected<const Report*, http::Response> report_for(const Visit& visit, const rules::RejudgeRule& rule,
                                                       const std::optional<Cursor>& after, Rejudging& rejudging) {
  auto view = visit.office.store.read();
  const Question question{
      .table = crypto::sha256(visit.request.body), .rule = rule, .version = after ? after->version : view->version()};
  if (rejudging.last && rejudging.last->of == question) return &*rejudging.last;
  if (question.version != view->version()) {
    return tl::unexpected(http::problem(409, "report_gone", "这份结果已不再保留，请从第一页重新开始"));
  }
  const auto set = set_asked_for(*view, visit.request);
  if (!set) {
    const bool rejected = set.error().code != ErrorCode::not_found;
    return tl::unexpected(rejected ? http::problem(422, "table_rejected", lab::to_text(set.error()))
                                   : problem_of(set.error()));
  }
  rejudging.last.reset();  // never two of them in memory
  return &rejudging.last.emplace(report_on(visit.office.store, std::move(view), question, *set, visit.office.clock()));
}

// Up to `limit` changes of all parts from the one numbered `begin`.
json rows_of(const Report& report, std::size_t begin, std::size_t limit) {
  json rows = json::array();
  std::size_t before = 0;  // changes in the parts before
  for (const JudgedPart& part : report.parts) {
    for (std::size_t at = std::max(begin, before) - before; at < part.changes.size() && rows.size() < limit; ++at) {
      rows.push_back(row_of(part.stored, part.changes[at]));
    }
    before += part.changes.size();
  }
  return rows;
}

json page_of(const Report& report, std::size_t begin, std::size_t limit, const Province* names) {
  std::uint64_t without_panel = 0;
  std::size_t left_out = 0;
  for (const JudgedPart& part : report.parts) {
    without_panel += part.stored.without_panel;
    left_out += part.stored.columns.left_out();
  }
  json rows = rows_of(report, begin, limit);
  const std::size_t end = begin + rows.size();
  const bool is_last = end >= report.figures.changed_items;
  return {{"dry_run", true},
          {"as_of", lab::to_text(report.as_of)},
          {"samples", report.figures.samples},
          {"determinations", report.figures.determinations},
          {"without_panel", without_panel},
          {"left_out", left_out},
          {"changed_items", report.figures.changed_items},
          {"changed_samples", report.figures.changed_samples},
          {"items", moves_to_json<model::ItemOutcome>(report.figures.item_moves, names)},
          {"sample_verdicts", moves_to_json<model::SampleOutcome>(report.figures.sample_moves, names)},
          {"rows", std::move(rows)},
          {"next", is_last ? json(nullptr) : json(to_text(Cursor{report.of.version, end}))}};
}

void post_rejudge(Visit& visit, Rejudging& rejudging) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = cursor_in(visit.request);
  if (!after) return visit.respond(problem_of(after.error()));
  const auto rule = rule_in(visit.request);
  if (!rule) return visit.respond(problem_of(rule.error()));
  const std::unique_lock alone{rejudging.one_at_a_time, std::try_to_lock};
  if (!alone) return visit.respond(http::problem(503, "busy", "正在进行另一次重新判定，请稍后重试"));
  const auto report = report_for(visit, *rule, *after, rejudging);
  if (!report) return visit.respond(report.error());
  const auto province = visit.provinces.get(*visit.office.store.read());  // names only
  const Province* const names = province ? province->get() : nullptr;
  visit.respond(answer(page_of(**report, *after ? (*after)->position : 0, *limit, names)));
}

}  // namespace

void add_rejudge_routes(Routes& routes) {
  routes.add("POST", "/api/v1/rejudge", Action::set_up,
             [rejudging = std::make_shared<Rejudging>()](Visit& visit) { post_rejudge(visit, *rejudging); });
}

}  // namespace lab::board
