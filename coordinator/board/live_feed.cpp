#include "coordinator/board/live_feed.hpp"

#include "coordinator/tables/answers.hpp"
#include "coordinator/tables/handovers.hpp"
#include "coordinator/tables/keys.hpp"

namespace lab::board {
namespace {

namespace letter = coordinator::tables::letter;

struct Shown {
  std::string_view kind;
  std::string_view tables;  // first octets of keys
};

constexpr char verdicts[]{letter::cell,  letter::fine_cell,  letter::city,
                          letter::drawn, letter::item_tally, letter::item_aside};
constexpr char tasks[]{letter::task,        letter::file,   letter::declined, letter::sampled_unit,
                       letter::unit_fields, letter::escrow, letter::handover};
constexpr char plans[]{letter::plan, letter::states, letter::job};
// Those of the sessions are how far each node's events and orders have come.
constexpr char nodes[]{letter::laboratory, letter::node, letter::waiver, 'c', 'o', 'Q', 'f'};
constexpr char exceptions[]{letter::exception, letter::decided};
constexpr char clocks[]{letter::clock, letter::clock_open};
constexpr char notices[]{letter::notice};
constexpr char objections[]{letter::objection, letter::retest};
constexpr char series[]{letter::series, letter::series_step, letter::series_waiting, letter::series_stopped};
constexpr char reports[]{letter::report};
constexpr char reference[]{letter::reference_now, letter::province_file};
constexpr char enterprises[]{letter::enterprise, letter::history, letter::publication};
constexpr char signals[]{letter::signal};
constexpr char webhooks[]{letter::subscription};
// Events and orders themselves, indexes, numbers and heads: what changes with them stands above.
constexpr char unseen[]{letter::numbers,
                        letter::secret,
                        letter::plan_cells,
                        letter::serial,
                        letter::task_by_number,
                        letter::task_by_blind,
                        letter::determinations,
                        letter::run,
                        letter::held_run,
                        letter::node_by_key,
                        letter::ticket,
                        letter::assignments,
                        letter::lease,
                        letter::exception_count,
                        letter::diary,
                        letter::diary_head,
                        letter::blob,
                        letter::series_by_key,
                        letter::series_count,
                        letter::series_due,
                        letter::regrant,
                        letter::notice_text,
                        letter::count_log,
                        letter::count_log_head,
                        letter::announcement,
                        letter::announcing,
                        letter::item_profile,
                        letter::items_begun,
                        letter::answer,
                        letter::answer_by_age,
                        'e',
                        'q',
                        'O',
                        'I',
                        'M',
                        'T',
                        'N'};

template <std::size_t count>
constexpr std::string_view all(const char (&letters)[count]) {
  return {letters, count};
}

constexpr Shown shown[]{{"verdicts", all(verdicts)}, {"tasks", all(tasks)},           {"plans", all(plans)},
                        {"nodes", all(nodes)},       {"exceptions", all(exceptions)}, {"clocks", all(clocks)},
                        {"notices", all(notices)},   {"objections", all(objections)}, {"series", all(series)},
                        {"reports", all(reports)},   {"reference", all(reference)},   {"enterprises", all(enterprises)},
                        {"signals", all(signals)},   {"webhooks", all(webhooks)},     {"", all(unseen)}};

}  // namespace

std::string_view live_kind_of(BytesView key) {
  for (const Shown& one : shown) {
    if (!key.empty() && one.tables.find(key.front()) != std::string_view::npos) return one.kind;
  }
  return "other";
}

void LiveFeed::note(const journal::Effect& effect) {
  const auto* const put = std::get_if<journal::Put>(&effect);
  const auto* const erase = std::get_if<journal::Erase>(&effect);
  if (put == nullptr && erase == nullptr) return;
  const std::string_view kind = live_kind_of(put != nullptr ? put->key : erase->key);
  if (!kind.empty()) pending_.insert(kind);
}

void LiveFeed::tell(service::Live& live, UtcTime now) {
  std::erase_if(pending_, [&](const std::string_view kind) {
    const auto [last, is_first] = told_.try_emplace(kind, now);
    if (!is_first && now - last->second < live_interval) return false;
    last->second = now;
    live.tell(kind, "{}");
    return true;
  });
}

}  // namespace lab::board
