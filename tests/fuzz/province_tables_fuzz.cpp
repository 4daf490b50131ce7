// The tables that a province maintains, as people send them: text in any charset, and workbooks. Input: one letter that
// says which table, then the file. What is read can be used; what is not is refused with what is wrong.

#include <cstdint>

#include "coordinator/planning/import.hpp"
#include "coordinator/planning/reference.hpp"
#include "coordinator/planning/sampling_rules.hpp"
#include "protocol/base/check.hpp"

namespace {

using namespace lab;

template <class T>
void is_said(const Result<T>& result) {
  if (!result) LAB_CHECK(!result.error().message.empty());
}

void read_divisions(const planning::Table& table) {
  const auto divisions = planning::Divisions::load(table);
  is_said(divisions);
  if (!divisions) return;
  for (const auto& city : divisions->cities()) {
    LAB_CHECK(divisions->find_city(city.code) != nullptr);
    LAB_CHECK(divisions->kilometres(city.code, divisions->cities().front().code) < 21'000);
  }
}

void read_laboratories(const planning::Table& table) {
  static const auto divisions = *planning::Divisions::load(*planning::read_table(
      "code,name,level,parent_code,lon,lat\n510000,四川省,province,,,\n510100,成都市,city,510000,104.07,30.66\n", "d"));
  static const auto panels =
      *planning::load_panels(*planning::read_table("检测包,检测包名称,检测项目,检测方法,单位,检出限,定量限,仅供参考\n"
                                                   "VEG,蔬菜,甲胺磷,NY/T 761-2008,mg/kg,0.01,0.03,0\n",
                                                   "n"));
  is_said(planning::load_laboratories(table, divisions, panels));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto table = planning::read_table({reinterpret_cast<const char*>(data) + 1, size - 1}, "t");
  is_said(table);
  if (!table) return 0;
  switch (data[0]) {
    case 'd':
      read_divisions(*table);
      break;
    case 'c':
      is_said(planning::Categories::load(*table));
      break;
    case 'p':
      is_said(planning::load_programmes(*table));
      break;
    case 'n':
      is_said(planning::load_panels(*table));
      break;
    case 'l':
      read_laboratories(*table);
      break;
    default:
      is_said(planning::load_sampling_rules(*table));
  }
  return 0;
}
