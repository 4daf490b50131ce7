#include "coordinator/board/province.hpp"

#include <algorithm>
#include <array>

#include "coordinator/board/defaults.hpp"
#include "coordinator/planning/import.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::board {
namespace {

namespace tables = coordinator::tables;

constexpr std::array names{divisions_file, programmes_file, categories_file, panels_file, planning::weights_file};

std::string default_of(std::string_view name) {
  if (name == divisions_file) return std::string{default_divisions};
  if (name == programmes_file) return std::string{default_programmes};
  return {};
}

Result<planning::Table> table_of(const std::map<std::string, std::string>& all, const char* name) {
  const auto given = all.find(name);
  const std::string text = given == all.end() ? default_of(name) : given->second;
  if (text.empty()) {
    return fail(ErrorCode::not_found, "缺少这个表；请先导入判定依据（qlims reference import 文件夹）", name);
  }
  return planning::read_table(text, name);
}

template <class Load>
auto loaded(const std::map<std::string, std::string>& all, const char* name, Load load)
    -> decltype(load(planning::Table{})) {
  auto table = table_of(all, name);
  if (!table) return fail(std::move(table));
  return load(*table);
}

}  // namespace

const planning::Programme* Province::programme(const model::ProgrammeCode& code) const {
  const auto found = std::ranges::find(programmes, code, &planning::Programme::code);
  return found == programmes.end() ? nullptr : &*found;
}

reports::Targets Province::targets() const {
  reports::Targets targets;
  for (const planning::Programme& programme : programmes) {
    if (programme.target) targets.emplace(programme.code, *programme.target);
  }
  return targets;
}

Result<Province> read_province(const std::map<std::string, std::string>& all) {
  auto divisions = loaded(all, divisions_file, planning::Divisions::load);
  if (!divisions) return fail(std::move(divisions));
  auto categories = loaded(all, categories_file, planning::Categories::load);
  if (!categories) return fail(std::move(categories));
  auto programmes = loaded(all, programmes_file, planning::load_programmes);
  if (!programmes) return fail(std::move(programmes));
  auto panels = loaded(all, panels_file, planning::load_panels);
  if (!panels) return fail(std::move(panels));
  std::vector<planning::StratumWeight> weights;
  if (const auto given = all.find(planning::weights_file); given != all.end() && !given->second.empty()) {
    auto read = loaded(all, planning::weights_file, [&](const planning::Table& table) {
      return planning::load_weights(table, *programmes, *divisions, *categories);
    });
    if (!read) return fail(std::move(read));
    weights = std::move(*read);
  }
  return Province{.divisions = std::move(*divisions),
                  .categories = std::move(*categories),
                  .programmes = std::move(*programmes),
                  .panels = std::move(*panels),
                  .weights = std::move(weights)};
}

Result<std::shared_ptr<const Province>> ProvinceCache::get(const journal::View& store) {
  std::vector<Hash> wanted;
  wanted.reserve(std::size(names));
  for (const char* name : names) wanted.push_back(tables::province_file_hash(store, name));
  const std::lock_guard lock{mutex_};
  if (province_ && wanted == of_) return province_;
  std::map<std::string, std::string> all;
  for (const char* name : names) {
    if (auto text = tables::province_file(store, name)) all.emplace(name, std::move(*text));
  }
  auto province = read_province(all);
  if (!province) return fail(std::move(province));
  province_ = std::make_shared<const Province>(std::move(*province));
  of_ = std::move(wanted);
  return province_;
}

}  // namespace lab::board
