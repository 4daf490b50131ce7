#include <fmt/format.h>

#include <algorithm>

#include "coordinator/enterprises/publishing.hpp"
#include "coordinator/enterprises/register.hpp"
#include "coordinator/tables/diary.hpp"

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;
using tables::Enterprise;
using tables::EnterpriseId;
using Group = std::vector<EnterpriseId>;

bool holds(const Group& group, EnterpriseId id) { return std::ranges::find(group, id) != group.end(); }

bool is_of(const Group& group, const tables::Parties& parties) {
  return holds(group, parties.unit) || holds(group, parties.producer);
}

// A class that is public and rests on a verdict of the other half.
std::optional<tables::Publication> class_that_forbids(const journal::View& store, EnterpriseId standing,
                                                      const Group& leaving) {
  const Group all = tables::members_of(store, standing);
  Group staying;
  std::ranges::copy_if(all, std::back_inserter(staying), [&](EnterpriseId id) { return !holds(leaving, id); });
  for (tables::Publication& one : publications(store, standing)) {
    if (!tables::is_public(one.state)) continue;
    const Group& own = holds(leaving, one.enterprise) ? leaving : staying;
    const bool rests_on_other = std::ranges::any_of(one.verdicts, [&](const model::TaskId& task) {
      const auto known = tables::task_parties(store, task);
      return known && is_of(all, known->parties) && !is_of(own, known->parties);
    });
    if (rests_on_other) return std::move(one);
  }
  return std::nullopt;
}

bool was_said(const journal::View& store, EnterpriseId id, const Word& word) {
  const auto partings = tables::partings_of(store, id);
  const auto last = std::ranges::find(partings.rbegin(), partings.rend(), id, &tables::Parting::one);
  return last != partings.rend() && last->parted_by == word.person && last->reason == word.reason;
}

}  // namespace

Result<Enterprise> part(journal::Draft& draft, EnterpriseId id, const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  auto one = tables::enterprise(draft, id);
  if (!one) return fail(ErrorCode::not_found, "没有这个企业", fmt::format("enterprise {}", id.value()));
  if (!one->is_merged()) {
    if (was_said(draft, id, word)) return std::move(*one);
    return fail(ErrorCode::conflict, "该企业没有并入其他企业，不用拆分", "not_merged");
  }
  const EnterpriseId standing = tables::standing_for(draft, id);
  if (const auto open = class_that_forbids(draft, standing, tables::members_of(draft, id))) {
    return fail(ErrorCode::conflict,
                fmt::format("第 {} 号公布（第 {} 号企业）依据的判定拆分后不再属于它；请先由两人撤回该公布",
                            open->id.value(), open->enterprise.value()),
                "public_class");
  }
  const EnterpriseId from = one->merged_into;
  tables::part_enterprise(draft, id, word.person, word.reason, now);
  tables::write_diary(draft, tables::DiaryKind::enterprises_parted,
                      fmt::format("enterprise {} from {} by {} reason {}", id.value(), from.value(),
                                  word.person.value(), hash_text(word.reason)),
                      now);
  return *tables::enterprise(draft, id);
}

}  // namespace lab::enterprises
