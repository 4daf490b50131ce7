#pragma once
// The year that the benchmark works through: a plan, its laboratories, what is judged by, and what instruments find.
// Everything follows from the number of tasks and of nodes; nothing is random. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/time.hpp"

namespace lab::province_year {

constexpr int items_of_panel = 50;
constexpr int nodes_max = 21;  // the cities of the province
constexpr int plan_year = 2013;

struct Table {
  std::string name;
  std::string text;
};

/// Divisions, programme, categories, and one panel of fifty residues with a limit for each.
std::vector<Table> reference_tables();
/// One laboratory per city, with room for exactly its share, so that the allocation leaves each its own city.
std::string laboratories_csv(int tasks, int nodes);
/// Twelve cells per city: three products in four rounds.
std::string plan_csv(int tasks, int nodes);
/// Tasks of the node with this index.
int share_of(int tasks, int nodes, int node);

/// What the instrument finds in a sample.
struct Findings {
  std::vector<std::string> values;  // per item, in the panel's unit
  bool conforms = true;
};
Findings findings_of(std::string_view sample_number);

std::string analyte_name(int item);
/// The day the sample is drawn: spread over the quarter that its round stands for.
CivilDate sampling_day(std::string_view sample_number, int round);

}  // namespace lab::province_year
