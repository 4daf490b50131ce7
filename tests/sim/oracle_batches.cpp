// One batch sampled twice: which sample counts is a matter of what was drawn, not of who was heard first (decision
// 0055).

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/tasks.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {

namespace tables = coordinator::tables;

// By farm, goods, batch and quarter: the samples in the order in which they were drawn.
void Oracle::check_batches(const journal::View& office) {
  using Batch = std::tuple<std::string, std::string, std::string, unsigned>;
  std::map<Batch, std::map<std::pair<CivilDate, model::TaskId>, std::vector<tables::Aside>>> batches;
  for (const auto& plan : tables::plans(office)) {
    tables::for_each_task(office, tables::ref_of(plan), 1, [&](const model::Task& task) {
      const auto drawn = tables::drawn(office, task.id);
      const auto unit = tables::sampled_unit(office, task.id);
      const bool is_ruled = task.programme.value() == escrow_programme && task.state != model::TaskState::cancelled;
      const auto asides = tables::asides(office, task.id);
      if (is_ruled && drawn && unit && !drawn->batch.empty()) {
        const unsigned quarter = (unsigned{drawn->sampled_on.month()} - 1) / 3;
        batches[{unit->name, task.commodity, drawn->batch, quarter}][{drawn->sampled_on, task.id}] = asides;
      } else if (!asides.empty()) {
        throw Violation(to_text(task.id) + " is set aside, and no rule speaks of it");
      }
      return true;
    });
  }
  for (const auto& [batch, samples] : batches) {
    const model::TaskId winner = samples.begin()->first.second;
    for (const auto& [sample, asides] : samples) {
      const bool is_aside = sample.second != winner;
      if (asides.size() != (is_aside ? 1 : 0) || (is_aside && asides.front().instead != winner)) {
        throw Violation(fmt::format("{} is of the batch that {} stands for, and is not set aside for it",
                                    to_text(sample.second), to_text(winner)));
      }
      repeated_batches_ += is_aside ? 1 : 0;
    }
  }
}

}  // namespace lab::sim
