#include "lab-node/judging/lot.hpp"

#include <fmt/format.h>

#include "protocol/acceptance/lot_order.hpp"
#include "protocol/base/check.hpp"

namespace lab::judging {

node::Decided<void> check_count(const model::Sample& sample, const model::LotCount& count) {
  LAB_CHECK(is_lot(sample));
  const model::LotOrder& order = *sample.grant.lot;
  if (const auto plan = acceptance::plan_of(order); !plan) {
    return node::refuse("bad_order", "本站不能识别此批次的抽样方案，请与协调端联系：" + to_text(plan.error()));
  }
  if (acceptance::accepts(order, count)) return {};
  if (count.inspected != order.to_inspect) {
    return node::refuse("bad_count", fmt::format("抽样方案要求检验 {} 件，填写的是 {} 件；请检满后再登记",
                                                 order.to_inspect, count.inspected));
  }
  return node::refuse("bad_count", fmt::format("不合格品数 {} 多于实检 {} 件，AQL {} 按不合格品件数计，请核对",
                                               count.nonconforming, count.inspected, order.terms.aql));
}

model::Judged lot_verdict(const model::Sample& sample) {
  LAB_CHECK(is_lot(sample) && sample.lot);
  const auto accepted = acceptance::accepts(*sample.grant.lot, *sample.lot);
  LAB_CHECK(accepted.has_value());
  const model::ItemVerdict whole{
      .item = model::whole_sample,
      .outcome = *accepted ? model::ItemOutcome::pass : model::ItemOutcome::fail,
      .reason = *accepted ? model::Reason::lot_accepted : model::Reason::lot_not_accepted,
  };
  return {.number = sample.grant.number,
          .edition = {},
          .judged_for = sample.sampled.sampled_on,
          .version = sample.version,
          .outcome = *accepted ? model::SampleOutcome::pass : model::SampleOutcome::fail,
          .items = {whole},
          .lot = sample.lot};
}

std::string explain_lot(const model::Sample& sample) {
  LAB_CHECK(is_lot(sample));
  const model::LotOrder& order = *sample.grant.lot;
  const bool is_counted = sample.lot && acceptance::accepts(order, *sample.lot);
  return is_counted ? acceptance::explain(order, *sample.lot) : acceptance::explain(order);
}

}  // namespace lab::judging
