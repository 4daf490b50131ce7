// What people do with shares of quota cells: the province gives them, asks for some back and is impatient; samplers
// draw what they find, hand back what they will not need, and look again after a store was put back (decision 0055).

#include "lab-node/inbox/shares.hpp"

#include <fmt/format.h>

#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/recalls.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "lab-node/tables/tables.hpp"
#include "tests/sim/world.hpp"

namespace lab::sim {
namespace {

namespace tables = coordinator::tables;

constexpr const char* plan_title = "shares";
constexpr std::uint32_t cells = 2;
constexpr const char* escrow_rules =
    "rule,programme,kind,limit,from,until,reason\n"
    "E-1,TGY,escrow,,2013-01-01,,抽样指标托管\n";
constexpr const char* batch_rules = "B-1,TGY,same_batch,1,2013-01-01,,同一批次每季度一次\n";

// Two farms, so that a batch is drawn more than once, by nodes that do not hear of each other.
void name_farms(journal::Draft& draft, const tables::PlanRef& plan) {
  for (std::uint32_t number = 1; number <= cells * escrow_quota; ++number) {
    const std::string farm = fmt::format("{}{}", Oracle::canary, number % 2);
    tables::put_sampled_unit(draft, {.plan = plan.plan, .revision = plan.revision, .number = number},
                             {.name = farm, .licence = farm, .address = "四川省"});
  }
}

inbox::Wanted wanted(std::uint64_t round) {
  return {.programme = model::ProgrammeCode{escrow_programme}, .round = static_cast<std::uint8_t>(round)};
}

}  // namespace

// ---- at the province

void World::add_shares() {
  command([is_ruled = settings_.escrow](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
    tables::put_province_file(
        draft, tables::sampling_rules_file,
        (is_ruled ? escrow_rules : "rule,programme,kind,limit,from,until,reason\n") + std::string{batch_rules});
    model::Plan plan{.year = 2013, .title = plan_title, .due = *parse_date("2013-12-31")};
    for (std::uint32_t i = 0; i < cells; ++i) {
      plan.cells.push_back({.programme = model::ProgrammeCode{escrow_programme},
                            .city = model::CityCode{510100},
                            .county = model::CountyCode{510104},
                            .category = model::CategoryCode{"V1"},
                            .commodity = "菠菜",
                            .round = static_cast<std::uint8_t>(1 + i),
                            .panel = model::PanelCode{"VEG"},
                            .quota = escrow_quota});
    }
    const auto entry = core.on_plan(draft, plan, crypto::sha256(plan_title), now);
    if (entry) name_farms(draft, tables::ref_of(*entry));
  });
}

void World::share_out(const journal::View& office) {
  for (const auto& plan : tables::plans(office)) {
    if (plan.title != plan_title) continue;
    const auto ref = tables::ref_of(plan);
    for (std::uint32_t cell = 0; cell < cells; ++cell) {
      if (healing_) {
        lease(ref, cell, 1);
      } else if (weather_.strikes(Fault::share_leased, 500'000)) {
        lease(ref, cell, static_cast<std::uint32_t>(dice_.between(1, 2)));
      }
    }
    recall_some(office, ref);
  }
}

// Decided twice: what is refused half-way leaves nothing behind.
void World::lease(const tables::PlanRef& plan, std::uint32_t cell, std::uint32_t count) {
  const model::NodeId to = stations_[dice_.number(first_nodes_)].node();
  command([=](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
    journal::Draft trial{static_cast<const journal::View&>(draft)};
    if (core.on_lease(trial, plan, cell, to, count, now)) (void)core.on_lease(draft, plan, cell, to, count, now);
  });
}

void World::recall_some(const journal::View& office, const tables::PlanRef& plan) {
  if (!healing_ && !weather_.strikes(Fault::share_recalled, 250'000)) return;
  std::vector<model::TaskId> undrawn;
  tables::for_each_task(office, plan, 1, [&](const model::Task& task) {
    const bool is_wanted = !healing_ || tables::recall(office, task.id);  // then those that were asked for already
    if (is_wanted && task.state == model::TaskState::granted && !tables::drawn(office, task.id)) {
      undrawn.push_back(task.id);
    }
    return true;
  });
  if (undrawn.empty()) return;
  command(
      [id = undrawn[dice_.number(undrawn.size())]](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
        journal::Draft trial{static_cast<const journal::View&>(draft)};
        if (core.on_recall(trial, id, "另作安排", now)) (void)core.on_recall(draft, id, "另作安排", now);
      });
}

// ---- at a bench

bool Station::work_on_shares(journal::Draft& draft, UtcTime now) {
  if (look_again(draft, now)) return true;
  if (weather_.strikes(Fault::share_handed_back, 60'000)) {
    (void)core_->on_handed_back(draft, wanted(dice_.between(1, cells)), 1, "市场停业", model::PersonId{"zhao"}, now);
    return true;
  }
  if (!weather_.strikes(Fault::share_drawn, 250'000)) return false;
  (void)core_->on_found(draft, wanted(dice_.between(1, cells)),
                        {.sampled_on = "2013-06-20",
                         .sample_name = "菠菜",
                         .quantity = "2.5 kg",
                         .reserve = "1 kg",
                         .storage = "冷藏",
                         .second_sampler = "wang",
                         .fields = lot_fields(model::ProgrammeCode{escrow_programme})},
                        model::PersonId{"zhao"}, now);
  return true;
}

// A store that was put back cannot say what was drawn; the people who go and look can.
bool Station::look_again(journal::Draft& draft, UtcTime now) {
  std::vector<std::string> undrawn;
  node::tables::scan_samples(draft, {}, std::nullopt, [&](const model::Sample& sample) {
    const bool is_open = sample.state == model::SampleState::revoked ||
                         (sample.state == model::SampleState::assigned && !finishing);  // then it is drawn
    const bool is_ours = sample.grant.programme.value() == escrow_programme;
    if (is_open && is_ours && inbox::is_undrawn(sample) && inbox::is_doubted(draft, sample.grant.task) &&
        !has_bag(sample.grant.task)) {
      undrawn.push_back(sample.grant.number.text());
    }
    return true;
  });
  if (undrawn.empty() || !(finishing || weather_.strikes(Fault::share_looked_at, 150'000))) return false;
  const auto done = core_->on_found_undrawn(draft, undrawn[dice_.number(undrawn.size())], "到场核对，确未抽样",
                                            model::PersonId{"zhao"}, now);
  return done.has_value();
}

}  // namespace lab::sim
