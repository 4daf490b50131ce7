#include "coordinator/tables/plan_revisions.hpp"

#include <algorithm>

#include "coordinator/tables/plan_cell.hpp"
#include "coordinator/tables/plans.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes revision_prefix(model::PlanId plan, std::uint16_t revision) {
  return Fields{letter::plan_revision}.add(plan).add(revision).bytes();
}

// Chunk 0 is the revision itself, the others are its changes.
Bytes chunk_key(model::PlanId plan, std::uint16_t revision, std::uint32_t chunk) {
  return Fields{letter::plan_revision}.add(plan).add(revision).add(chunk).bytes();
}

std::optional<PlanRevision> read_revision(const journal::View& store, model::PlanId plan, std::uint16_t number) {
  const auto record = store.get(chunk_key(plan, number, 0));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  PlanRevision revision{.revision = number, .source = fields.take_hash()};
  revision.at = fields.take_time();
  revision.person = model::PersonId{take_short_text(fields)};
  revision.reason = take_long_text(fields);
  revision.before = fields.take<std::uint32_t>();
  revision.after = fields.take<std::uint32_t>();
  return revision;
}

}  // namespace

std::uint16_t current_revision(const journal::View& store, model::PlanId plan) {
  std::uint16_t current = 1;
  while (store.get(chunk_key(plan, static_cast<std::uint16_t>(current + 1), 0))) ++current;
  return current;
}

std::vector<PlanRevision> plan_revisions(const journal::View& store, const model::PlanEntry& plan) {
  std::vector<PlanRevision> revisions;
  auto first = read_revision(store, plan.id, 1);
  revisions.push_back(first ? std::move(*first) : PlanRevision{.source = plan.source, .after = plan.tasks});
  for (std::uint16_t number = 2;; ++number) {
    auto next = read_revision(store, plan.id, number);
    if (!next) return revisions;
    revisions.push_back(std::move(*next));
  }
}

std::vector<planning::CellChange> revision_changes(const journal::View& store, model::PlanId plan,
                                                   std::uint16_t revision) {
  std::vector<planning::CellChange> changes;
  store.scan(chunk_key(plan, revision, 1), journal::after_prefix(revision_prefix(plan, revision)),
             [&](BytesView, BytesView record) {
               for (FieldReader fields{record}; !fields.rest().empty();) {
                 planning::CellChange change;
                 std::uint8_t bits = 0;
                 change.before = fields.take<std::uint32_t>();
                 change.cell = read_plan_cell(fields, bits);
                 change.after = change.cell.quota;
                 changes.push_back(std::move(change));
               }
               return true;
             });
  return changes;
}

void put_plan_revision(journal::Draft& draft, model::PlanId plan, const PlanRevision& revision,
                       std::span<const planning::CellChange> changes) {
  Fields head;
  head.add(revision.source).add(revision.at);
  add_short_text(head, revision.person.value());
  add_long_text(head, revision.reason);
  head.add(revision.before).add(revision.after);
  draft.put(chunk_key(plan, revision.revision, 0), head.bytes());
  for (std::size_t first = 0; first < changes.size(); first += cells_per_record) {
    Fields record;
    for (const auto& change : changes.subspan(first, std::min<std::size_t>(cells_per_record, changes.size() - first))) {
      record.add(change.before);
      write_plan_cell(record, change.cell);
    }
    const auto chunk = static_cast<std::uint32_t>(first / cells_per_record) + 1;
    draft.put(chunk_key(plan, revision.revision, chunk), record.bytes());
  }
}

}  // namespace lab::coordinator::tables
