#pragma once
// The verdicts that both sides count: the same ones whenever they are asked for.

#include <cstdint>
#include <random>

#include "coordinator/tables/results.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::bench {

struct DrawnVerdict {
  coordinator::tables::CellKey cell;  // a fine one
  model::SampleOutcome first = model::SampleOutcome::pass;
  model::SampleOutcome final = model::SampleOutcome::pass;  // one in a hundred is another after a retest
  std::uint32_t panel = 0;                                  // one for two categories
  std::uint16_t failing = 0;                                // the item that fails when the sample does
};

constexpr std::uint32_t drawn_panels = 20;
constexpr std::uint16_t drawn_items = 50;  // of each panel

/// A year: three programmes, 21 cities of nine counties, 40 categories, four stages, twelve months in four rounds, and
/// the two laboratories that work for a city, which makes 241,920 cells and nine times as many fine ones; large cities
/// and popular categories have more verdicts than small ones.
class Draw {
 public:
  DrawnVerdict next();

 private:
  std::mt19937_64 random_{2013};
};

}  // namespace lab::bench
