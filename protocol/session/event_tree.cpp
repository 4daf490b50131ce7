#include "protocol/session/event_tree.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/check.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/intake.hpp"

namespace lab::session {
namespace {

using journal::FieldReader;
using journal::Fields;

/// Events of one step of making a tree: some 200 records, a few milliseconds.
constexpr std::uint64_t step_made = 2'000;

constexpr std::size_t hash_octets = 32;

Bytes tile_key(const evidence::TileId& id) { return Fields{'M'}.add(id.level).add(id.index).bytes(); }
Bytes stretch_key(std::uint64_t position) { return Fields{'T'}.add(position).bytes(); }
Bytes made_key(model::NodeId node, std::uint32_t incarnation) { return Fields{'N'}.add(node).add(incarnation).bytes(); }

// What a node had of one stream when this generation heard it first.
struct Claim {
  std::uint64_t last = 0;
  std::uint64_t acknowledged = 0;

  bool operator==(const Claim&) const = default;
};

constexpr char claim_mark = 1;
constexpr char doubtful_mark = 2;

Bytes claim_key(model::NodeId node, std::uint32_t incarnation) {
  return Fields{'N'}.add(node).add(incarnation).add(BytesView{&claim_mark, 1}).bytes();
}
Bytes doubtful_key(model::NodeId node) {
  return Fields{'N'}.add(node).add(std::uint32_t{0}).add(BytesView{&doubtful_mark, 1}).bytes();
}

Claim claim_of(const journal::View& store, model::NodeId node, std::uint32_t incarnation) {
  const auto record = store.get(claim_key(node, incarnation));
  if (!record) return {};
  FieldReader fields{*record};
  const auto last = fields.take<std::uint64_t>();
  return {.last = last, .acknowledged = fields.take<std::uint64_t>()};
}

void set_tree_state(journal::Draft& draft, const TreeState& state) {
  draft.put("N", Fields{}
                     .add(state.size)
                     .add(state.base)
                     .add(static_cast<std::uint8_t>(state.is_being_made))
                     .add(state.seen)
                     .add(state.seen_base)
                     .add(std::uint64_t{state.is_collected})
                     .add(state.had)
                     .add(state.had_surely)
                     .add(static_cast<std::uint8_t>(state.follows))
                     .add(state.lost_before_least)
                     .add(state.lost_before_most)
                     .bytes());
}

Stretch read_stretch(BytesView key, BytesView record) {
  Stretch stretch{.position = FieldReader::of_key(key).take<std::uint64_t>()};
  FieldReader fields{record};
  stretch.node = model::NodeId{fields.take<std::uint32_t>()};
  stretch.incarnation = fields.take<std::uint32_t>();
  stretch.first = fields.take<std::uint64_t>();
  stretch.count = fields.take<std::uint64_t>();
  stretch.signature = Bytes{fields.rest()};
  return stretch;
}

void put_behind(journal::Draft& draft, TreeState& state, Stretch where, std::span<const Hash> events) {
  LAB_CHECK(!events.empty());
  evidence::Growth growth{tree_tiles(draft), state.size};
  for (const Hash& event : events) growth.add(event);
  for (const auto& [id, tile] : growth.changed()) {
    Fields hashes;
    for (const Hash& hash : tile) hashes.add(hash);
    draft.put(tile_key(id), hashes.bytes());
  }
  where.position = state.size;
  where.count = events.size();
  draft.put(
      stretch_key(where.position),
      Fields{}.add(where.node).add(where.incarnation).add(where.first).add(where.count).add(where.signature).bytes());
  state.size = growth.size();
}

// Every stream that is held here.
std::vector<std::pair<model::NodeId, model::StreamHead>> all_cursors(const journal::View& store) {
  std::vector<std::pair<model::NodeId, model::StreamHead>> all;
  store.scan("c", journal::after_prefix("c"), [&](BytesView key, BytesView record) {
    FieldReader place = FieldReader::of_key(key);
    const auto node = model::NodeId{place.take<std::uint32_t>()};
    const auto incarnation = place.take<std::uint32_t>();
    all.emplace_back(
        node, model::StreamHead{
                  .incarnation = incarnation, .sequence = FieldReader{record}.take<std::uint64_t>(), .hash = {}});
    return true;
  });
  return all;
}

// What this store had when its generation began can all be in a tree that is heard of now: generations since the one
// that first found a loss have taken it, and theirs may be that tree. What was new to one of them is claimed by nobody.
void claim_what_was_here(journal::Draft& draft, const TreeState& state) {
  std::vector<Stretch> here;
  for_each_stretch(draft, state.seen_base, [&](const Stretch& stretch) {
    if (stretch.position < state.base) here.push_back(stretch);
    return stretch.position < state.base;
  });
  for (const Stretch& stretch : here) {
    const model::StreamHead last{
        .incarnation = stretch.incarnation, .sequence = stretch.first + stretch.count - 1, .hash = {}};
    note_claim(draft, stretch.node, std::span{&last, 1}, 0, false);
  }
}

bool is_ours(const model::TreeHead& kept, const crypto::SecretKey& key) {
  model::TreeHead again = kept;  // signing gives the same octets every time (RFC 8032)
  evidence::sign(again, key);
  return again.signature == kept.signature;
}

}  // namespace

TreeState tree_state(const journal::View& store) {
  const auto record = store.get("N");
  TreeState state;
  if (!record) return state;
  FieldReader fields{*record};
  state.size = fields.take<std::uint64_t>();
  state.base = fields.take<std::uint64_t>();
  state.is_being_made = fields.take<std::uint8_t>() != 0;
  state.seen = fields.take<std::uint64_t>();
  state.seen_base = fields.take<std::uint64_t>();
  state.is_collected = fields.take<std::uint64_t>() != 0;
  if (fields.rest().empty()) {  // written before events were told apart: nothing is known of them
    state.had = state.seen - state.seen_base;
    return state;
  }
  state.had = fields.take<std::uint64_t>();
  state.had_surely = fields.take<std::uint64_t>();
  state.follows = fields.take<std::uint8_t>() != 0;
  state.lost_before_least = fields.take<std::uint64_t>();
  state.lost_before_most = fields.take<std::uint64_t>();
  return state;
}

evidence::GetTile tree_tiles(const journal::View& store) {
  return [&store](const evidence::TileId& id) {
    evidence::Tile tile;
    const auto record = store.get(tile_key(id));
    if (!record) return tile;
    FieldReader fields{*record};
    while (fields.rest().size() >= hash_octets) tile.push_back(fields.take_hash());
    return tile;
  };
}

void for_each_stretch(const journal::View& store, std::uint64_t position,
                      const std::function<bool(const Stretch& stretch)>& visit) {
  // No stretch is longer than a message or a step, so the one that reaches to `position` begins not far before it.
  const std::uint64_t first = position > step_made ? position - step_made : 0;
  store.scan(stretch_key(first), journal::after_prefix("T"), [&](BytesView key, BytesView record) {
    const Stretch stretch = read_stretch(key, record);
    return stretch.position + stretch.count <= position || visit(stretch);
  });
}

void grow_tree(journal::Draft& draft, Stretch where, std::span<const Hash> events) {
  TreeState state = tree_state(draft);
  if (state.size == 0 && !state.is_being_made && where.first > 1) {
    state.is_being_made = true;  // there were events before there was a tree
    set_tree_state(draft, state);
  }
  if (state.is_being_made) return;
  put_behind(draft, state, std::move(where), events);
  set_tree_state(draft, state);
}

bool make_tree(journal::Draft& draft) {
  TreeState state = tree_state(draft);
  if (state.size > 0 && !state.is_being_made) return false;
  for (const auto& [node, held] : all_cursors(draft)) {
    const auto record = draft.get(made_key(node, held.incarnation));
    std::uint64_t made = record ? FieldReader{*record}.take<std::uint64_t>() : 0;
    if (made >= held.sequence) continue;
    state.is_being_made = true;
    std::vector<Hash> hashes;
    const std::uint64_t last = std::min(held.sequence, made + step_made);
    for (std::uint64_t sequence = made + 1; sequence <= last; ++sequence) {
      const auto bytes = held_event(draft, node, held.incarnation, sequence);
      if (!bytes) throw journal::Damage("an event below its cursor is not held");
      hashes.push_back(crypto::sha256(*bytes));
    }
    put_behind(draft, state, {.node = node, .incarnation = held.incarnation, .first = made + 1, .signature = {}},
               hashes);
    draft.put(made_key(node, held.incarnation), Fields{}.add(last).bytes());
    set_tree_state(draft, state);
    return true;
  }
  if (!state.is_being_made) return false;
  state.is_being_made = false;
  for (const auto& [node, held] : all_cursors(draft)) draft.erase(made_key(node, held.incarnation));
  set_tree_state(draft, state);
  return true;
}

void begin_tree_generation(journal::Draft& draft, bool follows) {
  TreeState state = tree_state(draft);
  state.base = state.size;
  state.follows = follows;
  if (state.seen != 0 && !state.is_collected) {  // that one goes on: it is counted from where it began
    state.follows = false;
    return set_tree_state(draft, state);
  }
  const KnownLoss loss = known_loss(draft);
  state.lost_before_least = loss.at_least;
  state.lost_before_most = loss.at_most;
  state.seen = state.seen_base = state.had = state.had_surely = 0;
  state.is_collected = false;
  set_tree_state(draft, state);
  std::vector<Bytes> claims;
  draft.scan("N", journal::after_prefix("N"), [&](BytesView key, BytesView) {
    if (key.size() == claim_key({}, 0).size() && key.back() == claim_mark) claims.emplace_back(key);
    return true;
  });
  for (Bytes& claim : claims) draft.erase(std::move(claim));
}

void note_claim(journal::Draft& draft, model::NodeId node, std::span<const model::StreamHead> streams,
                std::uint64_t acknowledged, bool is_sure) {
  for (const model::StreamHead& stream : streams) {
    const bool is_open = &stream == &streams.back();
    // An incarnation ends where the coordinator said that it holds it to its end.
    const std::uint64_t told = is_open ? std::min(acknowledged, stream.sequence) : stream.sequence;
    const Claim before = claim_of(draft, node, stream.incarnation);
    const Claim now{.last = std::max(before.last, stream.sequence),
                    .acknowledged = std::max(before.acknowledged, is_sure ? told : 0)};
    if (now == before) continue;
    draft.put(claim_key(node, stream.incarnation), Fields{}.add(now.last).add(now.acknowledged).bytes());
  }
}

bool is_claimed(const journal::View& store, model::NodeId node, std::uint32_t incarnation, std::uint64_t sequence) {
  return sequence <= claim_of(store, node, incarnation).last;
}

model::TreeHead tree_head(const journal::View& store, std::uint32_t generation, UtcTime now,
                          const crypto::SecretKey& key) {
  const TreeState state = tree_state(store);
  if (state.is_being_made) return {};
  model::TreeHead head{.generation = generation,
                       .base = state.base,
                       .size = state.size,
                       .root = evidence::root_at(tree_tiles(store), state.size),
                       .at = now,
                       .signature = {}};
  evidence::sign(head, key);
  return head;
}

model::ShownHead shown_head(const model::TreeHead& head, const journal::View& store, std::uint64_t from) {
  model::ShownHead shown{.head = head, .from = from, .proof = {}};
  if (head.generation == 0) return {};
  if (from > head.size) shown.from = 0;
  shown.proof = evidence::consistency_proof(tree_tiles(store), shown.from, head.size);
  return shown;
}

bool contradicts_tree(const journal::View& store, const model::TreeHead& kept, std::uint32_t generation,
                      const crypto::SecretKey& key) {
  const TreeState state = tree_state(store);
  if (kept.generation != generation || state.is_being_made || !is_ours(kept, key)) return false;
  return kept.size > state.size || evidence::root_at(tree_tiles(store), kept.size) != kept.root;
}

bool note_known_loss(journal::Draft& draft, const model::TreeHead& kept, std::uint32_t generation,
                     const crypto::SecretKey& key) {
  TreeState state = tree_state(draft);
  const bool is_news = kept.generation != 0 && kept.generation < generation && kept.size > state.base &&
                       kept.size > state.seen && is_ours(kept, key);
  // One that comes after everything was collected is of a node that was not waited for: it is told all the same.
  if (!is_news) return false;
  if (state.seen == 0) state.seen_base = state.base;
  state.seen = kept.size;
  state.is_collected = false;
  set_tree_state(draft, state);
  claim_what_was_here(draft, state);
  return true;
}

KnownLoss known_loss(const journal::View& store) {
  const TreeState state = tree_state(store);
  const std::uint64_t behind = state.seen - state.seen_base;
  const std::uint64_t had = state.is_collected ? std::min(behind, state.had) : behind;
  const std::uint64_t had_surely = state.is_collected ? std::min(behind, state.had_surely) : 0;
  return {.at_least = state.lost_before_least + behind - had, .at_most = state.lost_before_most + behind - had_surely};
}

std::optional<KnownLoss> close_known_loss(journal::Draft& draft) {
  TreeState state = tree_state(draft);
  if (state.seen == 0) return std::nullopt;
  const KnownLoss before = known_loss(draft);
  const bool was_collected = std::exchange(state.is_collected, true);
  state.had = state.had_surely = 0;
  for_each_stretch(draft, state.seen_base, [&](const Stretch& stretch) {
    const Claim claim = claim_of(draft, stretch.node, stretch.incarnation);
    const auto up_to = [&](std::uint64_t last) {
      return last < stretch.first ? std::uint64_t{0} : std::min(stretch.count, last - stretch.first + 1);
    };
    state.had += up_to(claim.last);
    if (state.follows) state.had_surely += up_to(claim.acknowledged);
    return true;
  });
  set_tree_state(draft, state);
  const KnownLoss loss = known_loss(draft);
  if (was_collected && loss == before) return std::nullopt;
  return loss;
}

void note_doubtful_tasks(journal::Draft& draft, model::NodeId node, std::span<const model::TaskId> tasks) {
  Fields fields;
  for (const model::TaskId& task : tasks) fields.add(task);
  draft.put(doubtful_key(node), fields.bytes());
}

std::vector<model::TaskId> doubtful_tasks(const journal::View& store) {
  std::vector<model::TaskId> tasks;
  store.scan("N", journal::after_prefix("N"), [&](BytesView key, BytesView record) {
    if (key.size() != doubtful_key({}).size() || key.back() != doubtful_mark) return true;
    for (FieldReader fields{record}; !fields.rest().empty();) tasks.push_back(fields.take_task());
    return true;
  });
  return tasks;
}

}  // namespace lab::session
