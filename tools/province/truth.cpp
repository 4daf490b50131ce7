#include "tools/province/truth.hpp"

#include <optional>
#include <random>

#include "protocol/base/decimal.hpp"
#include "protocol/base/unit.hpp"

namespace lab::province {
namespace {

using model::Limit;
using model::LimitKind;
using model::PanelItem;

// FNV-1a: a number's own stream of chance, independent of the order in which samples are tested.
std::uint64_t mixed(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037u ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  return hash;
}

std::optional<Decimal> in_unit_of(const PanelItem& item, const std::optional<Decimal>& value, const std::string& unit) {
  const auto from = parse_unit(unit);
  const auto to = parse_unit(item.unit);
  if (!value || !from || !to) return std::nullopt;
  return convert(*value, *from, *to);
}

// `percent` of the value, with as many digits as an instrument shows.
std::optional<std::string> share_of(const Decimal& value, int percent) {
  const auto product = value.times(Decimal{percent, -2});
  if (!product) return std::nullopt;
  const auto rounded = round_to_digits(*product, 3);
  if (!rounded) return std::nullopt;
  return rounded->to_text();
}

// A result that conforms; what nobody limits is not detected.
std::string conforming(const PanelItem& item, const Limit& limit, std::mt19937_64& chance) {
  const int percent = 20 + static_cast<int>(chance() % 50);
  const bool nothing_found = chance() % 10 < 6;
  const auto upper = in_unit_of(item, limit.upper, limit.unit);
  const auto lower = in_unit_of(item, limit.lower, limit.unit);
  switch (limit.kind) {
    case LimitKind::at_most: {
      if (nothing_found || !upper || upper->is_zero()) return "ND";
      const auto text = share_of(*upper, percent);
      const auto value = text ? Decimal::parse(*text) : std::nullopt;
      const bool is_seen = value && (!item.loq || *value >= *item.loq);
      return is_seen ? *text : "ND";
    }
    case LimitKind::at_least:
      return lower ? share_of(*lower, 100 + percent).value_or("ND") : "ND";
    case LimitKind::range: {
      const auto sum = lower && upper ? lower->plus(*upper) : std::nullopt;
      return sum ? share_of(*sum, 50).value_or("ND") : "ND";
    }
    case LimitKind::none:
    case LimitKind::not_detected:
    case LimitKind::banned:
      return "ND";
  }
  return "ND";
}

// A result beyond the limit; nothing when this item has none to exceed.
std::optional<std::string> exceeding(const PanelItem& item, const Limit& limit, std::mt19937_64& chance) {
  if (item.reference_only) return std::nullopt;
  const int percent = 130 + static_cast<int>(chance() % 300);
  switch (limit.kind) {
    case LimitKind::at_most: {
      const auto upper = in_unit_of(item, limit.upper, limit.unit);
      if (!upper || upper->is_zero()) return std::nullopt;
      return share_of(*upper, percent);
    }
    case LimitKind::not_detected:
    case LimitKind::banned:
      return item.loq ? share_of(*item.loq, percent) : std::nullopt;
    case LimitKind::at_least: {
      const auto lower = in_unit_of(item, limit.lower, limit.unit);
      return lower ? share_of(*lower, 50) : std::nullopt;
    }
    case LimitKind::none:
    case LimitKind::range:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Truth truth_of(std::uint64_t seed, std::string_view number, const model::Panel& panel,
               const std::vector<Limit>& limits) {
  std::mt19937_64 chance{mixed(seed, number)};
  const bool plant = chance() % 1000 < nonconforming_per_mille;
  const std::size_t first_choice = panel.items.empty() ? 0 : chance() % panel.items.size();
  Truth truth;
  for (std::size_t i = 0; i < panel.items.size(); ++i) {
    const PanelItem& item = panel.items[i];
    truth.results.push_back({item.analyte, conforming(item, limits[i], chance), item.unit, item.method});
  }
  for (std::size_t step = 0; plant && !truth.nonconforming && step < panel.items.size(); ++step) {
    const std::size_t i = (first_choice + step) % panel.items.size();
    if (auto text = exceeding(panel.items[i], limits[i], chance)) {
      truth.results[i].text = std::move(*text);
      truth.nonconforming = true;
    }
  }
  return truth;
}

LotTruth lot_truth_of(std::uint64_t seed, std::string_view number, std::uint64_t ac) {
  std::mt19937_64 chance{mixed(seed ^ 13, number)};
  if (chance() % 1000 < nonconforming_per_mille) return {.nonconforming = ac + 1, .refused = true};
  return {.nonconforming = chance() % (ac + 1)};
}

std::string test_portion(std::uint64_t seed, std::string_view number) {
  const std::uint64_t tenths_of_mg = 95'000 + mixed(seed ^ 11, number) % 10'000;
  return Decimal{static_cast<std::int64_t>(tenths_of_mg), -4}.to_text();
}

CivilDate sampling_day(std::uint64_t seed, std::string_view number, int year, int round) {
  using namespace std::chrono;
  const auto quarter = month{static_cast<unsigned>(3 * (round - 1) + 1)};
  const auto first = sys_days{std::chrono::year{year} / quarter / 1};
  return CivilDate{first + days{static_cast<int>(mixed(seed ^ 7, number) % 80)}};
}

}  // namespace lab::province
