#include "coordinator/dispatch/order_notes.hpp"

#include <fmt/format.h>

#include "protocol/crypto/crypto.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;

// Over the orders as they are stored, so that the diary vouches for every one of them.
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

void note_orders(journal::Draft& draft, tables::DiaryKind kind, model::NodeId node, const OrderRange& range,
                 UtcTime now) {
  const Hash hash = hash_of_orders(draft, node, range);
  tables::write_diary(
      draft, kind,
      fmt::format("node {} orders {}..{} hash {}", node.value(), range.first, range.second, to_hex(hash.view())), now);
}

// A reason is for the person at the bench and for the diary.
constexpr std::size_t reason_octets_max = 500;

Result<void> check_reason(const std::string& reason) {
  if (reason.empty() || reason.size() > reason_octets_max) {
    return fail(ErrorCode::malformed, fmt::format("请写明理由,最多 {} 个字节", reason_octets_max));
  }
  return {};
}

}  // namespace lab::dispatch
