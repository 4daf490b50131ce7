#pragma once
// A lot plan on its way to a laboratory and back: as the words of an order, and what its verdict says in Chinese.

#include <string>

#include "protocol/acceptance/switching.hpp"
#include "protocol/model/lot.hpp"

namespace lab::acceptance {

/// The level and AQL of a lot, read. Malformed, naming the field, when a word is none of the standard's or the lot is
/// smaller than lot_size_min.
struct Terms {
  std::uint64_t lot_size = 0;
  Level level = Level::ii;
  Aql aql;
};
Result<Terms> read_terms(const model::LotTerms& terms);

model::LotOrder order_of(const LotPlan& plan, Level level);

/// The plan an order names. Malformed, naming the field, when a word is none of the standard's or its numbers cannot be
/// a plan's: re is ac + 1, and `to_inspect` is n or the whole of a smaller lot.
Result<LotPlan> plan_of(const model::LotOrder& order);

/// The verdict by the order alone. Malformed as plan_of, and when the count cannot be one under that order: another
/// number of items, or more nonconforming than inspected where items are counted.
Result<bool> accepts(const model::LotOrder& order, const model::LotCount& count);

/// "批量 1000 件,…,抽检 80 件,Ac=2,Re=3": what is to be done, for whoever draws and counts.
std::string explain(const model::LotOrder& order);
/// The same with what was found, and the verdict that follows. Precondition: `accepts` has an answer.
std::string explain(const model::LotOrder& order, const model::LotCount& count);

const char* chinese_name_of(Inspection inspection);  // "正常检验", "加严检验", "放宽检验"

}  // namespace lab::acceptance
