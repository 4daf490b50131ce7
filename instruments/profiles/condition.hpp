#pragma once
// Whether a row is what a rule of a profile is about.

#include <map>
#include <string>

#include "instruments/profiles/profile.hpp"
#include "instruments/sheet/sheet.hpp"

namespace lab::profiles {

/// What a condition may ask about beside the row itself.
struct Surroundings {
  bool in_table = false;
  bool after_blank = false;                                    // the row before it is blank; Row knows of missing ones
  std::string section;                                         // folded
  const std::map<std::string, std::size_t>* titles = nullptr;  // columns of the current table, by folded title
};

bool holds(const Condition& condition, const sheet::Row& row, const Surroundings& around);

/// No cell of it says anything.
bool is_blank(const sheet::Row& row);

/// Column of the first and of the last cell that says something; npos for a blank row.
std::size_t first_filled(const sheet::Row& row);
std::size_t last_filled(const sheet::Row& row);

}  // namespace lab::profiles
