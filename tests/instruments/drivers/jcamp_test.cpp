#include "instruments/drivers/jcamp.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/jcamp_ordinates.hpp"
#include "instruments/drivers/spectrum_files.hpp"

namespace lab::drivers {
namespace {

using Values = std::vector<std::int64_t>;

// Our own encoder, from the tables of the standard, so that one list of values gives every form.
enum class Form { affn, pac, sqz, dif, difdup };

std::string pseudo(std::int64_t value, char zero, const char* positive, const char* negative) {
  const std::string digits = std::to_string(std::abs(value));
  if (value == 0) return std::string(1, zero);
  const auto first = static_cast<std::size_t>(digits[0] - '1');
  return (value > 0 ? positive : negative)[first] + digits.substr(1);
}
std::string sqz(std::int64_t value) { return pseudo(value, '@', "ABCDEFGHI", "abcdefghi"); }
std::string dif(std::int64_t value) { return pseudo(value, '%', "JKLMNOPQR", "jklmnopqr"); }
std::string dup(std::int64_t count) { return pseudo(count, '?', "STUVWXYZs", ""); }

std::string differences(const Values& values, std::size_t begin, std::size_t end, bool with_repeats) {
  std::string text = sqz(values[begin]);
  for (std::size_t i = begin + 1; i < end;) {
    const std::int64_t step = values[i] - values[i - 1];
    std::size_t run = 1;
    while (with_repeats && i + run < end && values[i + run] - values[i + run - 1] == step) ++run;
    text += dif(step);
    if (run > 1) text += dup(static_cast<std::int64_t>(run));
    i += run;
  }
  return text;
}

std::string table(const Values& values, Form form, std::size_t per_line = 7) {
  std::string text;
  const bool has_checks = form == Form::dif || form == Form::difdup;
  for (std::size_t begin = 0; begin < values.size(); begin += per_line) {
    const std::size_t from = has_checks && begin > 0 ? begin - 1 : begin;
    const std::size_t end = std::min(begin + per_line, values.size());
    text += std::to_string(100 + from);
    if (has_checks) {
      text += differences(values, from, end, form == Form::difdup);
    } else {
      for (std::size_t i = from; i < end; ++i) {
        if (form == Form::affn) text += ' ' + std::to_string(values[i]);
        if (form == Form::pac) text += (values[i] < 0 ? "" : "+") + std::to_string(values[i]);
        if (form == Form::sqz) text += sqz(values[i]);
      }
    }
    text += "\r\n";
  }
  return text;
}

std::string file(const std::string& data, std::size_t points, const std::string& labels = "") {
  return "##TITLE= S-1\n##JCAMP-DX= 4.24 $$ a comment\n##DATA TYPE= INFRARED SPECTRUM\n##XUNITS= 1/CM\n##YUNITS= "
         "ABSORBANCE\n"
         "##XFACTOR= 1\n##YFACTOR= 0.001\n##FIRSTX= 100\n##LASTX= " +
         std::to_string(100 + points - 1) + "\n##NPOINTS= " + std::to_string(points) + "\n" + labels +
         "##XYDATA= (X++(Y..Y))\n" + data + "##END=\n";
}

const Values wave{37,  -2,  -2,  0, 2, 6, -9, -2, -2, -2, -2,       100,    250,
                  400, 550, 700, 0, 0, 0, 0,  0,  0,  1,  -1234567, 1234567};

std::string flag(const model::Observation& observation, const std::string& name) {
  for (const std::string& text : observation.flags) {
    if (text.starts_with(name + "=")) return text.substr(name.size() + 1);
  }
  return {};
}

TEST(Jcamp, ReadsOneSpectrumAlikeInEveryForm) {
  for (const Form form : {Form::affn, Form::pac, Form::sqz, Form::dif, Form::difdup}) {
    for (const std::size_t per_line : {2U, 7U, 100U}) {
      const auto read = read_jcamp(file(table(wave, form, per_line), wave.size()));
      ASSERT_EQ(read.refused, "") << static_cast<int>(form) << ' ' << per_line;
      ASSERT_EQ(read.spectra.size(), 1U);
      EXPECT_EQ(read.spectra[0].y.digits(), wave) << static_cast<int>(form) << ' ' << per_line;
    }
  }
}

TEST(Jcamp, ReportsASpectrumThatCanNeverBeJudged) {
  const auto decoding = decode(file(table(wave, Form::difdup), wave.size(), "##DATE= 13/06/03\n##TIME= 09:00\n"), "");
  ASSERT_EQ(decoding.observations.size(), 1U) << decoding.refused;
  const auto& observation = decoding.observations[0];
  EXPECT_EQ(decoding.profile, jcamp_profile);
  EXPECT_EQ(observation.sample_id, "S-1");
  EXPECT_EQ(observation.analyte, "INFRARED SPECTRUM");
  EXPECT_EQ(observation.unit, "ABSORBANCE");
  EXPECT_EQ(observation.time, "13/06/03 09:00");
  EXPECT_FALSE(observation.value.number);
  EXPECT_EQ(observation.value.state, model::ValueState::invalid);
  EXPECT_EQ(observation.flags[0], flag_response);
  EXPECT_EQ(observation.flags[1], flag_spectrum);
  EXPECT_EQ(flag(observation, "npoints"), "25");
  EXPECT_EQ(flag(observation, "firstx"), "100");
  EXPECT_EQ(flag(observation, "lastx"), "124");
  EXPECT_EQ(flag(observation, "firsty"), "0.037");
  EXPECT_EQ(flag(observation, "lasty"), "1234.567");
  EXPECT_EQ(flag(observation, "miny"), "-1234.567");
  EXPECT_EQ(flag(observation, "maxy"), "1234.567");
}

TEST(Jcamp, RefusesACheckThatFails) {
  std::string data = table(wave, Form::dif);
  const std::size_t second_line = data.find("\r\n") + 2;
  const std::size_t check = data.find_first_of("abcdefghiABCDEFGHI@", second_line);
  data[check] = data[check] == 'A' ? 'B' : 'A';
  const auto read = read_jcamp(file(data, wave.size()));
  EXPECT_NE(read.refused.find("Y 校验"), std::string::npos) << read.refused;
  EXPECT_TRUE(read.spectra.empty());
}

TEST(Jcamp, RefusesLostPointsAndForeignLines) {
  std::string data = table(wave, Form::affn);
  const std::size_t second = data.find("\r\n") + 2;
  const std::string lost = data.substr(0, second) + data.substr(data.find("\r\n", second) + 2);
  EXPECT_NE(read_jcamp(file(lost, wave.size())).refused, "") << "fewer points than NPOINTS";
  const std::string moved = file(lost + "900 1 2 3 4 5 6 7\r\n", wave.size());
  EXPECT_NE(read_jcamp(moved).refused.find("X 校验"), std::string::npos) << read_jcamp(moved).refused;
}

TEST(Jcamp, RefusesWhatIsInNoForm) {
  for (const char* data :
       {"100 1 2 #\n", "100 J5\n", "100 S\n", "abc\n", "100 -\n", "100 1.5J2\n", "100A9999999999999999999999\n"}) {
    EXPECT_NE(read_jcamp(file(data, 2)).refused, "") << data;
  }
  EXPECT_FALSE(jcamp::read_ordinates("100A1s99999999999999"));
  EXPECT_FALSE(jcamp::read_ordinates("100A1S5", 3));
}

TEST(Jcamp, ReadsDecimalsExactlyAndLongOnesAsNearAsABinaryNumber) {
  const auto exact = read_jcamp(file("100 0.067 -33 1.5E+02\n", 3));
  ASSERT_EQ(exact.refused, "");
  const auto summary = exact.spectra[0].y.summary(Decimal{1, 0});
  EXPECT_EQ(Decimal::parse(summary.first), Decimal::parse("0.067"));
  EXPECT_EQ(Decimal::parse(summary.least), Decimal::parse("-33"));
  EXPECT_EQ(Decimal::parse(summary.greatest), Decimal::parse("150"));
  const auto wide = read_jcamp(file("100 1.0E-30 1.0E+30\n", 2));
  ASSERT_EQ(wide.refused, "");
  EXPECT_EQ(wide.spectra[0].y.values(Decimal{1, 0}), (std::vector<double>{1e-30, 1e30}));
}

TEST(Jcamp, CountsAMissingOrdinateAsAPointWithoutAValue) {
  const auto read = read_jcamp(file("100A1?A3\n", 3));
  ASSERT_EQ(read.refused, "");
  const auto values = read.spectra[0].y.values(Decimal{1, 0});
  ASSERT_EQ(values.size(), 3U);
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_EQ(read.spectra[0].y.summary(Decimal{1, 0}).last, "13");
}

TEST(Jcamp, ReadsPeaksAndPairs) {
  for (const char* data : {"1,2 3,4\n5,6\n", "1 2\n3 4\n5 6\n", "1, 2; 3, 4; 5, 6\n"}) {
    const auto read = read_jcamp(std::string{"##TITLE=p\n##NPOINTS=3\n##PEAK TABLE=(XY..XY)\n"} + data + "##END=\n");
    ASSERT_EQ(read.refused, "") << data;
    EXPECT_EQ(read.spectra[0].x.digits(), (Values{1, 3, 5}));
    EXPECT_EQ(read.spectra[0].y.digits(), (Values{2, 4, 6}));
    EXPECT_EQ(read.spectra[0].last_x, "5");
  }
  EXPECT_NE(read_jcamp("##TITLE=p\n##PEAK TABLE=(XY..XY)\n1 2 3\n##END=\n").refused, "");
  EXPECT_NE(read_jcamp("##TITLE=p\n##PEAK TABLE=(XY..XY)\n1 x\n##END=\n").refused, "");
}

TEST(Jcamp, ReadsTuplesWithTheirFactors) {
  const auto read = read_jcamp(
      "##TITLE=n\n##DATA TYPE=NMR FID\n##NTUPLES=NMR FID\n##VAR_NAME=TIME, REAL, IMAG, PAGE\n##SYMBOL=X, R, I, N\n"
      "##VAR_DIM=3, 3, 3, 2\n##UNITS=SECONDS, A, B\n##FIRST=0, 1, 2, 1\n##LAST=2, 1, 2, 2\n##FACTOR=1, 0.5, 2, 1\n"
      "##PAGE=N=1\n##DATA TABLE=(X++(R..R)), XYDATA\n0A1A2A3\n##PAGE=N=2\n##DATA TABLE=(X++(I..I)), XYDATA\n0D1D2D3\n"
      "##END NTUPLES=NMR FID\n##END=\n");
  ASSERT_EQ(read.refused, "");
  ASSERT_EQ(read.spectra.size(), 2U);
  EXPECT_EQ(read.spectra[0].data_type, "NMR FID REAL");
  EXPECT_EQ(read.spectra[0].y_unit, "A");
  EXPECT_EQ(read.spectra[0].x_unit, "SECONDS");
  EXPECT_EQ(read.spectra[1].page, "N=2");
  EXPECT_EQ(read.spectra[1].y.values(read.spectra[1].y_factor), (std::vector<double>{82, 84, 86}));
}

TEST(Jcamp, ReadsBlocksAndNamesTablesItCannotRead) {
  const std::string inner = file(table(wave, Form::sqz), wave.size());
  const auto read = read_jcamp("##TITLE=all\n##DATA TYPE=LINK\n##BLOCKS=3\n" + inner +
                               "##TITLE=s\n##PEAK ASSIGNMENTS=(XYA)\n(1,2,<a>)\n##END=\n" + inner + "##END=\n");
  ASSERT_EQ(read.refused, "");
  EXPECT_EQ(read.spectra.size(), 2U);
  EXPECT_EQ(read.diagnostics.size(), 1U);
  EXPECT_NE(read_jcamp("##TITLE=s\n##PEAK ASSIGNMENTS=(XYA)\n(1,2,<a>)\n##END=\n").refused, "");
}

TEST(Jcamp, AcceptsAnOpenEndOnlyWhenTheNumberOfPointsProvesIt) {
  std::string whole = file(table(wave, Form::affn), wave.size());
  whole.resize(whole.find("##END"));
  EXPECT_EQ(read_jcamp(whole).refused, "");
  EXPECT_NE(read_jcamp("##TITLE=a\n##XYDATA=(X++(Y..Y))\n1 2 3\n").refused, "");
}

TEST(Jcamp, CutAnywhereIsRefusedOrWhole) {
  const std::string whole = file(table(wave, Form::difdup), wave.size());
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const auto part = read_jcamp(whole.substr(0, cut));
    if (!part.refused.empty()) continue;
    ASSERT_EQ(part.spectra.size(), 1U) << cut;
    // Digits cut off the very last ordinate cannot be seen, all others are.
    const Values& digits = part.spectra[0].y.digits();
    EXPECT_TRUE(std::equal(digits.begin(), digits.end() - 1, wave.begin(), wave.end() - 1)) << cut;
  }
}

TEST(SpectrumArchives, AreKnownByTheirFirstOctets) {
  const Bytes netcdf{"CDF\x01\0\0\0\0", 8};
  EXPECT_TRUE(looks_like_andi(netcdf));
  EXPECT_NE(decode(netcdf, "").refused.find("CSV"), std::string::npos);
  EXPECT_FALSE(looks_like_andi("CDF file"));
  EXPECT_TRUE(looks_like_animl("<?xml version='1.0'?>\n<!-- c --><AnIML version=\"0.90\">"));
  EXPECT_TRUE(looks_like_animl("<g:GAML>"));
  EXPECT_FALSE(looks_like_animl("<html><AnIML/>"));
}

}  // namespace
}  // namespace lab::drivers
