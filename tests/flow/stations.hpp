#pragma once
// A province of two laboratories with a bench PC each. Stories that need more than one laboratory, or rules the
// reference case does not have, are told with it.

#include <string>
#include <utility>
#include <vector>

#include "tests/flow/linked_programs.hpp"

namespace lab::flow {

class Stations : public LinkedPrograms {
 public:
  /// A coordinator with a reference set of small panels, see stations.cpp, and two enrolled stations.
  Stations();

  /// A plan of one spinach for the first station, which is granted it; the number of the sample.
  std::string granted(const std::string& panel, const std::string& programme = "NCP");
  /// What an analyser says of analytes and their values, in mg/kg, over its line. Nothing may end in quarantine.
  void analyser(Station& station, const std::string& id,
                const std::vector<std::pair<std::string, std::string>>& results);
  /// The same for a report that can be sent more than once.
  bench::Capture report(const std::string& id, const std::vector<std::pair<std::string, std::string>>& results);
  bench::CaptureOutcome send(Station& station, const bench::Capture& capture);
  /// Reviewed and approved, and counted by the coordinator.
  void sign_off(Station& station, const std::string& number);
  Result<model::NodeId> order_retest(const std::string& number, const std::string& reason);

  Station first;
  Station second;

 private:
  std::uint32_t frames_ = 0;
};

}  // namespace lab::flow
