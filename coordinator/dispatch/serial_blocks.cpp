#include "coordinator/dispatch/serial_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/tables/leases.hpp"
#include "coordinator/tables/plans.hpp"
#include "protocol/base/check.hpp"
#include "protocol/session/intake.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;

std::uint32_t leased_so_far(const journal::View& store, model::NodeId node, const model::SerialKind& kind) {
  std::uint32_t leased = 0;
  tables::for_each_lease(store, node, kind, [&](const tables::Lease& lease) { leased += lease.count; });
  return leased;
}

}  // namespace

std::uint32_t lease_serials(journal::Draft& draft, const model::Event& event, const Hash& request, UtcTime now) {
  const auto* wanted = std::get_if<model::SerialsWanted>(&event.what);
  LAB_CHECK(wanted != nullptr);
  const model::SerialKind& kind = wanted->kind;
  const auto year = static_cast<std::uint16_t>(model::SampleNumber::century + kind.year);
  const std::uint32_t next = tables::next_serial(draft, year, kind.programme);
  const std::uint32_t leased = leased_so_far(draft, event.node, kind);
  // A counter that stands at 1 has numbered no plan: such a programme is not ours to number.
  const bool is_used_up = next > model::SampleNumber::serial_max;
  const std::uint32_t free = next <= 1 || is_used_up ? 0 : model::SampleNumber::serial_max + 1 - next;
  const std::uint32_t count =
      std::min({block_serials, free, leased_serials_max - std::min(leased, leased_serials_max)});
  if (count == 0) {
    draft.tell(
        fmt::format("node {}", event.node.value()),
        fmt::format("no serials for {} of {}: {} leased to it, {} free", kind.programme.value(), year, leased, free));
    return 0;
  }
  tables::set_next_serial(draft, year, kind.programme, next + count);
  tables::put_lease(
      draft, {.node = event.node, .kind = kind, .first = next, .count = count, .incarnation = event.incarnation});
  const auto order = session::append_order(
      draft, event.node, model::SerialBlock{.kind = kind, .first = next, .count = count, .request = request}, now);
  note_orders(draft, tables::DiaryKind::serials_leased, event.node, {order, order}, now);
  return count;
}

}  // namespace lab::dispatch
