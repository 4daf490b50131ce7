#include "coordinator/reports/weighted.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "coordinator/statistics/trend.hpp"

namespace lab::reports {
namespace {

using Place = std::pair<model::CityCode, model::CategoryCode>;

std::string text_of(const Place& place) { return fmt::format("{} {}", place.first.value(), place.second.value()); }

Result<void> check_asked(const Query& query) {
  if (is_of_items(query)) return fail(ErrorCode::malformed, "统计的是项次，产量权重是批次的");
  if (!query.programme) return fail(ErrorCode::malformed, "产量权重按项目给出，请先选一个项目");
  if (query.county || query.stage || query.laboratory) {
    return fail(ErrorCode::malformed, "产量权重按市州和类别给出，不分区县、环节和实验室");
  }
  return {};
}

Result<statistics::Stratum> stratum_of(const Place& place, std::uint32_t batches, const statistics::Counts& counts) {
  if (counts.judged() == 0) {
    return fail(ErrorCode::not_found, fmt::format("{} 有产量权重而没有已判定的样品", text_of(place)));
  }
  if (counts.judged() > batches) {
    return fail(ErrorCode::malformed, fmt::format("{} 的样品比产量权重还多，请核对权重", text_of(place)));
  }
  if (counts.judged() == 1 && batches > 1) {
    return fail(ErrorCode::not_found, fmt::format("{} 只有一个已判定的样品，不能估计误差", text_of(place)));
  }
  return statistics::Stratum{
      .name = text_of(place), .population = batches, .sampled = counts.judged(), .passed = counts.pass};
}

std::string percent(double value) { return fmt::format("{:.1f}", value * 100); }

bool takes(const Query& query, const planning::StratumWeight& weight) {
  return weight.programme == *query.programme && (!query.city || *query.city == weight.city) &&
         (!query.category || *query.category == weight.category);
}

using Counted = std::map<Place, statistics::Counts>;

Result<Counted> counted_by_place(const journal::View& store, const Query& query, const std::optional<UtcTime>& moment) {
  Query asked = query;
  asked.by = {Axis::city, Axis::category};
  const auto summary = summarize_at(store, asked, {}, moment);
  if (!summary) return tl::unexpected(summary.error());
  Counted counted;
  for (const Row& row : summary->rows) counted[{row.key.city, row.key.category}] = row.figures.counts;
  return counted;
}

}  // namespace

Result<WeightedRate> weighted_rate(const journal::View& store, const Query& query,
                                   std::span<const planning::StratumWeight> weights,
                                   const std::optional<UtcTime>& moment) {
  if (auto good = check_asked(query); !good) return fail(std::move(good));
  std::map<Place, std::uint32_t> batches;
  std::set<std::string> sources;
  for (const planning::StratumWeight& weight : weights) {
    if (!takes(query, weight)) continue;
    batches[{weight.city, weight.category}] = weight.batches;
    sources.insert(weight.source);
  }
  if (batches.empty()) return fail(ErrorCode::not_found, "没有导入这个范围的产量权重（weights.csv）");
  const auto counted = counted_by_place(store, query, moment);
  if (!counted) return tl::unexpected(counted.error());
  for (const auto& [place, counts] : *counted) {
    if (counts.judged() == 0 || batches.contains(place)) continue;
    return fail(ErrorCode::not_found, fmt::format("{} 有样品而没有产量权重", text_of(place)));
  }
  std::vector<statistics::Stratum> strata;
  for (const auto& [place, many] : batches) {
    const auto found = counted->find(place);
    auto stratum = stratum_of(place, many, found == counted->end() ? statistics::Counts{} : found->second);
    if (!stratum) return fail(std::move(stratum));
    strata.push_back(std::move(*stratum));
  }
  const auto rate = statistics::stratified_rate(strata);
  if (!rate) return tl::unexpected(rate.error());
  return WeightedRate{.rate = percent(rate->weighted),
                      .standard_error = percent(rate->standard_error),
                      .source = fmt::format("{}", fmt::join(sources, "；"))};
}

}  // namespace lab::reports
