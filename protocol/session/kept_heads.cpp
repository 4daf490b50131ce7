#include "protocol/session/kept_heads.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/evidence/consistency.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/stream.hpp"

namespace lab::session {
namespace {

using journal::Fields;
using model::TreeHead;

Bytes size_key(std::uint64_t size) { return Fields{'C'}.add(size).bytes(); }

TreeHead read_head(BytesView record) {
  auto head = evidence::parse_head(record);
  LAB_CHECK(head.has_value());  // the record's checksum held, and we wrote it
  return std::move(*head);
}

std::vector<TreeHead> heads_of_table(const journal::View& store, const char* table) {
  std::vector<TreeHead> heads;
  store.scan(table, journal::after_prefix(table), [&](BytesView, BytesView record) {
    heads.push_back(read_head(record));
    return true;
  });
  return heads;
}

void keep(journal::Draft& draft, const TreeHead& head) {
  const Bytes line = evidence::to_text(head);
  draft.put("c", line);
  draft.put(size_key(head.size), line);
  const auto late = heads_of_late(draft);
  if (late.size() > heads_kept_max) draft.erase(size_key(late.front().size));
}

// Keeps a head that does not fit as evidence, and puts an incident into the stream; once.
void report(journal::Draft& draft, const TreeHead& head, const std::string& what, UtcTime now) {
  Bytes key = Fields{'Y'}.add(head.generation).add(head.size).add(head.root).bytes();
  if (draft.get(key) || heads_of_table(draft, "Y").size() >= odd_heads_max) return;
  draft.put(std::move(key), evidence::to_text(head));
  draft.tell("coordinator", what);
  append(draft, {.task = {}, .token = {}, .person = {}, .what = model::Incident{what}}, now);
}

HeadFinding contradiction(journal::Draft& draft, const TreeHead& head, const char* why, UtcTime now) {
  report(draft, head,
         fmt::format("省平台出示的事件树头与本站所存的不是同一段历史（{}）：第 {} 代，{} 条，根 {}", why,
                     head.generation, head.size, to_hex(head.root.view())),
         now);
  return HeadFinding::contradicts;
}

// The coordinator was put back: its tree went another way before it came to what this node saw. The node goes on from
// the newest head that both ways have in common.
void depart(journal::Draft& draft, const TreeHead& last, const TreeHead& head, std::uint64_t common, UtcTime now) {
  report(draft, last,
         fmt::format("省平台曾从备份恢复：本站见过它持有 {} 条事件，恢复后的第 {} 代起于 {} 条，已知当时缺失 {} 条",
                     last.size, head.generation, head.base, last.size - std::min(last.size, head.base)),
         now);
  std::optional<TreeHead> before;
  for (const TreeHead& one : heads_of_late(draft)) {
    if (one.size > common) {
      draft.erase(size_key(one.size));
    } else {
      before = one;
    }
  }
  if (before) {
    draft.put("c", evidence::to_text(*before));
  } else {
    draft.erase("c");
  }
}

bool is_proven(const journal::View& store, const model::ShownHead& shown, bool& is_known) {
  const auto record = store.get(size_key(shown.from));
  is_known = record.has_value();
  if (!is_known) return false;
  const TreeHead from = read_head(*record);
  return evidence::is_extension({from.size, from.root}, {shown.head.size, shown.head.root}, shown.proof);
}

}  // namespace

std::optional<TreeHead> last_head(const journal::View& store) {
  const auto record = store.get("c");
  if (!record) return std::nullopt;
  return read_head(*record);
}

std::vector<TreeHead> heads_of_late(const journal::View& store) { return heads_of_table(store, "C"); }
std::vector<TreeHead> odd_heads(const journal::View& store) { return heads_of_table(store, "Y"); }

HeadFinding take_head(journal::Draft& draft, const model::ShownHead& shown, UtcTime now) {
  const TreeHead& head = shown.head;
  if (head.generation == 0) return HeadFinding::none;
  auto last = last_head(draft);
  if (last && (head.generation < last->generation || head == *last)) return HeadFinding::none;
  if (!evidence::is_signed(head, identity(draft)->coordinator_key)) {
    return contradiction(draft, head, "签名不符", now);
  }
  HeadFinding finding = HeadFinding::kept;
  if (last && head.generation > last->generation && last->size > head.base) {
    depart(draft, *last, head, head.base, now);
    finding = HeadFinding::departs;
    last = last_head(draft);
  }
  if (last && head.size <= last->size) {
    const auto same = draft.get(size_key(head.size));
    if (same && read_head(*same).root != head.root) return contradiction(draft, head, "同样条数而根不同", now);
    if (head.size < last->size || head.generation == last->generation) {
      // Fewer leaves than this generation had: only of a head that was shown earlier and came late.
      return finding == HeadFinding::departs ? finding : HeadFinding::none;
    }
  }
  bool is_known = true;
  if (last && head.size != last->size && !is_proven(draft, shown, is_known)) {
    if (finding == HeadFinding::departs) return finding;
    if (!is_known) return HeadFinding::unproven;
    // Of two restores this node has heard the second one only, and nobody can tell it where the first one began.
    if (head.generation > last->generation + 1) {
      depart(draft, *last, head, 0, now);
      return HeadFinding::departs;
    }
    return contradiction(draft, head, "不含本站见过的事件", now);
  }
  keep(draft, head);
  return finding;
}

}  // namespace lab::session
