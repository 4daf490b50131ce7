#pragma once
// Pictures of labels that wait for a person.
//
//   't' entry -> one that waits      'T' entry -> one that was decided      'j' picture -> entry
//   'l' -> last entry, how many wait

#include <cstdint>
#include <functional>
#include <optional>

#include "protocol/journal/draft.hpp"
#include "protocol/model/tray.hpp"

namespace lab::node::tables {

std::optional<model::TrayEntry> tray_entry(const journal::View& store, std::uint64_t id);
/// The entry of a picture by its hash, waiting or decided.
std::optional<std::uint64_t> tray_entry_of(const journal::View& store, const Hash& photo);
/// Appends and returns the new id: 1, 2, 3 ...
std::uint64_t add_tray_entry(journal::Draft& draft, const model::TrayEntry& entry);
/// Precondition: it waits, and `entry.decided_by` is not empty.
void close_tray_entry(journal::Draft& draft, std::uint64_t id, const model::TrayEntry& entry);
std::uint64_t tray_waiting(const journal::View& store);
/// Those that wait, or those that were decided, after `after` in order of arrival, until `visit` returns false.
void scan_tray(const journal::View& store, bool open, std::uint64_t after,
               const std::function<bool(std::uint64_t id, const model::TrayEntry&)>& visit);

}  // namespace lab::node::tables
