#pragma once
// Results that a person types: kept, matched, judged and checked like an instrument's, but a cell that cannot be taken
// is refused at once instead of put in quarantine, for whoever typed it is still there.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::bench {

constexpr std::size_t typed_cells_max = 3'000;  // a worksheet of 50 samples x 60 analytes
inline constexpr const char* typed_profile = "typed/1";
inline constexpr const char* typed_instrument = "手工录入";  // where the person names none

struct TypedCell {
  std::string number;  // of the sample, with "/2" of its second portion
  std::string analyte;
  std::string value;
  std::string unit;    // empty: the panel's
  std::string reason;  // why a value that counts already is replaced; empty where none is

  bool operator==(const TypedCell&) const = default;
};

struct Typed {
  std::string key;  // of the request, so that the same one sent again is taken once; may be empty
  std::string instrument;
  model::PersonId person;
  std::vector<TypedCell> cells;
};

/// What became of one cell.
struct TypedLine {
  node::Decided<model::TaskId> taken;  // the sample
  std::uint16_t item = 0;              // of its panel
  std::uint8_t portion = 1;
  bool same = false;                            // the value counts already; nothing was added
  std::optional<model::TaskId> differs_from{};  // refused: of this sample another value of the item counts
};

struct TypedOutcome {
  std::uint64_t capture = 0;  // 0: nothing was added
  bool repeated = false;      // this key was taken before, and these are its lines
  std::vector<TypedLine> lines;
  std::vector<model::TaskId> judged;
};

/// Takes every cell that can be taken, as one capture whose bytes are what was typed, with its run assessed and its
/// samples judged as for an instrument's file; the other cells change nothing. A value that replaces another one needs
/// a reason, which becomes an event. Cells are refused with the obstacles of match.hpp, with bad_text, and with what
/// says how a result is written: decimal_comma, unit_given, negative_value, not_a_value.
/// Refused as a whole: key_reused (the key came with other cells before), too_many, bad_text (key or instrument).
/// Over a draft that is dropped afterwards it is the preview of what saving would do.
/// Precondition: `person` is not empty; the store has an identity.
node::Decided<TypedOutcome> take_typed(journal::Draft& draft, judging::Editions& editions, const Typed& typed,
                                       UtcTime now);

}  // namespace lab::bench
