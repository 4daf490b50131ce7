#include "protocol/forms/decline_causes.hpp"

#include <algorithm>
#include <array>

namespace lab::forms {
namespace {

using enum model::DeclineKind;

constexpr std::array causes{
    DeclineCause{unable, "not_found", "未找到该单位或地址不存在", "the unit or the address was not found"},
    DeclineCause{unable, "closed_down", "已停业、关闭或搬迁", "closed down or moved"},
    DeclineCause{unable, "no_product", "没有该类产品", "no such product there"},
    DeclineCause{unable, "too_little", "数量不足以抽样", "too little to take a sample of"},
    DeclineCause{unable, "not_for_sale", "产品待销毁、召回、封存或自用", "withdrawn, sealed, or not for sale"},
    DeclineCause{unable, "other", "其他（在说明中写明）", "something else, see the words"},
    DeclineCause{refused, "no_entry", "拒绝进入现场", "entry was refused"},
    DeclineCause{refused, "no_sample", "拒绝提供样品", "the sample was refused"},
    DeclineCause{refused, "no_papers", "拒绝提供资料或说明情况", "papers or answers were refused"},
    DeclineCause{refused, "no_signature", "拒绝在抽样单上签字盖章", "the signature was refused"},
    DeclineCause{refused, "other", "其他（在说明中写明）", "something else, see the words"}};

}  // namespace

std::span<const DeclineCause> decline_causes() { return causes; }

const DeclineCause* decline_cause(model::DeclineKind kind, std::string_view code) {
  const auto found =
      std::ranges::find_if(causes, [&](const DeclineCause& one) { return one.kind == kind && one.code == code; });
  return found == causes.end() ? nullptr : &*found;
}

}  // namespace lab::forms
