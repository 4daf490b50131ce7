// Plan files as people send them: text in any charset, and workbooks. What is refused comes back as a file that is read
// again, with the same complaints.

#include <cstdint>

#include "coordinator/planning/import.hpp"
#include "protocol/base/check.hpp"

namespace {

using namespace lab;

struct Lists {
  planning::Divisions divisions = *planning::Divisions::load(
      *planning::read_table("code,name,level,parent_code,lon,lat\n510000,四川省,province,,,\n"
                            "510100,成都市,city,510000,104.07,30.66\n510104,锦江区,county,510100,,\n",
                            "d"));
  planning::Categories categories =
      *planning::Categories::load(*planning::read_table("code,name_zh,parent\nV,蔬菜,\n", "c"));
  std::vector<planning::Programme> programmes = *planning::load_programmes(
      *planning::read_table("项目,项目名称,主管部门,样品数,目标合格率\nNCP,监测,农业厅,18000,0.96\n", "p"));
  std::vector<model::Panel> panels =
      *planning::load_panels(*planning::read_table("检测包,检测包名称,检测项目,检测方法,单位,检出限,定量限,仅供参考\n"
                                                   "VEG,蔬菜,甲胺磷,NY/T 761-2008,mg/kg,0.01,0.03,0\n",
                                                   "n"));
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Lists lists;
  const planning::PlanContext context{lists.divisions, lists.categories, lists.programmes, lists.panels};
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  const auto first = planning::import_plan(bytes, "p", {}, context);
  if (!first || first->accepted()) return 0;
  LAB_CHECK(!first->error_file.empty() && first->plan.cells.empty());
  // A workbook comes back as a workbook that can still be read.
  if (!first->sheet.empty() && first->error_file.starts_with("PK")) {
    const auto again = planning::import_plan(first->error_file, "p", {}, context);
    LAB_CHECK(again && !again->accepted());
  }
  return 0;
}
