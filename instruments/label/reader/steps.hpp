#pragma once
// Internal to this folder. What is tried on a picture, in order: the cheapest for what it finds first.

#include <span>
#include <vector>

#include "instruments/label/reader/evidence.hpp"
#include "instruments/label/reader/scene.hpp"

namespace lab::label {

struct Step {
  const char* name;
  /// What it sees in the picture. May throw what OpenCV throws.
  std::vector<Sighting> (*look)(Scene& scene);
  /// Only while nothing at all was read: beside a product's code that reads at once, a label that needs this is better
  /// photographed again.
  bool is_last_resort = false;
};

std::span<const Step> steps();

}  // namespace lab::label
