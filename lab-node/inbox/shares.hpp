#pragma once
// What this station may draw by itself: the samples that were granted to it and that nobody has drawn yet are its share
// of their quota cells. A sampler who finds something in the field asks for the next of them; when there is none left,
// there is nothing to draw, whether or not the coordinator answers (docs/decisions/0055).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::inbox {

/// The code in the event by which a share is handed back; the coordinator knows it (dispatch/shares.hpp).
constexpr const char* handed_back_cause = "handed_back";

/// What was found, as far as it is said; what is not said may be anything.
struct Wanted {
  model::ProgrammeCode programme;
  std::optional<model::CountyCode> county{};
  std::optional<model::CategoryCode> category{};
  std::string commodity{};
  std::optional<model::Stage> stage{};
  std::optional<std::uint8_t> round{};
};

/// One quota cell as this station knows it.
struct Share {
  model::Grant like;          // what all of them have in common; its task and number are those of the next one
  std::uint32_t left = 0;     // to be drawn
  std::uint32_t doubted = 0;  // of these; this store was put back, and whether they were drawn has to be looked up
  std::uint32_t drawn = 0;    // and what has become of them since
  std::uint32_t none = 0;     // declined, handed back or taken back
};

/// Of every cell of which something was granted here, in the order of their first tasks. Lots and retests are no
/// shares: they are drawn by their order.
std::vector<Share> shares(const journal::View& store);

/// The sample to draw for what was found: the lowest one that is left. Refused: no_share (nothing of the kind was
/// granted here), share_used_up (all of it has been drawn or handed back).
node::Decided<model::Sample> next_of_share(const journal::View& store, const Wanted& wanted);

/// Hands back `count` samples of the kind that are known not to be drawn, the highest first: the coordinator gives them
/// to somebody else. Returns how many. Refused: no_share; share_used_up when fewer are left; missing_field (the reason,
/// or a count of none); bad_text.
node::Decided<std::uint32_t> hand_back(journal::Draft& draft, const Wanted& wanted, std::uint32_t count,
                                       const std::string& reason, const model::PersonId& person, UtcTime now);

/// One sample is handed back after somebody has looked: a store that was put back from a backup cannot say by itself
/// that what it was granted before was not drawn. Also of one that was taken back meanwhile. Refused: unknown_sample;
/// wrong_state when it has been drawn or declined; missing_field, bad_text (the reason).
node::Decided<model::Sample> hand_back_checked(journal::Draft& draft, const std::string& number,
                                               const std::string& reason, const model::PersonId& person, UtcTime now);

/// No form of it is here.
bool is_undrawn(const model::Sample& sample);

/// This store was put back: of what was granted up to now nobody here knows whether it was drawn.
void doubt_what_was_granted(journal::Draft& draft, UtcTime now);
/// The same of one grant, by the time of its order, when it comes again.
void doubt_if_old(journal::Draft& draft, const model::TaskId& task, UtcTime ordered);
bool is_doubted(const journal::View& store, const model::TaskId& task);
/// Says in the stream that the sample was not drawn here and will not be. Its state is the caller's.
void say_handed_back(journal::Draft& draft, model::Sample& sample, const std::string& reason,
                     const model::PersonId& person, UtcTime now);

}  // namespace lab::inbox
