#pragma once
// The raw bytes that everything else can be recomputed from, page by page.

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "protocol/journal/view.hpp"

namespace lab::reports {

/// A page ends at whichever comes first. The octets keep an answer within what a client takes in memory.
constexpr std::size_t export_rows_max = 10'000;
constexpr std::size_t export_octets_max = 4 << 20;

struct ExportPage {
  Bytes bytes;
  std::string next;  // ask for it after this; empty: there is no more
};

/// Events of all nodes as they came, stream by stream: {u32 length, flat event} repeated, little-endian.
/// `after`: empty or the `next` of the page before, "node.incarnation.sequence". Malformed for anything else.
Result<ExportPage> export_events(const journal::View& store, std::string_view after,
                                 std::size_t rows_max = export_rows_max);

/// Orders to all nodes: {u32 node, u32 length, flat order} repeated, little-endian. `after`: "node.sequence".
Result<ExportPage> export_orders(const journal::View& store, std::string_view after,
                                 std::size_t rows_max = export_rows_max);

}  // namespace lab::reports
