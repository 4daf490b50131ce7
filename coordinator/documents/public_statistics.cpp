#include "coordinator/documents/public_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/drawn.hpp"
#include "protocol/base/csv.hpp"

namespace lab::documents {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;
using reports::Axis;
using statistics::Shown;

bool has_other_filters(const reports::Query& query) {
  return query.city || query.county || query.category || query.stage || query.round || query.month ||
         query.laboratory || query.analyte || !query.by.empty();
}

struct Cells {
  std::vector<model::CityCode> cities;
  std::vector<model::CategoryCode> categories;
  std::map<std::pair<model::CityCode, model::CategoryCode>, statistics::Counts> counts;

  [[nodiscard]] statistics::Counts at(std::size_t row, std::size_t column) const {
    statistics::Counts sum;
    for (std::size_t i = row == cities.size() ? 0 : row; i < (row == cities.size() ? row : row + 1); ++i) {
      for (std::size_t k = column == categories.size() ? 0 : column;
           k < (column == categories.size() ? column : column + 1); ++k) {
        const auto found = counts.find({cities[i], categories[k]});
        if (found != counts.end()) sum += found->second;
      }
    }
    return sum;
  }
};

Cells cells_of(const reports::Summary& summary) {
  Cells cells;
  std::set<model::CityCode> cities;
  std::set<model::CategoryCode> categories;
  for (const reports::Row& row : summary.rows) {
    cities.insert(row.key.city);
    categories.insert(row.key.category);
    cells.counts[{row.key.city, row.key.category}] = row.figures.counts;
  }
  cells.cities.assign(cities.begin(), cities.end());
  cells.categories.assign(categories.begin(), categories.end());
  return cells;
}

statistics::Masked masked_of(const Cells& cells, std::uint64_t least) {
  // All of a figure is shown or nothing: what is small is how many samples it rests on, judged or not.
  statistics::Grid grid(cells.cities.size(), std::vector<std::uint64_t>(cells.categories.size()));
  for (std::size_t row = 0; row < grid.size(); ++row) {
    for (std::size_t column = 0; column < grid[row].size(); ++column) grid[row][column] = cells.at(row, column).total();
  }
  return statistics::mask(grid, least);
}

PublicRow row_of(const Names& names, const Cells& cells, const statistics::Masked& masked, std::size_t row,
                 std::size_t column) {
  PublicRow one{.city = {}, .city_name = "合计", .category = {}, .category_name = "合计", .counts = {}, .rate = {}};
  if (row < cells.cities.size()) {
    one.city = fmt::format("{}", cells.cities[row].value());
    one.city_name = names.city(cells.cities[row]);
  }
  if (column < cells.categories.size()) {
    one.category = cells.categories[column].value();
    one.category_name = names.category(cells.categories[column]);
  }
  one.shown = masked.cells[row][column];
  if (one.shown != Shown::yes) return one;
  one.counts = cells.at(row, column);
  one.rate = statistics::percent_text(statistics::passed_rate(one.counts));
  return one;
}

void set_rule(PublicTable& table, const journal::View& store, UtcTime as_of) {
  const auto rules = tables::sampling_rules(store);
  const auto* rule = planning::rule_for(rules, planning::SamplingRuleKind::publish, table.programme, civil_date(as_of));
  table.least = rule == nullptr ? publish_least_usual : rule->limit;
  table.rule = rule == nullptr
                   ? fmt::format("默认：少于 {} 个样品的数字不公布", table.least)
                   : fmt::format("{}：少于 {} 个样品的数字不公布（{}）", rule->code, table.least, rule->reason);
  table.facts.emplace_back("公布规则", table.rule);
  table.facts.emplace_back("说明", "“不公布”的数字或样品太少，或可用来推算样品太少的数字；合计已包含它们");
}

json figures_json(const PublicRow& row) {
  if (row.shown != Shown::yes) return nullptr;
  return {{"judged", row.counts.judged()},
          {"pass", row.counts.pass},
          {"fail", row.counts.fail},
          {"problem", row.counts.problem},
          {"undetermined", row.counts.undetermined},
          {"rate", row.rate}};
}

std::string address_of(const model::ProgrammeCode& programme, std::string_view format) {
  return fmt::format("/api/v1/public/statistics?programme={}&format={}", programme.value(), format);
}

// The words of DCAT 3 and Dublin Core for ours, so that open-data portals can read the same document (JSON-LD 1.1).
json linked_words() {
  return {{"dcat", "http://www.w3.org/ns/dcat#"},
          {"dct", "http://purl.org/dc/terms/"},
          {"title", "dct:title"},
          {"programme", "dct:identifier"},
          {"as_of", {{"@id", "dct:modified"}, {"@type", "http://www.w3.org/2001/XMLSchema#dateTime"}}},
          {"data_version", "dcat:version"},
          {"fields", "dcat:keyword"},
          {"datasets", "dcat:dataset"},
          {"distributions", "dcat:distribution"},
          {"format", "dct:format"},
          {"media_type", "dcat:mediaType"},
          {"address", {{"@id", "dcat:downloadURL"}, {"@type", "@id"}}}};
}

}  // namespace

Result<PublicTable> public_table(const journal::View& store, const Names& names, const reports::Query& query,
                                 std::optional<UtcTime> as_of, UtcTime now) {
  if (!query.programme) return fail(ErrorCode::malformed, "请写明项目", "programme");
  if (has_other_filters(query)) {
    return fail(ErrorCode::malformed, "公开数据只按项目发布，不能再筛选：几种口径可以互相推算", "by");
  }
  const reports::Query asked{
      .by = {Axis::city, Axis::category}, .programme = query.programme, .verdicts = query.verdicts};
  auto summary = reports::summarize_at(store, asked, {}, as_of);
  if (!summary) return tl::unexpected(summary.error());
  PublicTable table{.programme = *query.programme,
                    .title = names.programme(*query.programme) + "合格率（公开数据）",
                    .rule = {},
                    .facts = facts_of(store, names, asked, as_of.value_or(now), summary->version),
                    .as_of = as_of.value_or(now),
                    .version = summary->version,
                    .rows = {}};
  set_rule(table, store, table.as_of);
  const Cells cells = cells_of(*summary);
  const statistics::Masked masked = masked_of(cells, table.least);
  for (std::size_t row = 0; row <= cells.cities.size(); ++row) {
    for (std::size_t column = 0; column <= cells.categories.size(); ++column) {
      if (cells.at(row, column).total() > 0) table.rows.push_back(row_of(names, cells, masked, row, column));
    }
  }
  return table;
}

std::string to_public_csv(const PublicTable& table) {
  std::string text = "# " + table.title + "\n";
  for (const auto& [name, value] : table.facts) text += fmt::format("# {}：{}\n", name, value);
  text += "市州代码,市州,类别代码,类别,判定样品数,合格,不合格,问题样品,不予判定,合格率%,备注\n";
  for (const PublicRow& row : table.rows) {
    std::vector<std::string> cells{row.city, row.city_name, row.category, row.category_name};
    if (row.shown == Shown::yes) {
      for (const std::uint64_t count :
           {row.counts.judged(), row.counts.pass, row.counts.fail, row.counts.problem, row.counts.undetermined}) {
        cells.push_back(fmt::format("{}", count));
      }
      cells.push_back(row.rate);
      cells.emplace_back();
    } else {
      cells.insert(cells.end(), 6, std::string{});
      cells.emplace_back("不公布");
    }
    text += format_csv_row(cells);
  }
  return text;
}

std::string to_public_json(const PublicTable& table) {
  json facts = json::object();
  for (const auto& [name, value] : table.facts) facts[name] = value;
  json rows = json::array();
  for (const PublicRow& row : table.rows) {
    rows.push_back({{"city", row.city.empty() ? json(nullptr) : json(row.city)},
                    {"city_name", row.city_name},
                    {"category", row.category.empty() ? json(nullptr) : json(row.category)},
                    {"category_name", row.category_name},
                    {"published", row.shown == Shown::yes},
                    {"figures", figures_json(row)}});
  }
  return json{{"title", table.title},          {"programme", table.programme.value()}, {"as_of", to_text(table.as_of)},
              {"data_version", table.version}, {"least_samples", table.least},         {"facts", std::move(facts)},
              {"rows", std::move(rows)}}
      .dump();
}

std::string catalogue_json(const journal::View& store, const Names& names, UtcTime now) {
  std::set<model::ProgrammeCode> programmes;
  tables::for_each_city_tally(store, [&](const model::ProgrammeCode& programme, model::CityCode, const tables::Tally&) {
    programmes.insert(programme);
  });
  json sets = json::array();
  for (const model::ProgrammeCode& programme : programmes) {
    json forms = json::array();
    for (const auto& [format, type] : {std::pair{"csv", "text/csv"}, std::pair{"json", "application/json"}}) {
      forms.push_back({{"@type", "dcat:Distribution"},
                       {"format", format},
                       {"media_type", type},
                       {"address", address_of(programme, format)}});
    }
    sets.push_back({{"@type", "dcat:Dataset"},
                    {"programme", programme.value()},
                    {"as_of", to_text(now)},
                    {"data_version", tables::data_version(store)},
                    {"title", names.programme(programme) + "合格率（公开数据）"},
                    {"fields", {"city", "category", "judged", "pass", "fail", "problem", "undetermined", "rate"}},
                    {"distributions", std::move(forms)}});
  }
  return json{{"@context", linked_words()},
              {"@type", "dcat:Catalog"},
              {"title", "公开统计数据目录"},
              {"as_of", to_text(now)},
              {"data_version", tables::data_version(store)},
              {"datasets", std::move(sets)}}
      .dump();
}

}  // namespace lab::documents
