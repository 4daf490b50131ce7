#include "coordinator/tables/order_notes.hpp"

#include <fmt/format.h>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/intake.hpp"

namespace lab::coordinator::tables {
namespace {

// Over the orders as they are stored.
Hash hash_of_orders(const journal::View& store, model::NodeId node, const OrderRange& range) {
  Bytes hashes;
  store.scan(journal::Fields{'q'}.add(node).add(range.first).bytes(),
             journal::Fields{'q'}.add(node).add(range.second + 1).bytes(), [&](BytesView, BytesView record) {
               hashes += crypto::sha256(record).view();
               return true;
             });
  return crypto::sha256(hashes);
}

}  // namespace

void note_orders(journal::Draft& draft, DiaryKind kind, model::NodeId node, const OrderRange& range, UtcTime now) {
  const Hash hash = hash_of_orders(draft, node, range);
  write_diary(
      draft, kind,
      fmt::format("node {} orders {}..{} hash {}", node.value(), range.first, range.second, to_hex(hash.view())), now);
}

void order_hold(journal::Draft& draft, model::NodeId node, const model::TaskId& task, bool held, UtcTime now) {
  const auto order = session::append_order(
      draft, node, model::Hold{.task = task, .held = held, .reason = held ? "省平台已登记异议或复检" : ""}, now);
  note_orders(draft, held ? DiaryKind::reserve_held : DiaryKind::reserve_freed, node, {order, order}, now);
}

}  // namespace lab::coordinator::tables
