#include "coordinator/planning/reference.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "protocol/base/check.hpp"
#include "protocol/model/sample_number.hpp"

namespace lab::planning {
namespace {

constexpr std::array division_columns{Column{{"代码", "code"}},  Column{{"名称", "name"}},
                                      Column{{"级别", "level"}}, Column{{"上级代码", "parent_code"}},
                                      Column{{"经度", "lon"}},   Column{{"纬度", "lat"}}};
enum DivisionField : std::size_t { division_code, division_name, level, parent_code, longitude, latitude };

constexpr std::array category_columns{Column{{"代码", "code"}}, Column{{"名称", "name_zh", "name"}},
                                      Column{{"上级代码", "parent"}}};
enum CategoryField : std::size_t { category_code, category_name, category_parent };

constexpr std::array programme_columns{Column{{"项目", "programme"}}, Column{{"项目名称", "name"}},
                                       Column{{"主管部门", "authority"}}, Column{{"样品数", "samples"}},
                                       Column{{"目标合格率", "target"}}};
enum ProgrammeField : std::size_t { programme_code, programme_name, authority, samples, target };

// GB/T 2260 codes have six digits and no leading zero.
constexpr std::uint32_t code_least = 110'000;
constexpr std::uint32_t code_most = 999'999;

std::optional<double> degrees(Reader& reader, std::size_t column, double most) {
  const std::string_view text = reader.cell(column);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || !(std::abs(value) <= most)) {
    reader.complain(column, fmt::format("应为 -{0} 到 {0} 之间的度数，如 104.065735", most));
    return std::nullopt;
  }
  return value;
}

// A six-digit code as a number; 0, which no place has, for anything else.
std::uint32_t code_in(std::string_view text) {
  constexpr std::size_t digits = 6;
  std::uint32_t code = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), code);
  return text.size() == digits && read.ptr == text.data() + text.size() ? code : 0;
}

template <class Place>
const Place* by_code_or_name(const std::vector<Place>& places, std::string_view wanted) {
  const std::uint32_t code = code_in(wanted);
  const auto found = std::ranges::find_if(
      places, [&](const Place& place) { return place.code.value() == code || place.name == wanted; });
  return found == places.end() ? nullptr : &*found;
}

}  // namespace

Result<Divisions> Divisions::load(const Table& table) {
  Divisions divisions;
  Reader reader{table, division_columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    const auto code = reader.whole_number(division_code, code_least, code_most);
    const auto name = reader.text(division_name);
    const std::string_view kind = reader.cell(level);
    if (kind != "province" && kind != "city" && kind != "county") {
      reader.complain(level, "应为 province、city 或 county");
    }
    if (!code || !name || kind == "province") continue;
    if (divisions.find_city(model::CityCode{*code}) != nullptr ||
        by_code_or_name(divisions.counties_, reader.cell(division_code)) != nullptr) {
      reader.complain(division_code, "这个代码已出现过；请删去重复的一行");
    } else if (kind == "city") {
      const auto lon = degrees(reader, longitude, 180);
      const auto lat = degrees(reader, latitude, 90);
      if (lon && lat) divisions.cities_.push_back({model::CityCode{*code}, *name, *lon, *lat});
    } else if (kind == "county") {
      const City* city = divisions.find_city(reader.cell(parent_code));
      if (city == nullptr) {
        reader.complain(parent_code, "本文件上文没有这个市州；请把市州写在区县之前");
      } else {
        divisions.counties_.push_back({model::CountyCode{*code}, city->code, *name});
      }
    }
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return divisions;
}

const City* Divisions::find_city(std::string_view code_or_name) const { return by_code_or_name(cities_, code_or_name); }

const City* Divisions::find_city(model::CityCode code) const {
  const auto found = std::ranges::find(cities_, code, &City::code);
  return found == cities_.end() ? nullptr : &*found;
}

const County* Divisions::find_county(const City& city, std::string_view code_or_name) const {
  const std::uint32_t code = code_in(code_or_name);
  const auto found = std::ranges::find_if(counties_, [&](const County& county) {
    return county.city == city.code && (county.code.value() == code || county.name == code_or_name);
  });
  return found == counties_.end() ? nullptr : &*found;
}

const County* Divisions::find_county_anywhere(std::string_view code_or_name) const {
  return by_code_or_name(counties_, code_or_name);
}

std::uint32_t Divisions::kilometres(model::CityCode from, model::CityCode to) const {
  const City* a = find_city(from);
  const City* b = find_city(to);
  LAB_CHECK(a != nullptr && b != nullptr);
  constexpr double earth_radius_km = 6371.0;
  constexpr double radians = std::numbers::pi / 180;
  const double half_lat = std::sin((b->latitude - a->latitude) * radians / 2);
  const double half_lon = std::sin((b->longitude - a->longitude) * radians / 2);
  const double haversine =
      half_lat * half_lat + std::cos(a->latitude * radians) * std::cos(b->latitude * radians) * half_lon * half_lon;
  return static_cast<std::uint32_t>(std::lround(2 * earth_radius_km * std::asin(std::sqrt(std::min(1.0, haversine)))));
}

Result<Categories> Categories::load(const Table& table) {
  Categories categories;
  Reader reader{table, category_columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    const auto code = reader.text(category_code);
    const auto name = reader.text(category_name);
    const std::string_view parent = reader.cell(category_parent);
    if (!code || !name) continue;
    if (categories.find(*code) != nullptr) {
      reader.complain(category_code, "这个代码已出现过；请删去重复的一行");
    } else if (!parent.empty() && categories.find(parent) == nullptr) {
      reader.complain(category_parent, "本文件上文没有这个上级类别；请把上级写在下级之前");
    } else {
      categories.categories_.push_back({model::CategoryCode{*code}, *name, model::CategoryCode{std::string{parent}}});
    }
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return categories;
}

const Category* Categories::find(std::string_view code_or_name) const {
  const auto found = std::ranges::find_if(categories_, [&](const Category& category) {
    return category.code.value() == code_or_name || category.name == code_or_name;
  });
  return found == categories_.end() ? nullptr : &*found;
}

std::vector<std::string> Categories::path_of(const model::CategoryCode& code) const {
  std::vector<std::string> path;
  for (const Category* category = find(code.value()); category != nullptr; category = find(category->parent.value())) {
    path.insert(path.begin(), category->name);
  }
  return path;
}

Result<std::vector<Programme>> load_programmes(const Table& table) {
  std::vector<Programme> programmes;
  Reader reader{table, programme_columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    const auto code = reader.text(programme_code);
    const auto name = reader.text(programme_name);
    const auto who = reader.text(authority);
    const auto count = reader.whole_number(samples, 1, model::SampleNumber::serial_max);
    std::optional<Decimal> wanted;
    if (!reader.cell(target).empty()) {
      wanted = Decimal::parse(reader.cell(target));
      if (!wanted || *wanted < Decimal{0, 0} || *wanted > Decimal{1, 0}) {
        reader.complain(target, "应为 0 到 1 之间的小数，如 0.96；没有目标时留空");
      }
    }
    if (!code || !name || !who || !count) continue;
    const bool three_letters =
        code->size() == 3 && std::ranges::all_of(*code, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!three_letters) reader.complain(programme_code, "应为三个大写字母，如 NCP；它是样品编号的一部分");
    if (std::ranges::find(programmes, model::ProgrammeCode{*code}, &Programme::code) != programmes.end()) {
      reader.complain(programme_code, "这个项目已出现过；请删去重复的一行");
    }
    programmes.push_back({model::ProgrammeCode{*code}, *name, *who, *count, wanted});
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return programmes;
}

}  // namespace lab::planning
