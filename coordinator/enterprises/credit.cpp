#include "coordinator/enterprises/credit.hpp"

#include "coordinator/tables/registry.hpp"

namespace lab::enterprises {

namespace tables = coordinator::tables;

CreditRules credit_rules(const journal::View& store) {
  auto rules = CreditRules::load(tables::province_file(store, credit_rules_file).value_or(""));
  if (!rules) throw journal::Damage("the stored credit rules cannot be read: " + to_text(rules.error()));
  return std::move(*rules);
}

Evaluation evaluate(const journal::View& store, tables::EnterpriseId id, UtcTime now) {
  return credit_rules(store).evaluate(final_verdicts(evidence_of(store, id)), civil_date(now));
}

}  // namespace lab::enterprises
