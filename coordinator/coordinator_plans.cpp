// A plan on its way to the laboratories.

#include "coordinator/coordinator.hpp"
#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/ledger/duplicates.hpp"

namespace lab::coordinator {

Result<model::PlanEntry> Coordinator::on_plan(journal::Draft& draft, const model::Plan& plan, const Hash& source,
                                              UtcTime now) const {
  // It takes serials, and a node that was not heard yet may hold some that this store has forgotten to have leased.
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  return dispatch::import(draft, plan, source, now);
}

Result<dispatch::Revised> Coordinator::on_plan_revised(journal::Draft& draft, const model::Plan& plan,
                                                       const Hash& source, const dispatch::RevisionWord& word,
                                                       UtcTime now) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return fail(std::move(good));
  auto revised = dispatch::revise(draft, plan, source, word, now);
  if (revised) ledger::review_shares(draft, tables::ref_of(revised->plan));
  return revised;
}

Result<void> Coordinator::on_allocation(journal::Draft& draft, const tables::PlanRef& plan,
                                        std::span<const dispatch::Share> shares,
                                        const tables::KeptAllocation& kept) const {
  if (auto taken = dispatch::allocate(draft, plan, shares); !taken) return taken;
  tables::put_allocation(draft, plan.plan, kept);
  return {};
}

Result<void> Coordinator::on_dispatch(journal::Draft& draft, const tables::PlanRef& plan, std::uint32_t limit) const {
  if (auto good = dispatch::check_not_recovering(draft); !good) return good;
  return dispatch::dispatch(draft, plan, limit);
}

}  // namespace lab::coordinator
