#pragma once
// A province of two cities, small enough to see whole, and the files of the reference case.

#include <gtest/gtest.h>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/planning/import.hpp"
#include "tests/where.hpp"

namespace lab::planning::testing {

inline Table table(std::string_view text, std::string name = "t.csv") {
  auto read = read_table(text, std::move(name));
  EXPECT_TRUE(read.has_value()) << read.error().message;
  return read ? *read : Table{"", {}, ',', {CsvRow{}}};
}

inline std::string source_file(const std::string& path) {
  std::ifstream file{std::string{QLIMS_SOURCE_DIR} + "/" + path, std::ios::binary};
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline std::string reference_file(const std::string& path) { return source_file("coordinator/reference/" + path); }

struct Province {
  Divisions divisions =
      *Divisions::load(table("code,name,level,parent_code,lon,lat\n"
                             "510000,四川省,province,,,\n"
                             "510100,成都市,city,510000,104.07,30.66\n"
                             "510300,自贡市,city,510000,104.77,29.35\n"
                             "511000,内江市,city,510000,105.07,29.59\n"
                             "510104,锦江区,county,510100,,\n"
                             "510105,青羊区,county,510100,,\n"
                             "510321,荣县,county,510300,,\n"
                             "511002,市中区,county,511000,,\n"));
  Categories categories = *Categories::load(table("code,name_zh,parent\nV,蔬菜,\nV3,茄果类蔬菜,V\nF,水果,\n"));
  std::vector<Programme> programmes = *load_programmes(
      table("项目,项目名称,主管部门,样品数,目标合格率\nNCP,例行监测,农业厅,18000,0.96\nLTS,流通监测,工商局,6000,\n"));
  std::vector<model::Panel> panels = *load_panels(
      table("检测包,检测包名称,检测项目,检测方法,单位,检出限,定量限,仅供参考\n"
            "VEG,蔬菜,甲胺磷,NY/T 761-2008,mg/kg,0.01,0.03,0\nFRU,水果,铅,GB 5009.12-2010,mg/kg,0.005,0.02,0\n"));
  PlanHead head{model::PlanId{3}, 1, 2013, "2013 年计划", parse_date("2013-12-20").value()};

  [[nodiscard]] PlanContext context() const { return {divisions, categories, programmes, panels}; }
  [[nodiscard]] PlanImport import(std::string_view text) const {
    auto imported = import_plan(text, "plan.csv", head, context());
    EXPECT_TRUE(imported.has_value()) << imported.error().message;
    return imported ? *imported : PlanImport{};
  }
};

}  // namespace lab::planning::testing
