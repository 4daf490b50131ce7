#pragma once
// Whether one observation is a result for one item of one sample here, and if not, why. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/model/sample.hpp"

namespace lab::bench {

/// Why an observation is kept in quarantine. The names are stored and shown: never change one.
enum class Obstacle {
  not_a_sample,        // blank, calibration, quality control
  not_a_result,        // a detector response or a preliminary value: must never be judged
  no_value,            // empty, a dash, or text nobody understands
  unknown_sample,      // no sample here has this number or blind code
  not_received,        // its label has not been read at reception
  already_judged,      // the verdict is made; only a reopened sample takes new results
  withdrawn,           // declined, or the grant was revoked
  no_reference,        // the panel is not known here yet
  unknown_analyte,     // not an item of the sample's panel
  differs,             // a second, different value for the item
  lot_task,            // a lot is judged by counting its items
  ambiguous,           // the id means two samples, or the analyte's name two items
  contradicts,         // one capture gives two different values for the item
  unconfirmed_device,  // another device than the instrument's first, and nobody has confirmed it
  refused_device,      // a person has said that the device is not this instrument
  run_closed,          // its run has been assessed without it
};
constexpr Obstacle obstacle_last = Obstacle::run_closed;

const char* name_of(Obstacle obstacle);
/// One Chinese sentence for the bench: what is the matter and what to do.
const char* explanation_of(Obstacle obstacle);
/// The same for a stored name; empty for a name that is none of ours.
const char* explanation_of_name(std::string_view name);
/// The refusal of what the obstacle stands in the way of.
tl::unexpected<node::Refusal> refuse(Obstacle obstacle);

/// How ids are compared: outer blanks off, ASCII letters large.
std::string normalised_id(std::string_view id);

/// A test portion of a sample, as it is written at instruments: "NCP…" is the first, "NCP…/2" the second, up to 9.
struct PortionId {
  std::string sample;  // normalised
  std::uint8_t portion = 1;
};
PortionId portion_in(std::string_view id);

/// The sample that an id written at an instrument means; `ambiguous` when its number is the blind code of another.
struct Meant {
  std::optional<model::TaskId> task;  // none: no sample here is called so
  bool ambiguous = false;
};
Meant sample_meant(const journal::View& store, std::string_view normalised_id);

/// The item of a panel that an analyte's name means, or why there is none: unknown_analyte, ambiguous.
tl::expected<std::uint16_t, Obstacle> item_meant(const judging::PanelIndex& panel, const std::string& analyte);

/// What is wrong with the observation itself, whatever sample it belongs to. A last row without a line end is taken:
/// MassHunter never writes one, and ports deliver only files that have come to rest.
std::optional<Obstacle> obstacle_in(const model::Observation& observation);

/// Whether it only backs another result (a qualifier ion): known, counted, and no result of its own.
bool is_supporting(const model::Observation& observation);

/// What keeps a sample of this state from being measured now.
std::optional<Obstacle> obstacle_in(model::SampleState state);
/// What keeps this sample from taking results of that portion now: its state, or that it is a lot. A provisional
/// verdict still takes further portions.
std::optional<Obstacle> obstacle_in(const model::Sample& sample, std::uint8_t portion = 1);

/// The same result again: equal number (0.05 is 0.050), bound, state and unit; words must be equal as written.
bool is_same(const model::Determination& a, const model::Determination& b);

}  // namespace lab::bench
