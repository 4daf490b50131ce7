#include "coordinator/tables/allocations.hpp"

#include <algorithm>

#include "coordinator/planning/table.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr std::size_t rows_per_record = 16;  // 30 octets and the words of a rule: below the 2 KB of a page in general

Bytes chunk_key(model::PlanId plan, std::uint32_t chunk) {
  return Fields{letter::allocation}.add(plan).add(chunk).bytes();
}

void write_row(Fields& fields, const AllocatedRow& row) {
  fields.add(row.city);
  add_short_text(fields, row.panel.value());
  fields.add(row.assignment.laboratory).add(row.assignment.count).add(row.assignment.kilometres);
  fields.add(static_cast<std::uint8_t>(row.assignment.because));
  add_long_text(fields, row.assignment.rule);
}

AllocatedRow read_row(FieldReader& fields) {
  AllocatedRow row;
  row.city = model::CityCode{fields.take<std::uint32_t>()};
  row.panel = model::PanelCode{take_short_text(fields)};
  row.assignment.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  row.assignment.count = fields.take<std::uint32_t>();
  row.assignment.kilometres = fields.take<std::uint32_t>();
  row.assignment.because = static_cast<planning::PlacedBecause>(fields.take<std::uint8_t>());
  row.assignment.rule = take_long_text(fields);
  return row;
}

std::optional<std::uint32_t> number_of_last(const journal::View& store, model::PlanId plan) {
  const auto head = store.get(chunk_key(plan, 0));
  if (!head) return std::nullopt;
  return FieldReader{*head}.take<std::uint32_t>();
}

}  // namespace

std::vector<planning::IndependenceRule> independence_rules(const journal::View& store) {
  const auto text = province_file(store, independence_file);
  if (!text) return {};
  const auto table = planning::read_table(*text, independence_file);
  auto rules = table ? planning::load_independence(*table)
                     : Result<std::vector<planning::IndependenceRule>>{tl::unexpected(table.error())};
  if (!rules) throw journal::Damage("the stored rules of independence cannot be read: " + to_text(rules.error()));
  return std::move(*rules);
}

std::optional<KeptAllocation> allocation(const journal::View& store, model::PlanId plan) {
  const auto head = store.get(chunk_key(plan, 0));
  if (!head) return std::nullopt;
  FieldReader fields{*head};
  KeptAllocation kept;
  kept.number = fields.take<std::uint32_t>();
  kept.at = fields.take_time();
  kept.person = model::PersonId{take_short_text(fields)};
  while (!fields.rest().empty()) {
    const model::LaboratoryId laboratory{fields.take<std::uint32_t>()};
    kept.terms.push_back({.laboratory = laboratory, .capacity = fields.take<std::uint32_t>()});
  }
  store.scan(chunk_key(plan, 1), journal::after_prefix(Fields{letter::allocation}.add(plan).bytes()),
             [&](BytesView, BytesView record) {
               for (FieldReader rows{record}; !rows.rest().empty();) kept.rows.push_back(read_row(rows));
               return true;
             });
  return kept;
}

void put_allocation(journal::Draft& draft, model::PlanId plan, KeptAllocation allocation) {
  allocation.number = number_of_last(draft, plan).value_or(0) + 1;
  std::vector<Bytes> former;
  scan_prefix(draft, Fields{letter::allocation}.add(plan).bytes(), [&](BytesView key, BytesView) {
    former.emplace_back(key);
    return true;
  });
  for (Bytes& key : former) draft.erase(std::move(key));
  Fields head;
  head.add(allocation.number).add(allocation.at);
  add_short_text(head, allocation.person.value());
  for (const AllocationTerm& term : allocation.terms) head.add(term.laboratory).add(term.capacity);
  draft.put(chunk_key(plan, 0), head.bytes());
  const std::span<const AllocatedRow> rows = allocation.rows;
  for (std::size_t first = 0; first < rows.size(); first += rows_per_record) {
    Fields record;
    for (const AllocatedRow& row : rows.subspan(first, std::min(rows_per_record, rows.size() - first))) {
      write_row(record, row);
    }
    draft.put(chunk_key(plan, static_cast<std::uint32_t>(first / rows_per_record) + 1), record.bytes());
  }
}

std::uint64_t allocations_made(const journal::View& store) {
  std::uint64_t made = 0;
  for (const model::PlanEntry& plan : plans(store)) made += number_of_last(store, plan.id).value_or(0);
  return made;
}

}  // namespace lab::coordinator::tables
