#pragma once
// The evidence export, piece by piece; its form is in protocol/evidence/export_file.hpp. The statement says how far
// everything goes as of one commit. Orders and events only grow, so what it names can be fetched afterwards, in pages,
// while the coordinator works on.

#include <string>

#include "coordinator/reports/exports.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/ids.hpp"

namespace lab::reports {

/// The signed text. Unavailable while the tree of an older store is being made.
Result<Bytes> statement(const journal::View& store, const crypto::KeyPair& keys, UtcTime now);

/// Sections with the orders to one node behind `after`, up to order `upto`. `next` of the page is an order's number.
ExportPage order_sections(const journal::View& store, model::NodeId node, std::uint64_t after, std::uint64_t upto,
                          const crypto::KeyPair& keys);

/// Sections with the events at the places of the tree from `position` on, as long as they begin below `size`. A message
/// is never parted, and the head of every batch ends one. `next` is a place.
ExportPage event_sections(const journal::View& store, std::uint64_t position, std::uint64_t size);

}  // namespace lab::reports
