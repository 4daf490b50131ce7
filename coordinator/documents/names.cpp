#include "coordinator/documents/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/registry.hpp"

namespace lab::documents {

std::string Names::programme(const model::ProgrammeCode& code) const {
  const auto known = std::ranges::find(programmes, code, &planning::Programme::code);
  return known == programmes.end() ? code.value() : known->name;
}

std::string Names::city(model::CityCode code) const {
  const auto* known = divisions == nullptr ? nullptr : divisions->find_city(code);
  return known == nullptr ? fmt::format("{}", code.value()) : known->name;
}

std::string Names::county(model::CityCode city, model::CountyCode code) const {
  const std::string text = fmt::format("{}", code.value());
  const auto* owner = divisions == nullptr ? nullptr : divisions->find_city(city);
  const auto* known = owner == nullptr ? nullptr : divisions->find_county(*owner, text);
  return known == nullptr ? text : known->name;
}

std::string Names::county(model::CountyCode code) const {
  const std::string text = fmt::format("{}", code.value());
  const auto* known = divisions == nullptr ? nullptr : divisions->find_county_anywhere(text);
  return known == nullptr ? text : known->name;
}

std::string Names::category(const model::CategoryCode& code) const {
  const auto* known = categories == nullptr ? nullptr : categories->find(code.value());
  return known == nullptr ? code.value() : known->name;
}

std::string laboratory_name(const journal::View& store, model::LaboratoryId id) {
  const auto known = coordinator::tables::laboratory(store, id);
  return known ? known->name : fmt::format("{}", id.value());
}

std::string beijing_text(UtcTime moment) { return wall_time(moment) + "（北京时间）"; }

Facts facts_of(const journal::View& store, const Names& names, const reports::Query& query, UtcTime as_of,
               std::uint64_t version) {
  std::string filters;
  const auto add = [&](const char* what, const std::string& value) {
    filters += (filters.empty() ? "" : "；") + fmt::format("{}：{}", what, value);
  };
  if (query.programme) add("项目", names.programme(*query.programme));
  if (query.city) add("市州", names.city(*query.city));
  if (query.county) add("区县", names.county(*query.county));
  if (query.round) add("轮次", fmt::format("第 {} 轮", *query.round));
  if (query.category) add("类别", names.category(*query.category));
  if (query.stage) add("环节", model::chinese_name_of(*query.stage));
  if (query.month) add("月份", reports::month_text(*query.month));
  if (query.laboratory) add("实验室", laboratory_name(store, *query.laboratory));
  if (query.analyte) add("检测项目", *query.analyte);
  return {{"筛选条件", filters.empty() ? "无（全部）" : filters},
          {"判定口径", query.verdicts == reports::Verdicts::first ? "首次判定" : "最终判定"},
          {"截至", beijing_text(as_of)},
          {"数据版本", fmt::format("{}", version)}};
}

}  // namespace lab::documents
