// The JCAMP-DX files of the shared corpus against the output of another program, and the archives that are refused.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/jcamp.hpp"
#include "tests/instruments/drivers/corpus.hpp"

namespace lab::drivers {
namespace {

constexpr double relative_error_max = 1e-9;

// Files in which the reference output cannot be right, each with the fact that shows it.
struct Exception {
  const char* file;
  const char* fact;
};

constexpr std::array exceptions{
    Exception{"xyinc2.jdx", "six lines of another spectrum stand among the 298 points that the file declares"},
    Exception{"jtpolys.jdx", "the reference leaves out YFACTOR, which has a comment behind it; FIRSTY agrees with it"},
};

const Exception* exception_of(const fs::path& file) {
  const auto* found = std::ranges::find(exceptions, file.filename().string(), &Exception::file);
  return found == exceptions.end() ? nullptr : found;
}

std::string flag(const model::Observation& observation, const std::string& name) {
  for (const std::string& text : observation.flags) {
    if (text.starts_with(name + "=")) return text.substr(name.size() + 1);
  }
  return {};
}

::testing::AssertionResult is_near(const json& expected, const std::string& text, double scale = 1.0) {
  if (text.empty()) return ::testing::AssertionFailure() << "no value, expected " << expected;
  const double want = expected.get<double>() * scale;
  const double got = std::stod(text);
  const double tolerance = std::max(std::abs(want) * relative_error_max, 1e-15);
  if (std::abs(got - want) <= tolerance) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << fmt::format("{} instead of {}", got, want);
}

// The reference turns hertz into parts per million by the observe frequency; the abscissa as given is what we report.
double hertz_per_ppm(const json& expected, const model::Observation& observation, const Bytes& raw) {
  if (expected["xUnits"] != "PPM" || flag(observation, "xunit") != "HZ") return 1.0;
  const std::size_t at = raw.find("##.OBSERVE FREQUENCY");
  return std::stod(raw.substr(raw.find('=', at) + 1));
}

void check_spectrum(const json& expected, const model::Observation& observation, const Bytes& raw,
                    const fs::path& file) {
  EXPECT_EQ(flag(observation, "npoints"), expected["n"].dump()) << file;
  EXPECT_TRUE(is_near(expected["firstY"], flag(observation, "firsty"))) << file;
  EXPECT_TRUE(is_near(expected["lastY"], flag(observation, "lasty"))) << file;
  EXPECT_TRUE(is_near(expected["minY"], flag(observation, "miny"))) << file;
  EXPECT_TRUE(is_near(expected["maxY"], flag(observation, "maxy"))) << file;
  const double scale = hertz_per_ppm(expected, observation, raw);
  EXPECT_TRUE(is_near(expected["firstX"], flag(observation, "firstx"), scale)) << file;
  EXPECT_TRUE(is_near(expected["lastX"], flag(observation, "lastx"), scale)) << file;
}

void check_sum(const json& expected, const Spectrum& spectrum, const fs::path& file) {
  const auto values = spectrum.y.values(spectrum.y_factor);
  double sum = 0;
  double size = 0;
  for (const double value : values) {
    sum += value;
    size += std::abs(value);
  }
  EXPECT_NEAR(sum, expected["sumY"].get<double>(), size * relative_error_max) << file;
}

TEST(Corpus, JcampFilesGiveThePointsOfTheReference) {
  SKIP_WITHOUT_CORPUS("jcamp");
  for (const fs::path& file : files_of("jcamp")) {
    const json expected = expectation_of(file);
    const Bytes raw = read(file);
    const auto decoding = decode(raw, "");
    expect_sound(decoding, file);
    const Exception* exception = exception_of(file);
    if (!expected.empty() && exception == nullptr) {
      const json& spectra = expected["spectra"];
      EXPECT_EQ(decoding.observations.size(), spectra.size()) << file << decoding.refused;
      const JcampFile spectrum_file = read_jcamp(raw);
      for (std::size_t i = 0; i < std::min(spectra.size(), decoding.observations.size()); ++i) {
        check_spectrum(spectra[i], decoding.observations[i], raw, file);
        if (i < spectrum_file.spectra.size()) check_sum(spectra[i], spectrum_file.spectra[i], file);
      }
    }
    print_line(file, decoding,
               exception != nullptr ? exception->fact
               : expected.empty()   ? "read (no expectation)"
                                    : "right");
  }
}

// What the exceptions are instead: one is refused for the lines that do not belong to it, the other agrees with itself.
TEST(Corpus, JcampFilesWhoseReferenceIsWrongAgreeWithThemselvesOrAreRefused) {
  SKIP_WITHOUT_CORPUS("jcamp");
  EXPECT_NE(decode(read(corpus / "jcamp/xyinc2.jdx"), "").refused, "");
  const auto decoding = decode(read(corpus / "jcamp/jtpolys.jdx"), "");
  ASSERT_EQ(decoding.observations.size(), 1U) << decoding.refused;
  EXPECT_NEAR(std::stod(flag(decoding.observations[0], "firsty")), 0.9816334969, 1e-6);
  EXPECT_EQ(flag(decoding.observations[0], "npoints"), "1844");
}

TEST(Corpus, OneSpectrumInFourEncodingsIsTheSame) {
  SKIP_WITHOUT_CORPUS("jcamp");
  // Excerpts of one spectrum, of different lengths: they agree as far as the shortest of each pair goes.
  const auto points = [](const char* name) {
    const auto file = read_jcamp(read(corpus / "jcamp" / name));
    EXPECT_EQ(file.refused, "") << name;
    return file.spectra.empty() ? std::vector<std::int64_t>{} : file.spectra[0].y.digits();
  };
  const auto packed = points("jcamp-packed.dx");
  for (const char* name : {"jcamp-difdup.dx", "jcamp-squeezed.dx"}) {
    const auto other = points(name);
    const auto length = static_cast<std::ptrdiff_t>(std::min(packed.size(), other.size()));
    EXPECT_GE(length, 30) << name;
    EXPECT_TRUE(std::equal(packed.begin(), packed.begin() + length, other.begin())) << name;
  }
  // A whole one in AFFN, PAC and DIF with DUP, and its real part in n-tuples.
  const auto first = read_jcamp(read(corpus / "jcamp/o01.jdx"));
  ASSERT_EQ(first.refused, "");
  for (const char* name : {"o03.jdx", "o05.jdx", "o08.jdx", "o10.jdx"}) {
    const auto other = read_jcamp(read(corpus / "jcamp" / name));
    ASSERT_EQ(other.refused, "") << name;
    EXPECT_EQ(other.spectra[0].y.values(Decimal{1, 0}), first.spectra[0].y.values(Decimal{1, 0})) << name;
  }
}

TEST(Corpus, ArchivesOfSpectraAreRefusedByTheirName) {
  SKIP_WITHOUT_CORPUS("andi-cdf");
  for (const auto& [family, name] : {std::pair{"andi-cdf", "ANDI"}, std::pair{"animl-gaml", "AnIML"}}) {
    for (const fs::path& file : files_of(family)) {
      const auto decoding = decode(read(file), "");
      expect_sound(decoding, file);
      EXPECT_NE(decoding.refused.find(name), std::string::npos) << file << decoding.refused;
      print_line(file, decoding, "refused:");
    }
  }
}

}  // namespace
}  // namespace lab::drivers
