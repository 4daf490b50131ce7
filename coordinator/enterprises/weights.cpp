#include "coordinator/enterprises/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;

std::uint32_t within(std::uint64_t percent, const RiskNumbers& numbers) {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(percent, numbers.weight_least, numbers.weight_most));
}

bool fails(const FinalVerdict& one) { return one.outcome == model::SampleOutcome::fail; }

}  // namespace

Weight enterprise_weight(const std::vector<FinalVerdict>& verdicts, const RiskNumbers& numbers, CivilDate on) {
  const std::uint32_t now = to_month_number(on);
  std::uint64_t recent = 0;
  std::uint64_t older = 0;
  std::uint64_t clean = 0;
  for (const FinalVerdict& one : verdicts) {
    if (one.month > now) continue;
    const bool is_recent = one.month + numbers.recent_months > now;
    if (!is_recent && one.month + numbers.older_months <= now) continue;
    if (fails(one)) ++(is_recent ? recent : older);
    if (!fails(one) && is_recent) ++clean;
  }
  if (recent + older == 0) {
    const std::uint64_t off = clean * numbers.clean_off;
    if (off == 0) return {.percent = 100, .because = "没有可用的最终判定，按常规"};
    const std::uint32_t percent = within(off >= 100 ? 0 : 100 - off, numbers);
    return {.percent = percent,
            .because = fmt::format("近 {} 个月 {} 次最终判定全部合格，每次减 {}%，不低于 {}%", numbers.recent_months,
                                   clean, numbers.clean_off, numbers.weight_least)};
  }
  const std::uint64_t percent = 100 + recent * numbers.fail_recent + older * numbers.fail_older;
  return {
      .percent = within(percent, numbers),
      .because = fmt::format("近 {} 个月最终不合格 {} 次（每次加 {}%），此前至 {} 个月 {} 次（每次加 {}%），不高于 {}%",
                             numbers.recent_months, recent, numbers.fail_recent, numbers.older_months, older,
                             numbers.fail_older, numbers.weight_most)};
}

Weight share_weight(std::uint64_t failed, std::uint64_t judged, std::uint64_t failed_in_all,
                    std::uint64_t judged_in_all, const RiskNumbers& numbers) {
  if (failed_in_all == 0 || judged_in_all == 0) {
    return {.percent = 100, .because = fmt::format("全省 {} 份没有不合格，按常规", judged_in_all)};
  }
  const std::uint64_t k = numbers.prior_samples;
  const std::uint64_t above = 100 * (failed * judged_in_all + k * failed_in_all);
  const std::uint64_t below = (judged + k) * failed_in_all;
  return {.percent = within((above + below / 2) / below, numbers),
          .because = fmt::format("不合格 {}/{}，全省 {}/{}；按 {} 份全省平均收缩后与全省之比", failed, judged,
                                 failed_in_all, judged_in_all, k)};
}

std::vector<CellWeight> cell_weights(const journal::View& store, const std::optional<model::ProgrammeCode>& programme,
                                     const RiskNumbers& numbers) {
  struct Sum {
    std::uint64_t failed = 0;
    std::uint64_t judged = 0;
  };
  std::map<std::pair<model::CityCode, model::CategoryCode>, Sum> sums;
  Sum all;
  tables::for_each_cell_tally(store, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    if (programme && cell.programme != *programme) return;
    const std::uint64_t failed = tally.final.fail + tally.final.problem;
    Sum& sum = sums[{cell.city, cell.category}];
    for (Sum* one : {&sum, &all}) {
      one->failed += failed;
      one->judged += failed + tally.final.pass;
    }
  });
  std::vector<CellWeight> weights;
  for (const auto& [place, sum] : sums) {
    if (sum.judged == 0) continue;
    weights.push_back({.city = place.first,
                       .category = place.second,
                       .failed = sum.failed,
                       .judged = sum.judged,
                       .weight = share_weight(sum.failed, sum.judged, all.failed, all.judged, numbers)});
  }
  std::ranges::stable_sort(weights, std::ranges::greater{}, [](const CellWeight& one) { return one.weight.percent; });
  return weights;
}

std::vector<EnterpriseWeight> enterprise_weights(const journal::View& store, const RiskNumbers& numbers, CivilDate on,
                                                 std::size_t most) {
  std::vector<EnterpriseWeight> weights;
  tables::for_each_enterprise(store, {}, [&](const tables::Enterprise& one) {
    if (tables::tally_of(store, one.id) == tables::Tally{}) return true;  // nearly all of a large register
    Weight weight = enterprise_weight(final_verdicts(evidence_of(store, one.id)), numbers, on);
    if (weight.percent != 100) weights.push_back({.enterprise = one, .weight = std::move(weight)});
    return true;
  });
  std::ranges::stable_sort(weights, std::ranges::greater{},
                           [](const EnterpriseWeight& one) { return one.weight.percent; });
  if (weights.size() > most) weights.resize(most);
  return weights;
}

}  // namespace lab::enterprises
