#pragma once
// What happened, as programs outside are to hear of it (webhooks): rows in one order, written in the same draft as what
// they tell of, so that nothing is told that did not happen and nothing happens untold. Rows are kept only while
// somebody subscribes to their kind, and until everybody has heard them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::coordinator::tables {

/// Stored as its number, and as a bit of 32: append only.
enum class Announced : std::uint8_t {
  verdict_counted,
  event_late,
  event_quarantined,
  plan_imported,
  task_cancelled,
  retest_ordered,
  notice_made,
  notice_sent,
  notice_received,
  notice_withdrawn,
  objection_registered,
  objection_decided,
  objection_closed,
  clock_fired,
  report_frozen,
  node_enrolled,
  node_revoked,
};
constexpr Announced announced_last = Announced::node_revoked;

const char* name_of(Announced kind);  // "verdict_counted"
std::optional<Announced> parse_announced(std::string_view name);

/// A set of kinds.
class AnnouncedKinds {
 public:
  AnnouncedKinds() = default;
  explicit AnnouncedKinds(std::uint32_t bits) : bits_(bits) {}
  void add(Announced kind) { bits_ |= std::uint32_t{1} << static_cast<unsigned>(kind); }
  void add(AnnouncedKinds kinds) { bits_ |= kinds.bits_; }
  [[nodiscard]] bool has(Announced kind) const { return (bits_ >> static_cast<unsigned>(kind) & 1U) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  [[nodiscard]] std::uint32_t bits() const { return bits_; }

  bool operator==(const AnnouncedKinds&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

struct AnnouncedVerdict {
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  std::uint16_t version = 1;
  bool is_first = true;  // of its sample; otherwise it replaces one

  bool operator==(const AnnouncedVerdict&) const = default;
};

/// Holds no name of an enterprise and no words that a person wrote.
struct Announcement {
  std::uint64_t sequence = 0;
  std::uint32_t generation = 1;  // of the store it was made in; a restored store counts on from an earlier sequence
  Announced kind = Announced::verdict_counted;
  UtcTime at{};
  std::optional<model::TaskId> task{};
  std::optional<AnnouncedVerdict> verdict{};
  std::string about{};  // "node 5", "report 2 version 1": in words of the program, at most 255 octets

  bool operator==(const Announcement&) const = default;
};

/// How far it has come.
struct Announcing {
  std::uint64_t first = 1;  // oldest row that is kept
  std::uint64_t last = 0;   // newest there ever was
  AnnouncedKinds wanted{};  // by anybody
  std::uint32_t next_subscription = 1;

  bool operator==(const Announcing&) const = default;
};

Announcing announcing(const journal::View& store);
void put_announcing(journal::Draft& draft, const Announcing& state);

/// Adds the row, when somebody wants its kind. Its sequence and generation are given here.
void announce(journal::Draft& draft, Announcement announcement);
/// The same for what stands in the diary, where that is something outsiders may wait for; reasons that people wrote
/// are left out.
void announce_diary(journal::Draft& draft, DiaryKind kind, std::string_view subject, UtcTime now);

/// From `first` on, until `visit` returns false.
void for_each_announcement(const journal::View& store, std::uint64_t first,
                           const std::function<bool(const Announcement& announcement)>& visit);
/// Takes away rows [first, end).
void forget_announcements(journal::Draft& draft, std::uint64_t first, std::uint64_t end);

}  // namespace lab::coordinator::tables
