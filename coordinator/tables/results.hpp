#pragma once
// What came back: where the events of a task are, its verdict, the running counts, and what was not counted and why.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/model/task.hpp"

namespace lab::coordinator::tables {

/// Where an event stands in the streams held here.
struct EventPlace {
  model::NodeId node;
  std::uint32_t incarnation = 1;
  std::uint64_t sequence = 0;

  auto operator<=>(const EventPlace&) const = default;
};

constexpr std::size_t place_octets = 16;

inline journal::Fields& add_place(journal::Fields& fields, const EventPlace& place) {
  return fields.add(place.node).add(place.incarnation).add(place.sequence);
}

inline EventPlace take_place(journal::FieldReader& fields) {
  EventPlace place;
  place.node = model::NodeId{fields.take<std::uint32_t>()};
  place.incarnation = fields.take<std::uint32_t>();
  place.sequence = fields.take<std::uint64_t>();
  return place;
}

inline EventPlace place_of(const model::Event& event) {
  return {.node = event.node, .incarnation = event.incarnation, .sequence = event.sequence};
}

/// Of the event with the verdict.
inline EventPlace place_of(const model::ResultEntry& result) {
  return {.node = result.node, .incarnation = result.incarnation, .sequence = result.judged_at};
}

/// Of a list of item outcomes, see item_counts.hpp. 0 is none.
using ProfileNumber = std::uint32_t;

/// What verdicts of one sample say of its items.
struct ItemProfiles {
  ProfileNumber judged = 0;  // the newest, counted or not
  ProfileNumber first = 0;   // the first that was counted
  ProfileNumber final = 0;   // the one that stands

  bool operator==(const ItemProfiles&) const = default;
};

/// A life of a sample is six to eight events, a long dispute thirty. Further events are in their stream all the same;
/// only this index ends, which keeps the record below 2 KB whatever a node sends.
constexpr std::size_t places_max = 64;

/// Everything about one task that its events change, in one record, because most events only add their place: that
/// costs one read and one write and touches nothing else.
class TaskFile {
 public:
  TaskFile() = default;
  explicit TaskFile(Bytes record) : record_(std::move(record)) {}

  void add_place(const EventPlace& place);
  [[nodiscard]] std::vector<EventPlace> places() const;
  [[nodiscard]] bool is_new() const { return record_.empty(); }

  /// The newest verdict, counted or not.
  [[nodiscard]] std::optional<model::ResultEntry> result() const;
  /// Of a newer verdict than the one that counts: the latter is kept beside it, as it was, until this one is counted.
  void set_result(const std::optional<model::ResultEntry>& result);
  /// The verdict that counts while a newer one is here; nothing when that is the newest one, or none counts, or the
  /// file was written before it was kept. Ask counted_result() in held_events.hpp, which finds it then too.
  [[nodiscard]] std::optional<model::ResultEntry> kept() const;
  /// All zero in a file that no program with items has changed.
  [[nodiscard]] ItemProfiles profiles() const { return beside().profiles; }
  void set_profiles(const ItemProfiles& profiles);
  [[nodiscard]] const Bytes& record() const { return record_; }

 private:
  // What stands between the places and the newest verdict.
  struct Beside {
    BytesView packed_kept;
    ItemProfiles profiles;
    std::size_t end = 0;
  };
  [[nodiscard]] std::size_t places_end() const;
  [[nodiscard]] Beside beside() const;
  void set_behind_places(BytesView packed_kept, const ItemProfiles& profiles, BytesView packed_result);

  // An octet: the count of places, and the highest bit when something stands beside the newest verdict; the places;
  // where something stands beside it, a number of four octets, the octets of the verdict that is kept, with the highest
  // bit when there are profiles, that verdict, packed, and the profiles; the newest verdict, packed, up to the end.
  // Files of before all that have the same form without that bit, for there were never more than places_max places.
  Bytes record_;
};

TaskFile task_file(const journal::View& store, const model::TaskId& task);
void put_task_file(journal::Draft& draft, const model::TaskId& task, const TaskFile& file);
/// Of a plan, in the order of tasks, until `visit` returns false.
void for_each_file(const journal::View& store, const PlanRef& plan,
                   const std::function<bool(const model::TaskId& task, const TaskFile& file)>& visit);

/// Of all plans behind the task `after`, until `visit` returns false.
void for_each_file_after(const journal::View& store, const model::TaskId& after,
                         const std::function<bool(const model::TaskId& task, const TaskFile& file)>& visit);

/// Where the events about one analytical run of a node are: they belong to no single task.
void add_run_place(journal::Draft& draft, const Hash& capture, const EventPlace& place);
/// Runs of a node whose results may not count: by capture, with the analyst. Empty for nearly every node at all times.
void hold_run(journal::Draft& draft, model::NodeId node, const Hash& capture, const model::PersonId& analyst);
void free_run(journal::Draft& draft, model::NodeId node, const Hash& capture);
std::map<Hash, model::PersonId> held_runs(const journal::View& store, model::NodeId node);
std::vector<EventPlace> run_places(const journal::View& store, model::NodeId node, const Hash& capture);

/// Verdicts of one kind.
struct Verdicts {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t problem = 0;
  std::uint64_t undetermined = 0;

  std::uint64_t& operator[](model::SampleOutcome outcome);
  bool operator==(const Verdicts&) const = default;
};

/// The first verdict of each sample, and the one that stands now.
struct Tally {
  Verdicts first;
  Verdicts final;

  bool operator==(const Tally&) const = default;
};

struct CellKey {
  model::ProgrammeCode programme;
  model::CityCode city;
  model::CountyCode county{};  // of a fine cell; zero in the others
  model::CategoryCode category;
  model::Stage stage = model::Stage::production_base;
  std::uint8_t round = 0;   // of a fine cell; zero in the others
  std::uint16_t month = 0;  // year * 12 + month - 1
  model::LaboratoryId laboratory;

  auto operator<=>(const CellKey&) const = default;
};

/// Where a verdict of the task stands.
CellKey cell_of(const model::Task& task, std::uint16_t month, model::LaboratoryId laboratory);

/// Without county and round: the cell that a fine cell is part of.
CellKey coarse(const CellKey& cell);

/// In a fine cell, in the cell it is part of and in the sum of its city, which are kept together. Who counts notes it
/// in the log (count_log.hpp) first.
void count_first(journal::Draft& draft, const CellKey& cell, model::SampleOutcome outcome, std::uint64_t samples = 1);
/// The verdict that stands moves from one cell and outcome to another (an amendment).
void move_final(journal::Draft& draft, const CellKey& from, model::SampleOutcome was, const CellKey& to,
                model::SampleOutcome is, std::uint64_t samples = 1);

void for_each_cell_tally(const journal::View& store,
                         const std::function<void(const CellKey& cell, const Tally& tally)>& visit);
/// By county and round too. Some ten times as many as cells: only for questions that name one of the two.
void for_each_fine_tally(const journal::View& store,
                         const std::function<void(const CellKey& cell, const Tally& tally)>& visit);
/// Whether fine cells are kept: not yet in a store that counted before there were any. Then begin_fine_tallies and
/// add_to_fine_tally make them.
bool has_fine_tallies(const journal::View& store);
void begin_fine_tallies(journal::Draft& draft);
void add_to_fine_tally(journal::Draft& draft, const CellKey& cell, const Tally& tally);
void for_each_city_tally(
    const journal::View& store,
    const std::function<void(const model::ProgrammeCode& programme, model::CityCode city, const Tally& tally)>& visit);

/// What made an event an exception, as far as it decides whether deciding it again may come to something else. Stored
/// as its number: append only.
enum class ExceptionCause : std::uint8_t {
  content,        // what it says, or that it came too late: the same rules say the same again
  unreadable,     // this program could not read it
  interrupted,    // deciding it has ended the process too often
  unknown_record  // it names a record that is not here, or not the one that stands
};
constexpr ExceptionCause exception_cause_last = ExceptionCause::unknown_record;

/// An event that was kept but not plainly taken: late or quarantined.
struct Exception {
  EventPlace place;
  model::Disposition disposition = model::Disposition::late;
  UtcTime at{};                                    // when it came in
  model::TaskId task;                              // as the event says
  std::string kind;                                // "approved"; empty when the bytes could not be read
  std::string reason;                              // for people
  ExceptionCause cause = ExceptionCause::content;  // in a row of before it was stored: as its words say

  bool operator==(const Exception&) const = default;
};

/// Precondition: that event has no row yet.
void add_exception(journal::Draft& draft, const Exception& exception);
/// Precondition: it is there.
void remove_exception(journal::Draft& draft, const Exception& exception);
std::uint64_t exception_count(const journal::View& store, model::Disposition disposition);
/// After `after` (zero: from the beginning), in the order of streams, until `visit` returns false.
void for_each_exception(const journal::View& store, model::Disposition disposition, const EventPlace& after,
                        const std::function<bool(const Exception& exception)>& visit);
std::optional<Exception> exception_at(const journal::View& store, const EventPlace& place);

}  // namespace lab::coordinator::tables
