#include "coordinator/tables/recalls.hpp"

#include <limits>

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes recall_key(const model::TaskId& task) { return Fields{letter::escrow}.add(task).bytes(); }

Recall read_recall(BytesView record) {
  FieldReader fields{record};
  Recall recall;
  recall.node = model::NodeId{fields.take<std::uint32_t>()};
  recall.token.generation = fields.take<std::uint32_t>();
  recall.token.counter = fields.take<std::uint64_t>();
  recall.asked = fields.take_time();
  recall.reason = take_long_text(fields);
  return recall;
}

}  // namespace

model::Token forgotten_token(std::uint32_t generation) {
  return {.generation = generation - 1, .counter = std::numeric_limits<std::uint64_t>::max()};
}

bool is_forgotten(const model::Token& token) { return token.counter == std::numeric_limits<std::uint64_t>::max(); }

std::optional<Recall> recall(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(recall_key(task));
  if (!record) return std::nullopt;
  return read_recall(*record);
}

void put_recall(journal::Draft& draft, const model::TaskId& task, const Recall& recall) {
  Fields fields;
  fields.add(recall.node).add(recall.token.generation).add(recall.token.counter);
  fields.add(recall.asked);
  add_long_text(fields, recall.reason);
  draft.put(recall_key(task), fields.bytes());
}

void erase_recall(journal::Draft& draft, const model::TaskId& task) {
  if (draft.get(recall_key(task))) draft.erase(recall_key(task));
}

void for_each_recall(const journal::View& store, const model::TaskId& after,
                     const std::function<bool(const model::TaskId& task, const Recall& recall)>& visit) {
  store.scan(journal::after_prefix(recall_key(after)), journal::after_prefix(Bytes(1, letter::escrow)),
             [&](BytesView key, BytesView record) {
               return visit(FieldReader::of_key(key).take_task(), read_recall(record));
             });
}

}  // namespace lab::coordinator::tables
