#pragma once
// What was reported of products by others: injuries, risks. Each report is kept; which of them are about one thing is
// found when they are looked at, so that another rule groups them anew.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "coordinator/tables/keys.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::coordinator::tables {

using SignalId = StrongId<struct SignalTag, std::uint32_t>;

/// Of each short text of a report, and of what it says.
constexpr std::size_t signal_text_octets_max = 200;
constexpr std::size_t signal_content_octets_max = 1'024;

/// Stored as its number: append only.
enum class SignalKind : std::uint8_t { injury, risk };
enum class SignalState : std::uint8_t { received, dismissed, watched, planned };
/// "injury", "received"
const char* name_of(SignalKind kind);
const char* name_of(SignalState state);
std::optional<SignalKind> parse_signal_kind(std::string_view text);
std::optional<SignalState> parse_signal_state(std::string_view text);

/// What the report says; the same twice is one.
struct SignalReport {
  std::string source;     // which system: "hospital-injury-surveillance"
  std::string source_id;  // its own number there
  SignalKind kind = SignalKind::injury;
  std::string product;
  std::string maker;  // may be empty
  model::CityCode city;
  model::CountyCode county;
  CivilDate happened{};
  std::uint32_t harmed = 0;  // people
  std::string content;

  bool operator==(const SignalReport&) const = default;
};

struct Signal {
  SignalId id;
  SignalReport report;
  UtcTime received{};
  model::PersonId received_by;
  SignalState state = SignalState::received;
  // Once assessed:
  model::PersonId assessed_by;
  UtcTime assessed{};
  std::string reason;
  model::PlanId plan;  // once one was opened for it

  bool operator==(const Signal&) const = default;
};

std::optional<Signal> signal(const journal::View& store, SignalId id);
std::optional<SignalId> signal_by_source(const journal::View& store, std::string_view source, std::string_view id);
/// Precondition: no other has its source and its number there.
SignalId add_signal(journal::Draft& draft, Signal signal);
/// Its report stays what it was.
void put_signal(journal::Draft& draft, const Signal& signal);
/// The newest first, before `before` (zero: from the newest), until `visit` returns false.
void for_each_signal(const journal::View& store, SignalId before,
                     const std::function<bool(const Signal& signal)>& visit);
std::uint32_t signal_count(const journal::View& store);

/// One report in the order that groups are found in: product and maker, then the day.
struct SignalPlace {
  Hash about;            // product and maker
  std::int32_t day = 0;  // days since 1970-01-01
  SignalId id;
  model::CityCode city;
  model::CountyCode county;
};
void for_each_signal_place(const journal::View& store, const std::function<void(const SignalPlace& place)>& visit);

}  // namespace lab::coordinator::tables
