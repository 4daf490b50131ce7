// The entry points about enterprises and about reports of products.

#include "coordinator/coordinator.hpp"

namespace lab::coordinator {

enterprises::Taken Coordinator::on_enterprises(
    journal::Draft& draft, std::span<const std::pair<enterprises::Named, std::vector<std::string>>> rows,
    const Hash& file, UtcTime now) const {
  return enterprises::take(draft, rows, file, now);
}

Result<tables::Enterprise> Coordinator::on_merge(journal::Draft& draft, tables::EnterpriseId from,
                                                 tables::EnterpriseId into, const enterprises::Word& word,
                                                 UtcTime now) const {
  return enterprises::merge(draft, from, into, word, now);
}

Result<tables::Enterprise> Coordinator::on_part(journal::Draft& draft, tables::EnterpriseId enterprise,
                                                const enterprises::Word& word, UtcTime now) const {
  return enterprises::part(draft, enterprise, word, now);
}

Result<tables::Publication> Coordinator::on_credit_proposed(journal::Draft& draft, tables::EnterpriseId enterprise,
                                                            const enterprises::Word& word, UtcTime now) const {
  return enterprises::propose(draft, enterprise, word, now);
}

Result<tables::Publication> Coordinator::on_credit_decided(journal::Draft& draft, tables::PublicationId publication,
                                                           tables::PublicationAction action,
                                                           const enterprises::Word& word, UtcTime now) const {
  return enterprises::decide(draft, publication, action, word, now);
}

Result<enterprises::Reported> Coordinator::on_signal(journal::Draft& draft, const tables::SignalReport& report,
                                                     const model::PersonId& person, UtcTime now) const {
  return enterprises::report(draft, report, person, now);
}

Result<std::vector<tables::Signal>> Coordinator::on_signal_assessed(journal::Draft& draft, tables::SignalId signal,
                                                                    tables::SignalState state, bool whole_group,
                                                                    const enterprises::Word& word, UtcTime now) const {
  return enterprises::assess(draft, signal, state, whole_group, word, now);
}

Result<model::PlanEntry> Coordinator::on_signal_plan(journal::Draft& draft, tables::SignalId signal,
                                                     const model::Plan& plan, const Hash& source,
                                                     const enterprises::Word& word, UtcTime now) const {
  auto entry = on_plan(draft, plan, source, now);
  if (!entry) return entry;
  const auto noted = enterprises::note_plan(draft, signal, entry->id, word, now);
  if (!noted) return tl::unexpected(noted.error());
  return entry;
}

}  // namespace lab::coordinator
