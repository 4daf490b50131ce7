#pragma once
// The people and instruments of one bench, working through the documented HTTP interface and the instruments' own
// bytes: sampling forms, label photos, weights, results, review, approval. Each step takes whatever is waiting for it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "instruments/sim/astm_analyser.hpp"
#include "protocol/quality/requirements.hpp"
#include "protocol/rules/reference_set.hpp"
#include "tools/province/province.hpp"
#include "tools/province/truth.hpp"

namespace lab::province {

struct StaffOptions {
  std::uint64_t seed = 2013;
  int photo_share_percent = 100;    // the rest is typed at reception
  int weighed_share_percent = 100;  // the rest is measured without
  int year = 2013;
  bool plant_failing_run = false;  // the first batch with a spike recovers too little of it
};

struct StaffCounts {
  std::atomic<std::uint64_t> sampled = 0;
  std::atomic<std::uint64_t> photographed = 0;
  std::atomic<std::uint64_t> retaken = 0;  // photos that had to be taken again
  std::atomic<std::uint64_t> typed = 0;
  std::atomic<std::uint64_t> weighed = 0;
  std::atomic<std::uint64_t> measured = 0;
  std::atomic<std::uint64_t> lots_inspected = 0;
  std::atomic<std::uint64_t> blocked = 0;  // reviews refused because of a failed run
  std::atomic<std::uint64_t> approved = 0;
};

/// One thread per bench.
class Staff {
 public:
  /// Within a round, nobody begins with another sample once `evening` is true.
  Staff(const Bench& bench, const rules::ReferenceSet& reference, StaffOptions options, StaffCounts& counts,
        const std::atomic<bool>& evening);

  /// One round of the day. Returns whether anything was done; an Error when the node did not answer, after which the
  /// next round simply takes up what is waiting then.
  Result<bool> work();

  /// Samples with a planted result beyond its limit, and lots with too many nonconforming items, so far.
  [[nodiscard]] const std::vector<std::string>& planted() const { return planted_; }
  /// Hashes, in hexadecimal, of the batch tables that were made to fail their quality control.
  [[nodiscard]] const std::vector<std::string>& planted_runs() const { return planted_runs_; }
  /// What lay on this bench's balance for each sample that was weighed: "10.0137 g" by sample number.
  [[nodiscard]] const std::map<std::string, std::string>& weighed() const { return weighed_; }

 private:
  struct Waiting;
  struct Table;
  void add_results(const Waiting& sample, std::vector<sim::AnalyserMessage>& messages,
                   std::map<std::string, Table>& tables);
  Result<void> send(std::vector<sim::AnalyserMessage> messages);
  Result<void> write(Table table);
  Result<nlohmann::json> demanded_fields(api::Api& api, const std::string& programme, const std::string& day);
  Result<bool> fill_in_sampling_forms();
  Result<bool> receive();
  Result<bool> measure();
  Result<bool> review();
  Result<void> decide_runs(api::Api& api);
  Result<bool> approve();
  Result<void> weigh(const std::vector<Waiting>& samples);
  Result<void> inspect(const std::vector<Waiting>& lots);
  Result<void> receive_one(const std::string& number);
  Result<std::vector<Waiting>> waiting(api::Api& api, const char* state) const;
  /// Takes out what was measured a moment ago and is still on its way through the drop folder.
  void leave_out_just_measured(std::vector<Waiting>& samples);
  Truth truth_for(const Waiting& sample) const;

  const Bench& bench_;
  const rules::ReferenceSet& reference_;
  quality::Requirements requirements_;
  StaffOptions options_;
  StaffCounts& counts_;
  const std::atomic<bool>& evening_;
  std::vector<std::string> planted_;
  std::vector<std::string> planted_runs_;
  std::uint64_t controls_sent_ = 0;
  std::map<std::string, std::string> weighed_;
  std::map<std::string, nlohmann::json> asked_;  // by programme: what its sampling form asks for
  std::map<std::string, std::chrono::steady_clock::time_point>
      measured_at_;  // so that nothing is measured twice in haste
};

}  // namespace lab::province
