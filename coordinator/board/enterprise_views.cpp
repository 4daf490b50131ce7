#include "coordinator/board/enterprise_views.hpp"

#include <algorithm>

#include "coordinator/board/names.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/series.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
using nlohmann::json;
namespace tables = coordinator::tables;

namespace {

void add_place(json& row, const Province* province, model::CityCode city, model::CountyCode county) {
  row["city"] = city == model::CityCode{} ? json(nullptr) : json(city.value());
  row["county"] = county == model::CountyCode{} ? json(nullptr) : json(county.value());
  const auto* known = province == nullptr ? nullptr : province->divisions.find_city(city);
  if (known == nullptr) return;
  row["city_name"] = known->name;
  const auto* place = province->divisions.find_county(*known, std::to_string(county.value()));
  if (place != nullptr) row["county_name"] = place->name;
}

json kinds_of(std::uint8_t kinds) {
  json names = json::array();
  for (const auto& [bit, name] :
       {std::pair{tables::enterprise_kind::producer, "producer"}, std::pair{tables::enterprise_kind::shop, "shop"},
        std::pair{tables::enterprise_kind::farm, "farm"}}) {
    if ((kinds & bit) != 0) names.push_back(name);
  }
  return names;
}

const std::string& name_or_code(const tables::Enterprise& one) { return one.name.empty() ? one.code : one.name; }

json parting_json(const tables::Parting& one) {
  return {{"enterprise", one.one.value()},      {"from", one.from.value()},
          {"merged_by", one.merged_by.value()}, {"merged", to_text(one.merged)},
          {"merge_reason", one.merge_reason},   {"parted_by", one.parted_by.value()},
          {"parted", to_text(one.parted)},      {"reason", one.reason}};
}

json verdicts_json(const tables::Verdicts& verdicts) {
  return {{"pass", verdicts.pass},
          {"fail", verdicts.fail},
          {"problem", verdicts.problem},
          {"undetermined", verdicts.undetermined}};
}

json evidence_json(const enterprises::Evidence& one, const Province* province) {
  json row{{"task", to_text(one.task.id)},
           {"number", one.task.number.text()},
           {"programme", one.task.programme.value()},
           {"commodity", one.task.commodity},
           {"category", one.task.category.value()},
           {"city", one.task.city.value()},
           {"month", reports::month_text(one.line.verdict.month)},
           {"first", model::name_of(one.line.verdict.first)},
           {"final", model::name_of(one.line.verdict.final)},
           {"as_unit", one.line.as_unit},
           {"as_producer", one.line.as_producer},
           {"open", one.open.empty() ? json(nullptr) : json(one.open)}};
  add_names(row, province, one.task.city, one.task.category);
  return row;
}

json saying_json(const tables::Saying& saying) {
  if (saying.person.value().empty()) return nullptr;
  return {{"person", saying.person.value()}, {"at", to_text(saying.at)}, {"reason", saying.reason}};
}

json tasks_json(const std::vector<model::TaskId>& tasks, const journal::View& store) {
  json rows = json::array();
  for (const model::TaskId& id : tasks) {
    const auto task = tables::task(store, id);
    rows.push_back({{"task", to_text(id)}, {"number", task ? task->number.text() : ""}});
  }
  return rows;
}

json series_json(const journal::View& store, const tables::Enterprise& enterprise) {
  std::vector<std::string> keys;
  for (const tables::EnterpriseId id : tables::members_of(store, enterprise.id)) {
    const auto member = tables::enterprise(store, id);
    keys.push_back(tables::name_key(member->name));
    for (const std::string& name : member->other_names) keys.push_back(tables::name_key(name));
  }
  json rows = json::array();
  tables::for_each_series(store, {}, [&](const tables::Series& series) {
    if (std::ranges::find(keys, tables::name_key(series.enterprise)) == keys.end()) return true;
    rows.push_back({{"series", series.id.value()},
                    {"commodity", series.commodity},
                    {"aql", series.aql},
                    {"state", acceptance::name_of(series.history.state)},
                    {"score", series.history.score},
                    {"lots", series.lots}});
    return true;
  });
  return rows;
}

json evaluation_json(const enterprises::Evaluation& evaluation, const enterprises::CreditRules& rules,
                     const journal::View& store) {
  return {{"class", evaluation.rule ? json(evaluation.rule->credit_class) : json(nullptr)},
          {"blacklisted", evaluation.rule && evaluation.rule->blacklisted},
          {"rule", evaluation.rule ? to_json(*evaluation.rule) : json(nullptr)},
          {"verdicts", tasks_json(evaluation.verdicts, store)},
          {"unmet", evaluation.unmet},
          {"rules", to_hex(rules.hash().view())}};
}

}  // namespace

json parties_json(const journal::View& store, const model::TaskId& task) {
  const auto known = tables::task_parties(store, task).value_or(tables::TaskParties{});
  const auto party = [&](tables::EnterpriseId id) -> json {
    if (id == tables::EnterpriseId{}) return nullptr;
    const auto standing = tables::enterprise(store, tables::standing_for(store, id));
    if (!standing) return nullptr;
    return {{"enterprise", standing->id.value()}, {"name", name_or_code(*standing)}};
  };
  return {{"unit", party(known.parties.unit)}, {"producer", party(known.parties.producer)}};
}

json named_json(const journal::View& store, const std::string& name) {
  std::vector<tables::EnterpriseId> standing;
  for (const tables::EnterpriseId id : tables::enterprises_by_name(store, name)) {
    const tables::EnterpriseId now = tables::standing_for(store, id);
    if (std::ranges::find(standing, now) == standing.end()) standing.push_back(now);
  }
  json rows = json::array();
  for (const tables::EnterpriseId id : standing) {
    const auto one = tables::enterprise(store, id);
    if (one) rows.push_back({{"enterprise", id.value()}, {"name", name_or_code(*one)}, {"code", one->code}});
  }
  return rows;
}

json to_json(const enterprises::CreditRule& rule) {
  return {{"rule", rule.rule},
          {"from", to_text(rule.from)},
          {"to", rule.to ? json(to_text(*rule.to)) : json(nullptr)},
          {"class", rule.credit_class},
          {"blacklisted", rule.blacklisted},
          {"programmes", rule.programmes},
          {"role", enterprises::name_of(rule.role)},
          {"measure", enterprises::name_of(rule.measure)},
          {"at_least", rule.at_least},
          {"window_months", rule.window_months},
          {"text", rule.chinese},
          {"text_en", rule.english},
          {"basis", rule.basis},
          {"assumption", rule.assumption}};
}

json to_json(const enterprises::Weight& weight) { return {{"percent", weight.percent}, {"because", weight.because}}; }

json to_json(const tables::Publication& one, const journal::View& store) {
  json row{{"publication", one.id.value()},
           {"enterprise", one.enterprise.value()},
           {"state", tables::name_of(one.state)},
           {"public", tables::is_public(one.state)},
           {"class", one.credit_class},
           {"blacklisted", one.blacklisted},
           {"rule", one.rule},
           {"rules", to_hex(one.rules.view())},
           {"verdicts", tasks_json(one.verdicts, store)},
           {"proposed", saying_json(one.proposed)},
           {"decided", saying_json(one.decided)},
           {"withdrawal", saying_json(one.withdrawal)},
           {"withdrawal_decided", saying_json(one.withdrawal_decided)}};
  if (const auto standing = tables::enterprise(store, tables::standing_for(store, one.enterprise))) {
    row["name"] = standing->name;
    row["code"] = standing->code;
    row["standing"] = standing->id.value();
  }
  return row;
}

json to_json(const tables::Enterprise& enterprise, const journal::View& store, const Province* province) {
  const tables::Tally tally = tables::tally_of(store, enterprise.id);
  const auto open_to_all = enterprises::published(store, enterprise.id);
  json row{{"enterprise", enterprise.id.value()},
           {"name", enterprise.name},
           {"code", enterprise.code},
           {"licence", enterprise.licence},
           {"kinds", kinds_of(enterprise.kinds)},
           {"address", enterprise.address},
           {"first", verdicts_json(tally.first)},
           {"final", verdicts_json(tally.final)},
           {"published", nullptr}};
  if (open_to_all) {
    row["published"] = {{"class", open_to_all->credit_class}, {"blacklisted", open_to_all->blacklisted}};
  }
  add_place(row, province, enterprise.city, enterprise.county);
  return row;
}

json whole_json(const tables::Enterprise& enterprise, const journal::View& store, const Province* province,
                UtcTime now) {
  json object = to_json(enterprise, store, province);
  object["other_names"] = enterprise.other_names;
  object["merged_into"] = enterprise.is_merged() ? json(enterprise.merged_into.value()) : json(nullptr);
  json members = json::array();
  for (const tables::EnterpriseId id : tables::members_of(store, enterprise.id)) {
    if (id == enterprise.id) continue;
    const auto one = tables::enterprise(store, id);
    members.push_back({{"enterprise", id.value()},
                       {"name", one->name},
                       {"code", one->code},
                       {"into", one->merged_into.value()},
                       {"merged_by", one->merged_by.value()},
                       {"merged", to_text(one->merged)},
                       {"reason", one->merge_reason}});
  }
  object["members"] = std::move(members);
  json partings = json::array();
  for (const tables::Parting& one : tables::partings_of(store, enterprise.id)) partings.push_back(parting_json(one));
  object["partings"] = std::move(partings);
  const auto evidence = enterprises::evidence_of(store, enterprise.id);
  json lines = json::array();
  for (const enterprises::Evidence& one : evidence) lines.push_back(evidence_json(one, province));
  object["history"] = std::move(lines);
  object["series"] = series_json(store, enterprise);
  const auto rules = enterprises::credit_rules(store);
  const auto verdicts = enterprises::final_verdicts(evidence);
  object["evaluation"] = evaluation_json(rules.evaluate(verdicts, civil_date(now)), rules, store);
  object["weight"] = to_json(
      enterprises::enterprise_weight(verdicts, enterprises::risk_rules(store).on(civil_date(now)), civil_date(now)));
  json publications = json::array();
  for (const tables::Publication& one : enterprises::publications(store, enterprise.id)) {
    publications.push_back(to_json(one, store));
  }
  object["publications"] = std::move(publications);
  return object;
}

json to_json(const tables::Signal& signal, const Province* province) {
  const tables::SignalReport& report = signal.report;
  json row{{"signal", signal.id.value()},
           {"source", report.source},
           {"source_id", report.source_id},
           {"kind", tables::name_of(report.kind)},
           {"product", report.product},
           {"maker", report.maker},
           {"happened", to_text(report.happened)},
           {"harmed", report.harmed},
           {"content", report.content},
           {"received", to_text(signal.received)},
           {"received_by", signal.received_by.value()},
           {"state", tables::name_of(signal.state)},
           {"assessed_by", signal.assessed_by.value()},
           {"assessed", signal.assessed == UtcTime{} ? json(nullptr) : json(to_text(signal.assessed))},
           {"reason", signal.reason},
           {"plan", signal.plan == model::PlanId{} ? json(nullptr) : json(signal.plan.value())}};
  add_place(row, province, report.city, report.county);
  return row;
}

}  // namespace lab::board
