#pragma once
// A profile says how the exports of one instrument program are to be read. It is data: docs/profiles.md describes the
// JSON that it comes from, field by field, and profile_json.hpp reads it.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "instruments/drivers/text.hpp"
#include "instruments/profiles/dates.hpp"

namespace lab::profiles {

/// What a cell or a column means.
enum class Field : std::uint8_t {
  sample_id,
  sample_type,
  analyte,
  value,
  unit,
  run,
  instrument,
  time,    // several are joined by a blank, in their order: date and time of day
  flag,    // kept with the result as "name=text", or as the bare text when it has no name
  status,  // a word about the value: "Not detected" makes it below the limit of detection
  well,    // "A1": the sample of the row is the one in this well of the plate
  wells,   // of settings: how many wells the plates below have
  none,    // known, not used
};
inline constexpr std::size_t field_count = static_cast<std::size_t>(Field::none) + 1;

enum class Relation : std::uint8_t { equals, starts, ends, contains, like, empty, filled, number };

/// One statement about one cell of a row. Words are compared folded: see fold.hpp.
struct CellTest {
  std::optional<std::size_t> column;  // 0-based; without it and without a title: the first cell that is not empty
  bool any = false;                   // some cell of the row
  bool last = false;                  // the last cell that is not empty
  std::string title;                  // the column under this title of the current table
  Relation relation = Relation::equals;
  std::vector<std::string> words;
};

/// True for a row when all its statements are; `titles` must all occur as cells of the row.
struct Condition {
  std::vector<CellTest> cells;
  std::vector<std::string> titles;
  std::optional<std::size_t> filled;  // exactly so many cells that are not empty
  std::optional<bool> in_table;
  std::optional<bool> after_blank;    // a blank row stands before it
  std::vector<std::string> sections;  // the current section is one of them
};

enum class Part : std::uint8_t { all, before_date, date };

/// A field that holds for the rows that follow, until it is set again.
struct Setting {
  Field field = Field::none;
  std::string flag;                   // the name of a flag
  std::optional<std::size_t> column;  // where it stands; without it and without a key: the first filled cell
  std::string key;                    // or: the next filled cell behind the one that says this
  std::string after;                  // only what follows this text
  std::string before;                 // only what comes before this text
  Part part = Part::all;
  std::size_t word = 0;           // only this word, counted from 1
  std::string text;               // or: this text, from nowhere
  bool next_of_list = false;      // or: the next entry of the list that a cell held ("Au,Mg" for two tables)
  bool is_list = false;           // this cell is that list
  std::string separators = ",;";  // of its entries: any of these
  bool joined = false;            // stands behind what the field already has
};

/// A column of a table, found by its title or by its place.
struct Column {
  std::vector<std::string> titles;  // any of them, in this order of preference; "conc*": beginning with conc
  std::optional<std::size_t> at;
  bool behind = false;  // the column behind the last titled one
  std::size_t nth = 0;  // of several with the same title; 0: there must be only one
  Field field = Field::none;
  bool required = false;
  std::string flag;
  // of values only:
  std::string analyte;                   // what the column measures when no other column says so; else its title
  std::string unit;                      // as given by the profile
  std::vector<std::string> unit_titles;  // the column of its unit: the nearest to the right with such a title
  std::string absent_title;  // a dash means "not detected" only when the column with this title has a dash, too
  bool joined = false;       // "analyte" stands behind what the row says: "2 um" and "Counts/mL"; of an analyte: what
                             // the cell says stands behind what an earlier row said: "Scan" and "450"
  bool response = false;     // a detector's answer, not a concentration
  bool optional_value = false;  // empty cells are no results
  bool alternative = false;     // only when no column before it in the list has been found for values
  bool fill_down = false;       // an empty cell says what the one above it says
};

enum class UnitFrom : std::uint8_t { nowhere, brackets, last_word, row, listed };

/// How the cells of a table stand for the wells of a plate.
enum class Wells : std::uint8_t {
  none,
  lettered,  // the cell before the first number has the row's letter, an empty one that of the row above; titles number
  counted,   // titles number the columns; the rows below them are A, B, C ... and begin again behind a blank row
  titled,    // each title is a well: "A1"
};

/// Cells of a plate that say something about its wells instead of a result: the map of its samples.
struct WellFact {
  std::string label;  // only rows whose analyte is this one; all when empty
  Field field = Field::sample_id;
  std::string flag;
};

/// All titled columns that no Column has claimed are analytes.
struct Others {
  std::vector<std::string> except;         // titles that are no analytes
  std::vector<std::string> only_starts;    // only titles that begin like this; all when empty
  std::vector<std::string> except_starts;  // beginnings of such titles
  UnitFrom unit_from = UnitFrom::nowhere;
  std::size_t name_row = 1;  // which of the header rows names the analyte, from 1
  std::size_t unit_row = 2;
  std::vector<std::string> units;  // of UnitFrom::listed: endings of titles, "Fat % m/m"
  std::string value_title;         // only columns with this title in the last header row; the name is in name_row
  std::string unit_title;          // the next column behind it with this title holds the unit
  std::string flag_title;          // the next column behind it with this title is kept as a flag of that name
  bool samples = false;            // the titles are samples, and each row has an analyte
  bool response = false;
  Wells wells = Wells::none;   // other than none: only columns whose titles are numbers or names of wells
  std::vector<WellFact> says;  // of a well the first one in this order counts
  bool listed = false;         // plates side by side (titled: one below the other) have their names from the list
};

struct Table {
  std::size_t header_rows = 1;
  Condition more_when;        // rows behind the first belong to the header only while this holds
  std::size_t title_row = 1;  // which of them has the titles of the columns
  std::vector<Column> columns;
  std::optional<Others> others;
  bool ends_at_blank = false;  // a blank row behind at least one row of data ends it
  bool names_wells = false;    // the sample id of a row is that of its well in the other tables, too
};

enum class Action : std::uint8_t { skip, set, header, data, section, end, refuse };

/// What to do with a row. The first rule whose condition holds is taken.
struct Rule {
  Condition when;
  Action action = Action::skip;
  std::vector<Setting> settings;
  std::vector<Field> clear;  // forgotten, before the settings
  std::size_t table = 0;     // of a header or of data: index in Profile::tables
  std::string text;          // the name of a section, the reason of a refusal
  bool response = false;     // the values of this row of data are a detector's answers
};

enum class DecimalMark : std::uint8_t {
  point,
  comma,
  by_file,
  either,  // the program writes no thousands, so a point is one and a comma is one, even in one file
};

struct Words {
  std::vector<std::string> not_detected;
  std::vector<std::string> not_quantified;
  std::vector<std::string> over_range;
  std::vector<std::string> missing;
  std::vector<std::string> absent;  // of status columns only: a retention time of "0.000" is no peak
};

struct TypeById {
  std::vector<std::string> starts;
  std::string type;
};

/// A number that the file says about itself: "##BLOCKS= 6".
struct Stated {
  Condition when;
  Setting where;
};

/// Some row of the file must be like this.
struct Requirement {
  Condition when;
  std::string text;             // the reason of the refusal
  std::optional<Stated> times;  // so many rows, when the file says how many
};

struct Profile {
  std::string name;
  unsigned version = 0;
  std::string title;   // for people
  std::string json;    // the text it comes from
  std::string digest;  // SHA-256 of its JSON, hexadecimal

  std::vector<char> delimiters;
  bool quoted_rows = false;
  std::optional<drivers::TextCoding> charset;  // of text that is neither marked nor UTF-8; none: found by its octets
  bool reads_text = true;
  bool reads_workbooks = true;
  std::vector<std::string> sheets;  // by name; without names the first visible one
  bool every_sheet = false;         // all of them that show the signs, one after the other
  std::string records;              // "runs[].peaks[]": reads JSON documents only, of which these are the rows

  std::vector<Condition> signs;  // each must hold for some row of the beginning
  std::vector<Condition> never;  // none may hold there
  std::size_t signs_within = 40;

  DecimalMark decimal = DecimalMark::point;
  char thousands = '\0';  // none
  bool unit_in_value = false;
  DateOrder dates = DateOrder::as_written;
  Words words;
  std::map<std::string, std::string> units;  // folded, as the program writes them -> as everybody does
  std::map<std::string, std::string> sample_types;
  std::vector<TypeById> types_by_id;
  std::vector<std::string> id_suffixes;  // cut off sample ids: ".d", ".qgd"
  std::vector<Field> unique;             // two results that agree in all of these refuse the file
  std::vector<Requirement> must_have;    // rows without which the file is not whole
  bool sample_from_file = false;         // the name of the file is the sample's when no cell says it
  bool skip_outside = false;             // rows outside every table are known non-results
  std::vector<Rule> rules;
  std::vector<Table> tables;

  /// What is recorded with each result: name, version and the beginning of the digest.
  [[nodiscard]] std::string identity() const;
};

}  // namespace lab::profiles
