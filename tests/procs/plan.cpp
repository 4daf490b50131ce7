#include "tests/procs/plan.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace lab::procs {
namespace {

constexpr std::uint64_t too_much_one_in = 20;
constexpr int days_of_year = 360;

struct Product {
  const char* category;
  const char* name;
};
constexpr std::array products{Product{"V1", "菠菜"}, Product{"V2", "甘蓝"}, Product{"V3", "番茄"}};
constexpr int rounds = 2;

int city_of(int node) { return 510100 + 100 * node; }

// Part `index` of `parts` equal ones, rounded so that they add up.
int part_of(int whole, int parts, int index) { return whole * (index + 1) / parts - whole * index / parts; }

// FNV-1a.
std::uint64_t mixed(std::string_view text, std::uint64_t salt) {
  std::uint64_t hash = 14'695'981'039'346'656'037u ^ salt;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  return hash ^ (hash >> 29);
}

std::string divisions() {
  constexpr int cities = 10;
  std::string csv = "code,name,level,parent_code,lon,lat\n510000,四川省,province,,,\n";
  for (int node = 0; node < cities; ++node) {
    const int city = city_of(node);
    csv += fmt::format("{},第{}市,city,510000,{}.5,30.5\n", city, node + 1, 100 + node);
    csv += fmt::format("{},第{}县,county,{},,\n", city + 4, node + 1, city);
  }
  return csv;
}

std::string limits() {
  std::string csv =
      "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to,source,confidence,"
      "note\n";
  for (int item = 0; item < items_of_panel; ++item) {
    csv +=
        fmt::format("{},,蔬菜,<=,0.5,mg/kg,GB 2763-2012,4.{},2012-01-01,,campaign,A,\n", analyte_name(item), item + 1);
  }
  return csv;
}

std::string panels() {
  std::string csv = "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n";
  for (int item = 0; item < items_of_panel; ++item) {
    csv += fmt::format("THREE,三项残留,{},NY/T 761-2008,mg/kg,0.005,0.01,0\n", analyte_name(item));
  }
  return csv;
}

}  // namespace

std::vector<Table> reference_tables() {
  return {
      {"divisions.csv", divisions()},
      {"programmes.csv", "项目,项目名称,主管部门,样品数,目标合格率\nNCP,农产品质量安全例行监测,农业厅,24000,0.96\n"},
      {"categories.csv", "code,name_zh,parent\nV,蔬菜,\nV1,叶菜类蔬菜,V\nV2,芸薹类蔬菜,V\nV3,茄果类蔬菜,V\n"},
      {"limits.csv", limits()},
      {"panels.csv", panels()}};
}

std::string laboratories_csv(int tasks, int nodes) {
  std::string csv = "编号,实验室,市州代码,容量,检测包\n";
  for (int node = 0; node < nodes; ++node) {
    csv += fmt::format("{},第{}市检测站,{},{},THREE\n", node + 1, node + 1, city_of(node), part_of(tasks, nodes, node));
  }
  return csv;
}

std::string plan_csv(int tasks, int nodes) {
  std::string csv = "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n";
  constexpr int cells = static_cast<int>(products.size()) * rounds;
  for (int node = 0; node < nodes; ++node) {
    for (int cell = 0; cell < cells; ++cell) {
      const int quota = part_of(part_of(tasks, nodes, node), cells, cell);
      const Product& product = products.at(static_cast<std::size_t>(cell / rounds));
      if (quota == 0) continue;
      csv += fmt::format("NCP,{},{},{},{},生产基地,{},THREE,{}\n", city_of(node), city_of(node) + 4, product.category,
                         product.name, cell % rounds + 1, quota);
    }
  }
  return csv;
}

std::string analyte_name(int item) { return fmt::format("残留物{:02}", item + 1); }

std::vector<std::string> values_of(std::string_view portion) {
  std::vector<std::string> values;
  for (int item = 0; item < items_of_panel; ++item) {
    values.push_back(fmt::format("0.{:03}", 10 + mixed(portion, static_cast<std::uint64_t>(item)) % 390));
  }
  const std::uint64_t chance = mixed(portion, items_of_panel);
  if (chance % too_much_one_in == 0) values.at(chance / too_much_one_in % items_of_panel) = "0.731";
  return values;
}

CivilDate sampling_day(std::string_view sample_number) {
  using namespace std::chrono;
  const auto day = static_cast<int>(mixed(sample_number, plan_year) % days_of_year);
  return CivilDate{sys_days{year{plan_year} / January / 1} + days{day}};
}

}  // namespace lab::procs
