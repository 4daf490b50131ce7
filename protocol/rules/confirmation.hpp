#pragma once
// A suspected result is measured again before it counts: on a second portion, another column or another instrument.

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// How often a suspected result has to be confirmed. A parameter of the plan: none for screening programmes that only
/// count, two ("in duplicate") where penalties follow.
struct ConfirmationRule {
  std::uint8_t needed = 1;
};

/// The finding that counts for an item, from all its determinations in the order they were made. Each is judged by
/// itself against the same limit; none is averaged away.
///   first is not suspected (neither fail nor conditional_fail)   the first: later ones confirm nothing
///   suspected, fewer than `needed` further ones                  undetermined: `unconfirmed`
///   all of them suspected too                                    the mildest of them: a fail only when each is one
///   all of them pass (or conditional_pass)                       the first suspicion was refuted: the worst of them
///   anything else                                                undetermined: `confirmation_disagrees`; a person
///   decides
/// Determinations beyond `needed` count as well, so that nobody picks the two that agree. No determination is
/// `missing_result`. Pure.
Finding confirmed(std::span<const Finding> determinations, ConfirmationRule rule = {});

/// Items of a verdict that are suspected and not confirmed yet, in their order. While there are any, the verdict is
/// provisional: nobody puts their name to it.
std::vector<std::uint16_t> unconfirmed_items(std::span<const model::ItemVerdict> items);

}  // namespace lab::rules
