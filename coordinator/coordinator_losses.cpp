// What a coordinator that was put back learns of what it has forgotten (sync.md section 5): never silent.

#include <fmt/format.h>

#include "coordinator/coordinator.hpp"
#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/losses.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/session/event_tree.hpp"

namespace lab::coordinator {

// A head that a node has kept says how much this coordinator once held; a backup knows nothing of it.
void Coordinator::note_known_loss(journal::Draft& draft, const model::Hello& hello, UtcTime now) const {
  const std::uint32_t generation = tables::numbers(draft).generation;
  if (!session::note_known_loss(draft, hello.tree, generation, signing_.secret_key)) return;
  const session::TreeState tree = session::tree_state(draft);
  // Known lost until nodes have it: what is collected again is counted when all has been.
  const std::string what =
      fmt::format("generation {} had {} events, this store {} when it was put back: {} events known lost",
                  hello.tree.generation, tree.seen, tree.seen_base, tree.seen - tree.seen_base);
  draft.tell("coordinator", what);
  tables::write_diary(draft, tables::DiaryKind::loss_known, what, now);
}

namespace {

// Nobody is waited for any more, and the node has said what it has.
void close_when_heard(journal::Draft& draft, model::NodeId node, UtcTime now) {
  if (!dispatch::has_to_regrant(draft) && dispatch::was_heard(draft, node)) close_known_loss(draft, now);
}

}  // namespace

void close_late_loss(journal::Draft& draft, model::NodeId node, UtcTime now) {
  const session::TreeState tree = session::tree_state(draft);
  if (tree.seen == 0 || tree.is_collected) return;
  close_when_heard(draft, node, now);
}

void recount_known_loss(journal::Draft& draft, const tables::EventPlace& first, UtcTime now) {
  if (!session::tree_state(draft).is_collected) return;
  if (!session::is_claimed(draft, first.node, first.incarnation, first.sequence)) return;
  close_when_heard(draft, first.node, now);
}

void close_known_loss(journal::Draft& draft, UtcTime now) {
  const auto loss = session::close_known_loss(draft);
  if (!loss) return;
  const std::string what = fmt::format("everything was collected: {} to {} of the events known lost are missing",
                                       loss->at_least, loss->at_most);
  draft.tell("coordinator", what);
  tables::write_diary(draft, tables::DiaryKind::loss_known, what, now);
}

void doubt_tasks(journal::Draft& draft, model::NodeId node, UtcTime now) {
  if (session::known_loss(draft).at_most == 0) return;
  constexpr std::size_t listed_max = 100;
  std::vector<model::TaskId> open;
  for (const model::PlanEntry& plan : tables::plans(draft)) {
    const tables::PlanRef ref = tables::ref_of(plan);
    if (open.size() == listed_max) break;
    if (tables::states_of(draft, ref)[model::TaskState::granted] == 0) continue;  // as of every plan that is done
    tables::for_each_task(draft, ref, 1, [&](const model::Task& task) {
      if (task.state == model::TaskState::granted && task.node == node) open.push_back(task.id);
      return open.size() < listed_max;
    });
  }
  if (open.empty()) return;
  session::note_doubtful_tasks(draft, node, open);
  std::string names;
  for (const model::TaskId& id : open) names += (names.empty() ? "" : ", ") + to_text(id);
  tables::write_diary(
      draft, tables::DiaryKind::loss_known,
      fmt::format("node {} was put back as well, events of its tasks may be lost: {}", node.value(), names), now);
}

}  // namespace lab::coordinator
