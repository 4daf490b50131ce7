#include "protocol/session/standing.hpp"

#include <fmt/format.h>

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes standing_key(model::NodeId node) { return Fields{'o'}.add(node).bytes(); }
Bytes forks_prefix(model::NodeId node) { return Fields{'f'}.add(node).bytes(); }

}  // namespace

Standing standing(const journal::View& store, model::NodeId node) {
  Standing standing;
  const auto record = store.get(standing_key(node));
  if (!record) return standing;
  FieldReader fields{*record};
  standing.incarnation = fields.take<std::uint32_t>();
  standing.given_to = fields.take<std::uint64_t>();
  standing.resyncs = fields.take<std::uint32_t>();
  standing.doubt = static_cast<Doubt>(fields.take<std::uint8_t>());
  standing.chosen = fields.take<std::uint64_t>();
  standing.orders_base = fields.take<std::uint64_t>();
  standing.complete = fields.take<std::uint32_t>();
  standing.waived = fields.take<std::uint32_t>();
  while (!fields.rest().empty()) standing.boots.push_back(fields.take<std::uint64_t>());
  return standing;
}

void set_standing(journal::Draft& draft, model::NodeId node, const Standing& standing) {
  LAB_CHECK(standing.boots.size() <= boots_max);
  Fields fields;
  fields.add(standing.incarnation)
      .add(standing.given_to)
      .add(standing.resyncs)
      .add(static_cast<std::uint8_t>(standing.doubt))
      .add(standing.chosen)
      .add(standing.orders_base)
      .add(standing.complete)
      .add(standing.waived);
  for (const std::uint64_t boot : standing.boots) fields.add(boot);
  draft.put(standing_key(node), fields.bytes());
}

std::uint32_t recovery(const journal::View& store) {
  const auto record = store.get("O");
  return record ? FieldReader{*record}.take<std::uint32_t>() : 0;
}

void set_recovery(journal::Draft& draft, std::uint32_t generation) {
  if (generation == 0) {
    draft.erase("O");
  } else {
    draft.put("O", Fields{}.add(generation).bytes());
  }
}

void keep_fork(journal::Draft& draft, model::NodeId node, const Fork& fork) {
  Bytes key = Fields{'f'}.add(node).add(fork.incarnation).add(fork.sequence).add(fork.hash).bytes();
  if (draft.get(key)) return;
  if (fork_count(draft, node) >= forks_max) {
    draft.tell(fmt::format("node {}", node.value()), "more forked events than are kept; this one is dropped");
    return;
  }
  draft.put(std::move(key), Fields{}.add(fork.at).add(wire::pack(fork.event)).bytes());
  draft.tell(fmt::format("node {}", node.value()),
             fmt::format("event {} of incarnation {} is not the one that counts: kept as evidence", fork.sequence,
                         fork.incarnation));
}

std::vector<Fork> forks(const journal::View& store, model::NodeId node) {
  std::vector<Fork> found;
  const Bytes prefix = forks_prefix(node);
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView key, BytesView record) {
    FieldReader place{key.substr(prefix.size())};
    Fork fork{.incarnation = place.take<std::uint32_t>()};
    fork.sequence = place.take<std::uint64_t>();
    fork.hash = place.take_hash();
    FieldReader fields{record};
    fork.at = fields.take_time();
    auto flat = wire::unpack(fields.rest());
    LAB_CHECK(flat.has_value());  // the record's checksum held, and we packed it
    fork.event = std::move(*flat);
    found.push_back(std::move(fork));
    return true;
  });
  return found;
}

std::size_t fork_count(const journal::View& store, model::NodeId node) {
  std::size_t count = 0;
  const Bytes prefix = forks_prefix(node);
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView, BytesView) {
    ++count;
    return true;
  });
  return count;
}

}  // namespace lab::session
