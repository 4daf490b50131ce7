#pragma once
// One laboratory with one bench PC, and the reference case: what the stories of a sample and of lots begin with.

#include <string>
#include <vector>

#include "coordinator/planning/import.hpp"
#include "tests/flow/linked_programs.hpp"

namespace lab::flow {

planning::Table table_of(const std::string& path);

class TwoPrograms : public ::testing::Test, protected LinkedPrograms {
 protected:
  template <class Decide>
  auto at_node(Decide decide) {
    return at(station, decide);
  }

  /// The reference set of 2013, and one laboratory in Chengdu that tests vegetables and appliances.
  void the_province_sets_up();
  void a_bench_pc_enrols_and_says_hello() { enrol(station, model::LaboratoryId{1}); }
  /// The plan becomes grants that the node holds; its numbers are returned in the order of tasks.
  std::vector<std::string> a_plan_is_imported_allocated_and_granted(const std::string& csv);
  void the_sample_is_drawn(const std::string& number, const std::string& name) { draw(station, number, name); }
  void review_and_approval_by_two_other_people(const std::string& number);

  [[nodiscard]] model::Sample sample(const std::string& number) const {
    return LinkedPrograms::sample(station, number);
  }
  [[nodiscard]] std::vector<std::string> numbers_at_the_node() const;

  Station station;
  std::vector<model::Panel> panels = *planning::load_panels(table_of("coordinator/reference/sichuan_2013/panels.csv"));
};

}  // namespace lab::flow
