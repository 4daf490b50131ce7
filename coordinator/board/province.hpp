#pragma once
// The province's lists that plans and pages refer to, read from the tables in the store.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "coordinator/planning/reference.hpp"
#include "coordinator/planning/weights.hpp"
#include "coordinator/reports/summary.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/plan.hpp"

namespace lab::board {

struct Province {
  planning::Divisions divisions;
  planning::Categories categories;
  std::vector<planning::Programme> programmes;
  std::vector<model::Panel> panels;
  std::vector<planning::StratumWeight> weights{};  // none unless the province has given some

  [[nodiscard]] const planning::Programme* programme(const model::ProgrammeCode& code) const;
  [[nodiscard]] reports::Targets targets() const;
};

/// The tables a province needs, under the names by which they are kept. The first two have a default inside the
/// program: Sichuan and its programmes of 2013.
constexpr const char* divisions_file = "divisions.csv";
constexpr const char* programmes_file = "programmes.csv";
constexpr const char* categories_file = "categories.csv";
constexpr const char* panels_file = "panels.csv";

/// Tables by name. Errors as the readers of coordinator/planning give them, not_found for a missing one; weights may be
/// missing.
Result<Province> read_province(const std::map<std::string, std::string>& tables);

/// Reads again only when a table has changed. Thread-safe.
class ProvinceCache {
 public:
  /// not_found until a reference set has been taken.
  Result<std::shared_ptr<const Province>> get(const journal::View& store);

 private:
  std::mutex mutex_;
  std::vector<Hash> of_;  // the tables that `province_` was read from
  std::shared_ptr<const Province> province_;
};

}  // namespace lab::board
