#pragma once
// The verdicts that both sides count: the same ones whenever they are asked for.

#include <cstdint>
#include <random>

#include "coordinator/tables/results.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::bench {

struct DrawnVerdict {
  coordinator::tables::CellKey cell;
  model::SampleOutcome first = model::SampleOutcome::pass;
  model::SampleOutcome final = model::SampleOutcome::pass;  // one in a hundred is another after a retest
};

/// A year: three programmes, 21 cities, 40 categories, four stages, twelve months, and the two laboratories that work
/// for a city, which makes 241,920 cells; large cities and popular categories have more of them than small ones.
class Draw {
 public:
  DrawnVerdict next();

 private:
  std::mt19937_64 random_{2013};
};

}  // namespace lab::bench
