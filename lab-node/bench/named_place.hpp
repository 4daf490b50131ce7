#pragma once
// Private to this folder: the item of a sample that a person names for a value.

#include <memory>
#include <string>

#include "lab-node/bench/match.hpp"
#include "lab-node/judging/editions.hpp"
#include "protocol/journal/view.hpp"

namespace lab::bench {

struct NamedPlace {
  model::Sample sample;
  std::uint8_t portion = 1;
  std::shared_ptr<judging::Edition> edition;
  std::uint16_t item = 0;  // of the sample's panel in that edition

  /// Of the panel: "铅".
  [[nodiscard]] const std::string& analyte() const;
};

/// `is_typed`: a person wrote the id, and then it is a number before it is a blind code; what an instrument sent may be
/// either. With "/2" it is the second portion. The obstacle where no such item takes a result now.
tl::expected<NamedPlace, Obstacle> place_named(const journal::View& store, judging::Editions& editions,
                                               const std::string& id, bool is_typed, const std::string& analyte);

}  // namespace lab::bench
