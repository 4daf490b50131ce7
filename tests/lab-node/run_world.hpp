#pragma once
// A node whose reference set asks for quality control: lead (GB 5009.12) has the control material QC-1, chlorpyrifos
// (NY/T 761) needs a blank in every run and a spike for every 20 samples.

#include <fmt/format.h>

#include "lab-node/tables/runs.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {

inline std::vector<rules::ReferenceFile> reference_with_checks() {
  auto files = small_reference();
  files.push_back({"qc_methods.csv",
                   "method,recovery_scheme,duplicate_scheme,r2_min,points_min,blank_per,duplicate_per,spike_per,"
                   "control_per,calibration_per\n"
                   "NY/T 761,R,D,0.995,3,run,,20,,\n"
                   "GB 5009.12,R,D,,,,,,,\n"});
  files.push_back({"qc_materials.csv",
                   "kind,method,name,analyte,amount,sd,unit\n"
                   "spike,NY/T 761,-SP,,0.1,,mg/kg\n"
                   "duplicate,NY/T 761,-DUP,,,,\n"
                   "calibration,NY/T 761,CAL-1,,0.01,,mg/kg\ncalibration,NY/T 761,CAL-2,,0.1,,mg/kg\n"
                   "calibration,NY/T 761,CAL-3,,0.5,,mg/kg\n"
                   "control,GB 5009.12,QC-1,铅,0.200,0.010,mg/kg\n"});
  files.push_back({"qc_recovery.csv",
                   "scheme,conc_min_mg_kg,conc_max_mg_kg,recovery_min_pct,recovery_max_pct,rsd_max_pct,confidence\n"
                   "R,0,,70,110,,K\n"});
  files.push_back({"qc_duplicates.csv", "scheme,conc_min_mg_kg,conc_max_mg_kg,rpd_max_pct,confidence\nD,0,,20,K\n"});
  return files;
}

class RunWorld : public World {
 public:
  explicit RunWorld(std::unique_ptr<journal::Store> where = journal::make_memory_store()) : World(std::move(where)) {
    use(reference_with_checks());
  }

  void use(std::vector<rules::ReferenceFile> files) {
    decide([&](journal::Draft& draft) {
      const Bytes bytes = rules::bundle(std::move(files));
      node.on_reference(draft, crypto::sha256(bytes), bytes);
      return 0;
    });
  }

  /// A batch as it leaves the instrument: the sample, a clean blank, and a spike of 0.1 mg/kg that was found as
  /// `spiked`.
  std::vector<model::Observation> batch(const std::string& number, const std::string& spiked) const {
    return {observation(number, "铅", "0.12"), observation(number, "毒死蜱", "ND"),
            check("BLK", "Blank", "毒死蜱", "ND"), check(number + "-SP", "MatrixSpike", "毒死蜱", spiked)};
  }

  static model::Observation check(std::string row, std::string type, std::string analyte, std::string value) {
    auto one = observation(std::move(row), std::move(analyte), std::move(value));
    one.sample_type = std::move(type);
    return one;
  }

  std::optional<model::RunEntry> run_of(const bench::Capture& capture) const {
    return tables::run_of(*store->read(), capture.raw);
  }

  /// The run of a new capture of these rows.
  std::optional<model::RunEntry> run_after(std::vector<model::Observation> rows) {
    const auto capture = make_capture(std::move(rows));
    capture_again(capture);
    return run_of(capture);
  }

  Decided<model::RunEntry> decide_run(const model::RunEntry& run, const std::string& person, bool release,
                                      const std::string& reason) {
    const outbox::RunDecision decision{
        .capture = run.assessed.capture, .record = run.record, .release = release, .reason = reason};
    return decide([&](auto& draft) { return node.on_run_decision(draft, decision, model::PersonId{person}, now); });
  }

  /// Every key and record of the store.
  std::vector<std::pair<Bytes, Bytes>> everything() const {
    std::vector<std::pair<Bytes, Bytes>> all;
    store->read()->scan(Bytes{}, Bytes(1, '\xFF'), [&](BytesView key, BytesView record) {
      all.emplace_back(key, record);
      return true;
    });
    return all;
  }
  /// The same without the registry of devices, which counts every contact.
  std::vector<std::pair<Bytes, Bytes>> everything_but_devices() const {
    auto all = everything();
    std::erase_if(all, [](const auto& one) { return one.first.front() == 'd'; });
    return all;
  }
};

}  // namespace lab::node
