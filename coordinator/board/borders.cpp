#include "coordinator/board/borders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

namespace lab::board {
namespace {

using nlohmann::json;

constexpr std::size_t note_octets_max = 300;
constexpr std::size_t ring_points_min = 4;  // RFC 7946: a triangle that returns to its beginning

Result<void> bad(std::string why, const std::string& where) {
  return fail(ErrorCode::malformed, std::move(why), where);
}

const json& member(const json& object, const char* name) {
  static const json nothing = nullptr;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

bool is_point(const json& point) {
  if (!point.is_array() || point.size() < 2 || !point[0].is_number() || !point[1].is_number()) return false;
  const double longitude = point[0].get<double>();
  const double latitude = point[1].get<double>();
  return longitude >= -180 && longitude <= 180 && latitude >= -90 && latitude <= 90;
}

class Checker {
 public:
  explicit Checker(const planning::Divisions& divisions) : divisions_(divisions) {}

  Result<void> check(const json& feature, const std::string& where) {
    const auto code = code_of(member(member(feature, "properties"), "adcode"));
    const auto* const city = code.empty() ? nullptr : divisions_.find_city(code);
    if (city == nullptr) return bad("properties.adcode 应为行政区划表中的市州代码", where);
    if (!cities_.insert(city->code).second) return bad("同一市州出现两次", where + " " + city->name);
    const json& geometry = member(feature, "geometry");
    const json& kind = member(geometry, "type");
    const json& coordinates = member(geometry, "coordinates");
    if (kind == "Polygon") return check_polygon(coordinates, where);
    if (kind != "MultiPolygon") return bad("geometry 应为 Polygon 或 MultiPolygon", where);
    if (!coordinates.is_array() || coordinates.empty()) return bad("没有坐标", where);
    for (const json& polygon : coordinates) {
      if (auto good = check_polygon(polygon, where); !good) return good;
    }
    return {};
  }

 private:
  static std::string code_of(const json& code) {
    if (code.is_number_unsigned()) return fmt::format("{}", code.get<std::uint64_t>());
    return code.is_string() ? code.get<std::string>() : std::string{};
  }

  Result<void> check_polygon(const json& polygon, const std::string& where) {
    if (!polygon.is_array() || polygon.empty()) return bad("没有坐标", where);
    for (const json& ring : polygon) {
      if (!ring.is_array() || ring.size() < ring_points_min || ring.front() != ring.back()) {
        return bad("每一圈至少四点，首尾相同", where);
      }
      if (!std::ranges::all_of(ring, is_point)) return bad("坐标应为 [经度, 纬度]，单位为度", where);
      points_ += ring.size();
      if (points_ > border_points_max) {
        return fail(ErrorCode::too_large, fmt::format("超过 {} 个点，请先简化", border_points_max), where);
      }
    }
    return {};
  }

  const planning::Divisions& divisions_;
  std::set<model::CityCode> cities_;
  std::size_t points_ = 0;
};

}  // namespace

Result<void> check_borders(std::string_view text, const planning::Divisions& divisions) {
  if (text.size() > borders_octets_max) {
    return fail(ErrorCode::too_large, fmt::format("文件超过 {} MB，请先简化", borders_octets_max >> 20U), borders_file);
  }
  const json file = json::parse(text, nullptr, false);
  if (member(file, "type") != "FeatureCollection") return bad("应为 GeoJSON 的 FeatureCollection", borders_file);
  for (const char* note : {"source", "licence", "date"}) {
    const json& value = member(file, note);
    if (!value.is_string() || value.get_ref<const std::string&>().empty() ||
        value.get_ref<const std::string&>().size() > note_octets_max) {
      return bad("请在 features 旁写明 source（来源）、licence（许可）、date（日期），页面要显示", note);
    }
  }
  const json& features = member(file, "features");
  if (!features.is_array() || features.empty()) return bad("没有任何市州", "features");
  Checker checker{divisions};
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (auto good = checker.check(features[i], fmt::format("features[{}]", i)); !good) return good;
  }
  return {};
}

}  // namespace lab::board
