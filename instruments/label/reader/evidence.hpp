#pragma once
// Internal to this folder. Decides what the sightings of codes in one picture prove. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "instruments/label/reading.hpp"

namespace lab::label {

/// A place in the upright picture, in pixels.
struct Place {
  double x = 0;
  double y = 0;
};

/// One code as a decoder reported it.
struct Sighting {
  std::string symbology;
  std::string text;          // UTF-8
  bool self_proving = true;  // has error correction (QR, Data Matrix); bar codes have one check digit at most
  int proofs = 1;            // ways to this text within its treatment that have no pixel, or no check, in common
  /// The corners of the code, in order; of bars sometimes only a line across them: no area. Empty: not known.
  std::vector<Place> outline;
};

/// Collects sightings, treatment by treatment. A bar code counts once it is proven twice, in one treatment or by two
/// that agree on it: with a check digit alone, wrong texts do pass after strong preprocessing.
class Evidence {
 public:
  static constexpr std::size_t codes_max = 64;         // a picture of a whole sheet of labels, twice over
  static constexpr std::size_t text_bytes_max = 4096;  // a QR code holds at most 2,953 octets

  /// What one treatment of the picture showed. Texts that are too long or not UTF-8 are passed over. Returns those that
  /// are proven, by this treatment or before.
  std::vector<Sighting> add_treatment(const std::vector<Sighting>& sightings);

  /// True once at least one sample number is proven.
  [[nodiscard]] bool has_sample() const;
  /// The number, when exactly one is proven.
  [[nodiscard]] std::optional<model::SampleNumber> number() const;
  [[nodiscard]] bool has_several_samples() const { return samples().size() > 1; }
  /// Everything proven, in the order it was first seen.
  [[nodiscard]] std::vector<FoundCode> codes() const;

 private:
  struct Entry {
    Sighting sighting;
    std::optional<model::SampleNumber> sample;
    std::size_t last_treatment = 0;
    bool proven = false;
  };
  bool add(const Sighting& sighting);  // true when it is proven
  [[nodiscard]] std::vector<model::SampleNumber> samples() const;

  std::vector<Entry> entries_;
  std::size_t treatment_ = 0;
};

}  // namespace lab::label
