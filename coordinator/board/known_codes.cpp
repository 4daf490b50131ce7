#include "coordinator/board/known_codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/base/text.hpp"

namespace lab::board {
namespace {

namespace tables = coordinator::tables;

constexpr std::size_t listed_max = 24;   // the cities of a province; more are no help to read
constexpr std::size_t nearest_most = 5;  // of longer lists

struct Known {
  std::string code;
  std::string name;
};

std::string offer(const std::string& asked, std::vector<Known> known) {
  if (known.empty()) return "还没有可用的";
  const bool is_long = known.size() > listed_max;
  if (is_long) {
    std::ranges::stable_sort(known, {}, [&](const Known& one) {
      return std::min(edit_distance(asked, one.code), edit_distance(asked, one.name));
    });
    known.resize(nearest_most);
  }
  std::string text;
  for (const Known& one : known) {
    text += text.empty() ? "" : "、";
    text += one.name.empty() || one.name == one.code ? one.code : fmt::format("{}（{}）", one.code, one.name);
  }
  return (is_long ? "最接近的有 " : "可用的有 ") + text;
}

bool is_counted(const journal::View& store, const reports::Query& part) {
  bool any = false;
  const auto visit = [&](const tables::CellKey& cell, const tables::Tally&) {
    any = any || reports::takes(part, cell);
  };
  if (part.county) {
    tables::for_each_fine_tally(store, visit);
  } else {
    tables::for_each_cell_tally(store, visit);
  }
  return any;
}

struct Asked {
  const char* field;
  const char* what;
  std::string code;
};

tl::unexpected<Error> unknown(const Asked& asked, std::vector<Known> known) {
  return fail(ErrorCode::malformed,
              fmt::format("没有“{}”这个{}；{}", asked.code, asked.what, offer(asked.code, std::move(known))),
              asked.field);
}

Result<void> check_programme(const journal::View& store, const Province& province, const model::ProgrammeCode& code) {
  if (province.programme(code) != nullptr || is_counted(store, {.by = {}, .programme = code})) return {};
  std::vector<Known> known;
  for (const planning::Programme& one : province.programmes) known.push_back({one.code.value(), one.name});
  return unknown({"programme", "项目", code.value()}, std::move(known));
}

Result<void> check_city(const journal::View& store, const Province& province, model::CityCode code) {
  if (province.divisions.find_city(code) != nullptr || is_counted(store, {.by = {}, .city = code})) return {};
  std::vector<Known> known;
  for (const planning::City& one : province.divisions.cities()) {
    known.push_back({fmt::format("{}", one.code.value()), one.name});
  }
  return unknown({"city", "市州", fmt::format("{}", code.value())}, std::move(known));
}

Result<void> check_county(const journal::View& store, const Province& province, const reports::Query& query) {
  const model::CountyCode code = *query.county;
  const std::string text = fmt::format("{}", code.value());
  const planning::County* const found = province.divisions.find_county_anywhere(text);
  const bool is_here = found != nullptr && (!query.city || found->city == *query.city);
  if (is_here || is_counted(store, {.by = {}, .city = query.city, .county = code})) return {};
  if (found != nullptr) {
    const planning::City* const city = province.divisions.find_city(found->city);
    return fail(ErrorCode::malformed,
                fmt::format("区县 {}（{}）属于市州 {}（{}），不属于所要的 {}", text, found->name, found->city.value(),
                            city == nullptr ? "" : city->name, query.city->value()),
                "county");
  }
  std::vector<Known> known;
  for (const planning::County& one : province.divisions.counties()) {
    if (!query.city || one.city == *query.city) known.push_back({fmt::format("{}", one.code.value()), one.name});
  }
  return unknown({"county", "区县", text}, std::move(known));
}

Result<void> check_category(const journal::View& store, const Province& province, const model::CategoryCode& code) {
  const planning::Category* const found = province.categories.find(code.value());
  if ((found != nullptr && found->code == code) || is_counted(store, {.by = {}, .category = code})) return {};
  std::vector<Known> known;
  for (const planning::Category& one : province.categories.all()) known.push_back({one.code.value(), one.name});
  return unknown({"category", "类别", code.value()}, std::move(known));
}

Result<void> check_laboratory(const journal::View& store, model::LaboratoryId id) {
  if (tables::laboratory(store, id)) return {};
  std::vector<Known> known;
  for (const model::Laboratory& one : tables::laboratories(store)) {
    known.push_back({fmt::format("{}", one.id.value()), one.name});
  }
  return unknown({"lab", "实验室", fmt::format("{}", id.value())}, std::move(known));
}

Result<void> check_analyte(const journal::View& store, const Province& province, const std::string& analyte) {
  std::set<std::string> names;
  for (const model::Panel& panel : province.panels) {
    for (const model::PanelItem& item : panel.items) names.insert(item.limited_as());
  }
  if (names.contains(analyte)) return {};
  const reports::Query by_analyte{.by = {reports::Axis::analyte}};
  if (!reports::check_ready(store, by_analyte)) return {};  // whoever counts says so
  for (const reports::Row& row : reports::summarize(store, by_analyte, {}).rows) names.insert(row.analyte);
  if (names.contains(analyte)) return {};
  std::vector<Known> known;
  known.reserve(names.size());
  for (const std::string& name : names) known.push_back({name, {}});
  return unknown({"analyte", "检测项目", analyte}, std::move(known));
}

}  // namespace

Result<void> check_known(const journal::View& store, const Province* province, const reports::Query& query) {
  if (province == nullptr) return {};
  Result<void> good;
  if (query.programme) good = check_programme(store, *province, *query.programme);
  if (good && query.city) good = check_city(store, *province, *query.city);
  if (good && query.county) good = check_county(store, *province, query);
  if (good && query.category) good = check_category(store, *province, *query.category);
  if (good && query.laboratory) good = check_laboratory(store, *query.laboratory);
  if (good && query.analyte) good = check_analyte(store, *province, *query.analyte);
  return good;
}

}  // namespace lab::board
