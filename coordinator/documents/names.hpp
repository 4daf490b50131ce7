#pragma once
// What stands in a document instead of a code, and which figures a document is about.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/planning/reference.hpp"
#include "coordinator/reports/summary.hpp"
#include "protocol/journal/view.hpp"

namespace lab::documents {

/// The province's lists, alive for the call. Without them (before the first set-up) codes stand for themselves.
struct Names {
  const planning::Divisions* divisions = nullptr;
  const planning::Categories* categories = nullptr;
  std::span<const planning::Programme> programmes{};

  [[nodiscard]] std::string programme(const model::ProgrammeCode& code) const;
  [[nodiscard]] std::string city(model::CityCode code) const;
  [[nodiscard]] std::string county(model::CityCode city, model::CountyCode code) const;
  /// Of any city.
  [[nodiscard]] std::string county(model::CountyCode code) const;
  [[nodiscard]] std::string category(const model::CategoryCode& code) const;
};

std::string laboratory_name(const journal::View& store, model::LaboratoryId id);

/// What every document prints of itself, in order: 筛选条件, 判定口径, 截至, 数据版本.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// Facts of figures that were asked for by `query`, as of a moment.
Facts facts_of(const journal::View& store, const Names& names, const reports::Query& query, UtcTime as_of,
               std::uint64_t version);

/// "2013-06-03 17:00:00（北京时间）"
std::string beijing_text(UtcTime moment);

}  // namespace lab::documents
