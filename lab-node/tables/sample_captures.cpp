#include "lab-node/tables/sample_captures.hpp"

#include <algorithm>
#include <string>

#include "lab-node/tables/tables.hpp"

namespace lab::node::tables {

std::optional<std::uint64_t> capture_behind(const journal::View& store, const model::Sample& sample, const Hash& raw,
                                            std::size_t& left) {
  const auto is_of_sample = [&](const StoredCapture& capture) {
    const std::string& number = capture.entry.sample;
    return capture.entry.reading.empty() || number == sample.grant.number.text() ||
           std::ranges::any_of(sample.former, [&](const auto& former) { return number == former.text(); });
  };
  const auto first = capture_of(store, raw);
  const auto stored = first ? capture(store, *first) : std::nullopt;
  if (!stored) return std::nullopt;
  if (is_of_sample(*stored)) return first;
  std::optional<std::uint64_t> found;
  scan_captures(store, 0, [&](const StoredCapture& one) {
    if (left == 0 || one.id == *first) return false;
    --left;
    if (one.raw == raw && is_of_sample(one)) found = one.id;
    return !found;
  });
  return found;
}

}  // namespace lab::node::tables
