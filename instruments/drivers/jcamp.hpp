#pragma once
// JCAMP-DX 4.24 to 6: spectra and chromatograms as text, one or many in a file. A spectrum is no determination: what is
// read here can be looked at, counted and compared, and is never judged.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/drivers/jcamp_numbers.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view jcamp_profile = "jcamp-dx/1";

struct Spectrum {
  std::string title{};
  std::string data_type{};    // "INFRARED SPECTRUM"; of n-tuples with the name of the variable: "NMR FID FID/REAL"
  std::string page{};         // of n-tuples, "N=1"
  std::string x_unit{};       // as given
  std::string y_unit{};       // as given
  std::string instrument{};   // SPECTROMETER/DATA SYSTEM
  std::string time{};         // LONG DATE, or DATE and TIME, as given
  std::size_t offset = 0;     // of the line that announces the table, in the decoded text
  bool is_continuous = true;  // ordinates at equal distances; false: peaks, each with its abscissa
  jcamp::Column y{};
  Decimal y_factor{1, 0};
  jcamp::Column::Summary ordinates{};  // of y
  jcamp::Column x{};                   // of peaks only
  Decimal x_factor{1, 0};
  std::string first_x{};  // of all kinds, in x_unit
  std::string last_x{};
};

struct JcampFile {
  std::vector<Spectrum> spectra{};
  std::vector<model::Diagnostic> diagnostics{};
  std::string refused{};  // empty when accepted; otherwise there are no spectra
};

/// Reads the decoded text of a file.
/// Takes:   XYDATA, XYPOINTS and PEAK TABLE, n-tuples with their pages, blocks in LINK blocks; AFFN, PAC, SQZ, DIF and
///          DUP. Tables of other kinds (structures, assignments with words) are named in a diagnostic.
/// Checks:  the check ordinate of every line in differences; NPOINTS; the abscissa of every line against FIRSTX, LASTX
///          and DELTAX, within a point and the digits it is written with. What fails these is refused: points are lost
///          or foreign. FIRSTY, MAXY and MINY are written by hand in many files and only give a diagnostic.
/// Refuses: also a file without a table, or cut off without ##END= and without a number of points that agrees.
JcampFile read_jcamp(std::string_view utf8);

/// One observation per spectrum: sample TITLE, analyte the data type, unit that of the ordinate, run the page. The
/// value is no number; it says how many points there are. Flags: `response` and `spectrum`, so that it is never judged,
/// then npoints=, firstx=, lastx=, firsty=, lasty=, miny=, maxy=, xunit=. Never throws.
model::Decoding decode_jcamp(BytesView capture);

/// The capture begins like such a file, sound or not.
bool looks_like_jcamp(BytesView capture);

}  // namespace lab::drivers
