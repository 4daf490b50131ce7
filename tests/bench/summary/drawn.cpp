#include "tests/bench/summary/drawn.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace lab::bench {
namespace {

constexpr std::array<std::uint32_t, 21> cities{510100, 510300, 510400, 510500, 510600, 510700, 510800,
                                               510900, 511000, 511100, 511300, 511400, 511500, 511600,
                                               511700, 511800, 511900, 512000, 513200, 513300, 513400};
constexpr std::uint32_t counties = 9;  // of a city: the province has some 180
constexpr std::uint32_t categories = 40;
constexpr int months = 12;
constexpr int months_of_a_round = 3;
constexpr int first_month = 2013 * 12;

const std::array<model::ProgrammeCode, 3> programmes{model::ProgrammeCode{"NCP"}, model::ProgrammeCode{"LTS"},
                                                     model::ProgrammeCode{"NZS"}};
constexpr std::array stages{model::Stage::production_base, model::Stage::wholesale_market, model::Stage::farmers_market,
                            model::Stage::supermarket};

const model::CategoryCode& category(std::uint32_t index) {
  static const std::vector<model::CategoryCode> codes = [] {
    std::vector<model::CategoryCode> made;
    for (std::uint32_t i = 0; i < categories; ++i) made.emplace_back(fmt::format("V{:02}", i));
    return made;
  }();
  return codes[index];
}

// The lower of two: index 0 is the most frequent.
std::uint32_t skewed(std::uint64_t bits, std::uint32_t size) {
  const auto one = static_cast<std::uint32_t>(bits & 0xffff) % size;
  const auto other = static_cast<std::uint32_t>(bits >> 16 & 0xffff) % size;
  return one < other ? one : other;
}

// In ten thousand: 385 fail, 5 are a problem, 10 undetermined.
model::SampleOutcome outcome(std::uint64_t bits) {
  const auto share = bits % 10'000;
  if (share < 385) return model::SampleOutcome::fail;
  if (share < 390) return model::SampleOutcome::problem;
  return share < 400 ? model::SampleOutcome::undetermined : model::SampleOutcome::pass;
}

}  // namespace

DrawnVerdict Draw::next() {
  const std::uint64_t where = random_();
  const std::uint64_t what = random_();
  DrawnVerdict drawn;
  const std::uint32_t city = skewed(where, cities.size());
  const std::uint32_t second_laboratory = (what >> 40 & 1) == 1 ? cities.size() : 0;
  const std::uint32_t kind = skewed(what, categories);
  const auto month = static_cast<int>((what >> 34) % months);
  drawn.panel = kind % drawn_panels;
  drawn.failing = static_cast<std::uint16_t>(skewed(where >> 16, drawn_items));
  drawn.cell = {.programme = programmes[skewed(where >> 32, 3)],
                .city = model::CityCode{cities[city]},
                .county = model::CountyCode{cities[city] + 1 + static_cast<std::uint32_t>(where >> 56) % counties},
                .category = category(kind),
                .stage = stages[(what >> 32) % stages.size()],
                .round = static_cast<std::uint8_t>(1 + month / months_of_a_round),
                .month = static_cast<std::uint16_t>(first_month + month),
                .laboratory = model::LaboratoryId{city + 1 + second_laboratory}};
  drawn.first = outcome(what >> 41);
  drawn.final = (where >> 40) % 100 == 0 ? outcome(where >> 48) : drawn.first;
  return drawn;
}

}  // namespace lab::bench
