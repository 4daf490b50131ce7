#pragma once
// A node in memory with a small reference set, for tests of its decisions.

#include <memory>
#include <string>
#include <vector>

#include "lab-node/node.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::node {

/// Leaf vegetables: lead <= 0.3, chlorpyrifos <= 0.1, aldicarb with 0.856 of its sulfone <= 0.03, methylmercury <= 0.5;
/// chlorothalonil has no limit. Panels VEG (lead, chlorpyrifos), NOB (chlorothalonil only), SUM (the two parts of
/// aldicarb, total mercury and methylmercury) and CNF (lead, to be confirmed once, and chlorpyrifos).
std::vector<rules::ReferenceFile> small_reference();

model::Observation observation(std::string sample, std::string analyte, std::string value, std::string unit = "mg/kg");

class World {
 public:
  explicit World(std::unique_ptr<journal::Store> where = journal::make_memory_store());

  /// One input: its draft is committed.
  template <class Decide>
  auto decide(Decide decide) {
    const auto view = store->read();
    journal::Draft draft{*view};
    auto answer = decide(draft);
    commit(draft.take());
    return answer;
  }
  void commit(journal::Effects effects);

  /// A grant is ordered; its number is returned.
  std::string grant(std::uint32_t task, const std::string& panel = "VEG", std::uint64_t token = 1);
  model::Grant make_grant(std::uint32_t task, const std::string& panel, std::uint64_t token) const;
  void order(model::Command what);
  Decided<model::Sample> fill_in(const std::string& number, const std::string& date = "2013-06-20");
  Decided<model::Sample> receive(const std::string& number);
  /// Nothing to sample there: with everything that is asked for.
  Decided<model::Sample> decline(const std::string& number, const std::string& reason = "停业",
                                 const std::string& person = "zhao");
  /// Granted, drawn and received.
  std::string received(std::uint32_t task, const std::string& panel = "VEG");
  /// A lot of 1000 at level II and AQL 1.0 (80 2/3; tightened 80 1/2), granted, drawn and received.
  std::string received_lot(std::uint32_t task);
  model::Grant make_lot_grant(std::uint32_t task, std::uint64_t token = 1, bool tightened = false) const;
  Decided<model::Sample> inspect(const std::string& number, std::uint64_t inspected, std::uint64_t nonconforming,
                                 const std::string& person = "chen");
  /// A capture whose bytes are unlike any before.
  bench::CaptureOutcome capture(std::vector<model::Observation> observations, const std::string& person = "chen");
  bench::CaptureOutcome capture_again(const bench::Capture& capture);
  bench::Capture make_capture(std::vector<model::Observation> observations, const std::string& person = "chen");
  /// Received, measured within the limits and so judged.
  std::string judged(std::uint32_t task);
  Decided<model::Sample> review(const std::string& number, const std::string& person, bool agreed = true,
                                const std::string& note = "");
  Decided<model::Sample> approve(const std::string& number, const std::string& person);

  model::Sample sample(const std::string& number) const;
  std::vector<model::QuarantineEntry> quarantine() const;
  std::vector<model::Event> events() const;

  std::unique_ptr<journal::Store> store;
  Node node;
  UtcTime now;

 private:
  std::uint64_t orders_ = 0;
  std::uint64_t captures_ = 0;
};

}  // namespace lab::node
