#include "protocol/rules/retest.hpp"

#include <algorithm>

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::ItemVerdict;
using model::SampleOutcome;

bool is_disputed(const ItemVerdict& item) { return is_nonconforming(item.outcome); }

}  // namespace

RetestRefusal check_retest(SampleOutcome first, const RetestRequest& request) {
  if (!is_nonconforming(first)) return RetestRefusal::nothing_disputed;
  if (request.retest_laboratory == request.first_laboratory) return RetestRefusal::same_laboratory;
  if (request.rapid_method) return RetestRefusal::rapid_method;
  if (!request.reserve_fit) return RetestRefusal::reserve_unfit;
  if (request.expired) return RetestRefusal::expired;
  if (!request.retestable) return RetestRefusal::not_retestable;
  return RetestRefusal::none;
}

const char* name_of(RetestRefusal refusal) {
  switch (refusal) {
    case RetestRefusal::none:
      return "none";
    case RetestRefusal::nothing_disputed:
      return "nothing_disputed";
    case RetestRefusal::same_laboratory:
      return "same_laboratory";
    case RetestRefusal::rapid_method:
      return "rapid_method";
    case RetestRefusal::reserve_unfit:
      return "reserve_unfit";
    case RetestRefusal::expired:
      return "expired";
    case RetestRefusal::not_retestable:
      return "not_retestable";
  }
  return "none";
}

const char* chinese_name_of(RetestRefusal refusal) {
  switch (refusal) {
    case RetestRefusal::none:
      return "可以复检";
    case RetestRefusal::nothing_disputed:
      return "初检结论不是不合格，没有可复检的项目";
    case RetestRefusal::same_laboratory:
      return "复检机构与初检机构不得为同一机构，请另行指定复检机构";
    case RetestRefusal::rapid_method:
      return "复检不得采用快速检测方法，请改用标准方法";
    case RetestRefusal::reserve_unfit:
      return "备份样品已不适于检测，不能复检";
    case RetestRefusal::expired:
      return "样品已超过保质期，不能复检";
    case RetestRefusal::not_retestable:
      return "该项目（如微生物）的结果随时间变化，不予复检";
  }
  return "";
}

const char* name_of(RetestRuling ruling) {
  switch (ruling) {
    case RetestRuling::not_retested:
      return "not_retested";
    case RetestRuling::upheld:
      return "upheld";
    case RetestRuling::overturned:
      return "overturned";
  }
  return "not_retested";
}

FirstAndFinal first_and_final(std::span<const ItemVerdict> first, std::span<const ItemVerdict> retested,
                              std::span<const model::PanelItem> panel, WithoutBasis without_basis) {
  FirstAndFinal result{.first = sample_verdict(first, panel, without_basis),
                       .final = {},
                       .ruling = RetestRuling::not_retested,
                       .items = {first.begin(), first.end()}};
  for (ItemVerdict& item : result.items) {
    if (!is_disputed(item)) continue;
    const auto again = std::ranges::find(retested, item.item, &ItemVerdict::item);
    if (again != retested.end() && again->outcome != ItemOutcome::undetermined) item = *again;
  }
  result.final = sample_verdict(result.items, panel, without_basis);
  if (!retested.empty()) {
    result.ruling = result.final.outcome == result.first.outcome ? RetestRuling::upheld : RetestRuling::overturned;
  }
  return result;
}

}  // namespace lab::rules
