#pragma once
// The plan that a campaign works through: small samples, so that there can be many. Everything follows from the number
// of tasks and of nodes, and from names. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/time.hpp"

namespace lab::procs {

constexpr int items_of_panel = 3;
constexpr int plan_year = 2013;

struct Table {
  std::string name;
  std::string text;
};

/// Divisions, programme, categories, and one panel of three residues with a limit for each.
std::vector<Table> reference_tables();
/// One laboratory in each city, with room for exactly its share: the allocation leaves each its own city.
std::string laboratories_csv(int tasks, int nodes);
std::string plan_csv(int tasks, int nodes);

std::string analyte_name(int item);
/// What the instrument finds; one portion of 20 has too much of something.
std::vector<std::string> values_of(std::string_view portion);
/// Some day of the plan's year.
CivilDate sampling_day(std::string_view sample_number);

}  // namespace lab::procs
