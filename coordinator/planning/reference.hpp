#pragma once
// The province's own lists that a plan refers to: divisions, product categories, programmes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/planning/table.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"

namespace lab::planning {

struct City {
  model::CityCode code;
  std::string name;
  double longitude = 0;  // degrees; only ever used for distances
  double latitude = 0;

  bool operator==(const City&) const = default;
};

struct County {
  model::CountyCode code;
  model::CityCode city;
  std::string name;

  bool operator==(const County&) const = default;
};

/// Cities and counties by their GB/T 2260 codes. Columns: code, name, level (province, city, county), parent_code, lon,
/// lat (degrees, for cities). Names of counties repeat between cities (市中区), so a county is looked up within one.
class Divisions {
 public:
  /// Malformed, with every mistake named, when a code is not six digits or repeated, a city has no point, or a county
  /// belongs to no city of the file.
  static Result<Divisions> load(const Table& table);

  [[nodiscard]] const City* find_city(std::string_view code_or_name) const;
  [[nodiscard]] const City* find_city(model::CityCode code) const;
  [[nodiscard]] const County* find_county(const City& city, std::string_view code_or_name) const;
  /// Anywhere in the province, to tell people where a misplaced county belongs; the first one of that name.
  [[nodiscard]] const County* find_county_anywhere(std::string_view code_or_name) const;
  [[nodiscard]] const std::vector<City>& cities() const { return cities_; }
  [[nodiscard]] const std::vector<County>& counties() const { return counties_; }

  /// Between the points of two cities, along the earth's surface, rounded to whole kilometres.
  /// Precondition: both are in the list.
  [[nodiscard]] std::uint32_t kilometres(model::CityCode from, model::CityCode to) const;

 private:
  std::vector<City> cities_;  // in the order of the file
  std::vector<County> counties_;
};

struct Category {
  model::CategoryCode code;
  std::string name;
  model::CategoryCode parent;  // empty at the top

  bool operator==(const Category&) const = default;
};

/// The tree of product categories. Columns: code, name_zh, parent.
class Categories {
 public:
  /// Malformed when a code is repeated or a parent does not stand above its child in the file (which rules out cycles).
  static Result<Categories> load(const Table& table);

  [[nodiscard]] const Category* find(std::string_view code_or_name) const;
  /// Names from broad to narrow, as limits are looked up: {"蔬菜", "茄果类蔬菜"}. Empty for an unknown code.
  [[nodiscard]] std::vector<std::string> path_of(const model::CategoryCode& code) const;
  [[nodiscard]] const std::vector<Category>& all() const { return categories_; }

 private:
  std::vector<Category> categories_;
};

/// A programme is data: its name, who ordered it, how many samples were decreed, what rate is wanted.
struct Programme {
  model::ProgrammeCode code;  // three upper-case letters, part of the sample number
  std::string name;
  std::string authority;
  std::uint32_t samples = 0;      // decreed for the year
  std::optional<Decimal> target;  // lowest acceptable pass rate, 0..1; nothing when none was set

  bool operator==(const Programme&) const = default;
};

/// Columns: 项目, 项目名称, 主管部门, 样品数, 目标合格率. Malformed with every mistake named.
Result<std::vector<Programme>> load_programmes(const Table& table);

}  // namespace lab::planning
