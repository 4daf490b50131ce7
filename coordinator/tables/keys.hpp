#pragma once
// Every table of the coordinator's store by the first octet of its keys. 'e' 'c' 'q' 'Q' 'o' 'O' 'f' 'I' 'M' 'T' 'N'
// belong to protocol/session.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/journal/fields.hpp"
#include "protocol/journal/view.hpp"

namespace lab::coordinator::tables {

namespace letter {
constexpr char numbers = 'g';          // one record: Numbers
constexpr char secret = 'z';           // one record: what blind codes are derived from
constexpr char plan = 'p';             // plan, revision -> PlanEntry
constexpr char plan_cells = 'P';       // plan, revision, chunk -> quota cells; those of lots name the enterprise
constexpr char serial = 'w';           // year, programme -> next serial of sample numbers
constexpr char task = 't';             // task -> Task
constexpr char task_by_number = 'm';   // sample number -> task
constexpr char task_by_blind = 'b';    // blind code -> task
constexpr char states = 'n';           // plan, revision, programme, city -> tasks by state
constexpr char file = 'r';             // task -> places of its events, ResultEntry
constexpr char determinations = 'k';   // task -> what its newest verdict rests on
constexpr char run = 'u';              // node, hash of a capture, incarnation, sequence -> nothing: events of its run
constexpr char held_run = 'U';         // node, hash of a capture -> its analyst: failed or held back, not released
constexpr char cell = 'a';             // programme, city, category, stage, month, laboratory -> verdicts
constexpr char city = 'A';             // programme, city -> verdicts: the sum of its cells
constexpr char laboratory = 'l';       // laboratory -> Laboratory
constexpr char node = 'd';             // node -> NodeEntry
constexpr char node_by_key = 'x';      // CURVE key -> node
constexpr char ticket = 'i';           // hash of the secret -> Ticket
constexpr char sampled_unit = 'E';     // task -> enterprise; its contents never travel to a node
constexpr char job = 'j';              // plan, revision, kind -> Job
constexpr char assignments = 'J';      // plan, revision, chunk -> assignments of a running allocation
constexpr char lease = 'H';            // node, year, programme, first serial -> Lease
constexpr char retest = 'h';           // task -> RetestEntry
constexpr char exception = 'v';        // disposition, node, incarnation, sequence -> why an event was not counted
constexpr char decided = '9';          // node, incarnation, sequence -> what a person decided about such an event
constexpr char exception_count = 'V';  // disposition -> rows of that table
constexpr char diary = 'y';            // sequence -> decision of the coordinator, chained
constexpr char diary_head = 'Y';       // one record: last sequence and its hash
constexpr char blob = 'R';             // hash, chunk -> octets of a reference set or a table people sent in
constexpr char reference_now = 'C';    // one record: hash of the reference set in use
constexpr char province_file = 'F';    // name -> hash of the newest table of that name
constexpr char series = 's';           // series -> Series: names an enterprise, and never travels to a node
constexpr char series_by_key = 'S';    // hash of enterprise, commodity and AQL -> series
constexpr char series_count = 'K';     // one record: how many series there are
constexpr char series_step = 'L';      // series, number -> SeriesStep: what moved it, in order
constexpr char series_waiting = 'W';   // series, task -> lots that wait for their turn
constexpr char series_due = 'D';       // series -> one octet: its next lot may be granted
constexpr char regrant = 'G';          // one record: how far granted tasks have got new tokens after a restore
constexpr char waiver = 'B';           // node -> who proposed to do without it, and why
constexpr char clock = '1';            // task, kind of clock -> Clock
constexpr char clock_open = '2';       // late or running, due, task, kind -> nothing: what is still to be done
constexpr char notice = '3';           // task -> Notice: names an enterprise, and never travels to a node
constexpr char notice_text = '4';      // task -> the words that were sent
constexpr char objection = '5';        // task -> Objection: names an enterprise, and never travels to a node
constexpr char count_log = '6';        // number -> change of the counts, in order
constexpr char count_log_head = '7';   // one record: how many there are, when the last was made, since when
constexpr char report = '8';           // report -> Report
constexpr char declined = '0';         // task -> place of the event that says why there is no sample
constexpr char unit_fields = 'Z';      // task -> fields of its form that name the enterprise; never travel to a node
constexpr char announcement = '@';     // sequence -> Announcement: what subscribers are to hear of
constexpr char subscription = '~';     // subscription -> Subscription
constexpr char announcing = ':';       // one record: Announcing
constexpr char series_stopped = 'X';   // series -> one octet: inspection is discontinued
constexpr char enterprise = '&';       // four tables: the register of enterprises; never travels to a node
constexpr char history = '*';          // four tables: verdicts by enterprise
constexpr char publication = '+';      // two tables: credit classes on their way to the public
constexpr char signal = '=';           // four tables: what was reported of products; names makers, never travels
constexpr char fine_cell = '!';        // as `cell`, with county and round too
constexpr char drawn = '%';            // kind of record, ...: samples drawn and set aside, see drawn.hpp
constexpr char escrow = '"';           // task -> Recall: its node is asked to hand it back
constexpr char item_profile = '<';     // four tables: outcomes of all items of a sample, and what the items are called
constexpr char item_tally = '>';       // as `fine_cell`, with a profile too -> samples
constexpr char item_aside = '(';       // the same of samples that are set aside
constexpr char items_begun = '?';      // one record: since when items are counted
constexpr char plan_revision = ';';    // plan, revision, chunk -> PlanRevision, then what it changed; names enterprises
constexpr char allocation = '[';       // plan, chunk -> KeptAllocation, then its rows with their reasons
constexpr char handover = '/';         // task -> Handover: one person's proposal to move a received sample
}  // namespace letter

struct PlanRef {
  model::PlanId plan;
  std::uint16_t revision = 1;

  auto operator<=>(const PlanRef&) const = default;
};

inline journal::Fields key_of(char table, const PlanRef& plan) {
  journal::Fields key{table};
  key.add(plan.plan).add(plan.revision);
  return key;
}

/// With its length in front, so that a key of several texts stays in the order of its fields.
/// Precondition: at most 255 octets.
inline void add_short_text(journal::Fields& fields, std::string_view text) {
  LAB_CHECK(text.size() <= 255);
  fields.add(static_cast<std::uint8_t>(text.size())).add(BytesView{text});
}

inline std::string take_short_text(journal::FieldReader& fields) {
  const auto size = fields.take<std::uint8_t>();
  return std::string{fields.take_bytes(size)};
}

/// For notes and reasons, which people write.
inline void add_long_text(journal::Fields& fields, std::string_view text) {
  LAB_CHECK(text.size() <= 65'535);
  fields.add(static_cast<std::uint16_t>(text.size())).add(BytesView{text});
}

inline std::string take_long_text(journal::FieldReader& fields) {
  const auto size = fields.take<std::uint16_t>();
  return std::string{fields.take_bytes(size)};
}

/// Visits every record whose key begins with `prefix`.
inline void scan_prefix(const journal::View& store, const Bytes& prefix, const journal::View::Visit& visit) {
  store.scan(prefix, journal::after_prefix(prefix), visit);
}

}  // namespace lab::coordinator::tables
