#include "instruments/label/reader/evidence.hpp"

#include <algorithm>

#include "instruments/label/payload.hpp"
#include "protocol/base/charset.hpp"

namespace lab::label {

std::vector<Sighting> Evidence::add_treatment(const std::vector<Sighting>& sightings) {
  ++treatment_;
  std::vector<Sighting> proven;
  for (const auto& sighting : sightings) {
    if (sighting.text.empty() || sighting.text.size() > text_bytes_max || !is_utf8(sighting.text)) continue;
    if (add(sighting)) proven.push_back(sighting);
  }
  return proven;
}

bool Evidence::add(const Sighting& sighting) {
  const auto known = std::ranges::find_if(entries_, [&](const Entry& entry) {
    return entry.sighting.symbology == sighting.symbology && entry.sighting.text == sighting.text;
  });
  if (known != entries_.end()) {
    if (known->last_treatment != treatment_ || sighting.proofs > 1) known->proven = true;
    known->last_treatment = treatment_;
    return known->proven;
  }
  if (entries_.size() == codes_max) return false;
  entries_.push_back({.sighting = sighting,
                      .sample = sample_in(sighting.text),
                      .last_treatment = treatment_,
                      .proven = sighting.self_proving || sighting.proofs > 1});
  return entries_.back().proven;
}

std::vector<model::SampleNumber> Evidence::samples() const {
  std::vector<model::SampleNumber> found;
  for (const auto& entry : entries_) {
    if (!entry.proven || !entry.sample) continue;
    if (std::ranges::find(found, *entry.sample) == found.end()) found.push_back(*entry.sample);
  }
  return found;
}

bool Evidence::has_sample() const { return !samples().empty(); }

std::optional<model::SampleNumber> Evidence::number() const {
  auto found = samples();
  if (found.size() != 1) return std::nullopt;
  return std::move(found.front());
}

std::vector<FoundCode> Evidence::codes() const {
  std::vector<FoundCode> found;
  for (const auto& entry : entries_) {
    if (entry.proven) found.push_back({entry.sighting.symbology, entry.sighting.text, entry.sample.has_value()});
  }
  return found;
}

}  // namespace lab::label
