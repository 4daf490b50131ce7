#pragma once
// The wells of microplates: their names, and what the maps of a file say about them, before or behind their values.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instruments/profiles/profile.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"

namespace lab::profiles {

/// The number of a column of a plate from its title: "1", "01", and "1.0" of a spreadsheet. Nothing for others.
std::optional<unsigned> plate_column(std::string_view title);

/// "A", "AF"; in plates of 1536 wells some programs write "a" behind "Z". Whether it may be the name of a row.
bool is_plate_row(std::string_view cell);

/// "A" for 0, "AA" for 26.
std::string plate_row(std::size_t index);

/// Whether a plate with so many wells ("96") has these rows. One that was not read in all its columns has fewer columns
/// than that, but not fewer rows.
bool is_plate_of(std::string_view wells, std::size_t rows, std::size_t columns);

/// "A1" from "A01" or "A1"; empty when it is no well.
std::string well_name(std::string_view cell);

/// What the maps of plates say. A plate is known by the run of its rows; what is said without one counts when all
/// values of the file are of one plate.
class Plates {
 public:
  /// `rank`: of several maps that say the same field, the one with the lowest counts. Malformed when one map says two
  /// things about a well: nobody can tell which one counts.
  Result<void> say(const std::string& plate, const std::string& well, const WellFact& fact, std::size_t rank,
                   std::string text);

  /// The observation stands for a well.
  void add(std::size_t observation, std::string well) { wells_.emplace_back(observation, std::move(well)); }

  /// Gives the observations of wells their samples: their own one, that of the map, or else the name of the well. The
  /// well becomes a flag where the sample has another name. Returns which observations these are.
  std::vector<std::size_t> name(std::vector<model::Observation>& observations) const;

 private:
  struct Said {
    std::size_t rank = 0;
    std::string text;
  };
  struct Well {
    std::map<Field, Said> fields;
    std::map<std::string, std::string> flags;
  };

  [[nodiscard]] const Well* find(const std::string& plate, const std::string& well, bool one_plate) const;

  std::map<std::pair<std::string, std::string>, Well> maps_;  // by plate and well
  std::vector<std::pair<std::size_t, std::string>> wells_;    // by observation
};

}  // namespace lab::profiles
