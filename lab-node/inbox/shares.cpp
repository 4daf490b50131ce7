#include "lab-node/inbox/shares.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <map>
#include <tuple>

#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::inbox {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::refuse;

// Table 'Q': task -> nothing; under no task the time up to which grants are doubted.
constexpr char doubt_table = 'Q';

// The coordinator's clock may be ahead of this one.
constexpr std::chrono::hours doubt_margin{1};

Bytes doubt_key(const model::TaskId& task) { return journal::Fields{doubt_table}.add(task).bytes(); }
Bytes doubt_time_key() { return Bytes(1, doubt_table); }

bool is_of(const Wanted& wanted, const model::Grant& grant) {
  return !grant.lot && !grant.retest && grant.programme == wanted.programme &&
         (!wanted.county || *wanted.county == grant.county) &&
         (!wanted.category || *wanted.category == grant.category) &&
         (wanted.commodity.empty() || wanted.commodity == grant.commodity) &&
         (!wanted.stage || *wanted.stage == grant.stage) && (!wanted.round || *wanted.round == grant.round);
}

// What is left of a share, in the order of its tasks, until `visit` returns false. The samples of years that have been
// drawn are passed over without being decoded.
void for_each_left(const journal::View& store, const Wanted& wanted,
                   const std::function<bool(const model::Sample& sample)>& visit) {
  tables::scan_samples(store, {}, SampleState::assigned,
                       [&](const model::Sample& sample) { return !is_of(wanted, sample.grant) || visit(sample); });
}

// Only for the words of a refusal: it decodes every sample there is.
std::size_t gone_from(const journal::View& store, const Wanted& wanted) {
  std::size_t gone = 0;
  tables::scan_samples(store, {}, std::nullopt, [&](const model::Sample& sample) {
    if (sample.state != SampleState::assigned && is_of(wanted, sample.grant)) ++gone;
    return true;
  });
  return gone;
}

tl::unexpected<node::Refusal> too_few(std::size_t left, std::size_t gone) {
  if (left + gone == 0) {
    return refuse("no_share", "没有给本站下达过这类样品，不能自行抽取；请先向省平台申请份额");
  }
  return refuse("share_used_up",
                fmt::format("本站这类样品的份额共 {} 份，已抽取或交回 {} 份，还剩 {} 份；要多抽请先向省平台申请",
                            left + gone, gone, left),
                {{"granted", fmt::format("{}", left + gone)}, {"left", fmt::format("{}", left)}});
}

node::Decided<void> check_reason(const std::string& reason, const char* missing) {
  if (reason.empty()) return refuse("missing_field", missing);
  if (!is_tidy(reason)) return refuse("bad_text", "原因过长（最多200字节）或含有不可打印的字符，请改短");
  return {};
}

void give_back(journal::Draft& draft, model::Sample& sample, const std::string& reason, const model::PersonId& person,
               UtcTime now) {
  const SampleState before = sample.state;
  if (before == SampleState::assigned) sample.state = SampleState::declined;
  sample.note = "份额已交回：" + reason;
  say_handed_back(draft, sample, reason, person, now);
  tables::put_sample(draft, sample, before);
}

}  // namespace

std::vector<Share> shares(const journal::View& store) {
  using Key = std::tuple<model::PlanId, std::uint16_t, model::ProgrammeCode, model::CountyCode, model::CategoryCode,
                         std::string, model::Stage, std::uint8_t>;
  std::map<Key, std::size_t> places;
  std::vector<Share> shares;
  tables::scan_samples(store, {}, std::nullopt, [&](const model::Sample& sample) {
    const model::Grant& grant = sample.grant;
    if (grant.lot || grant.retest) return true;
    const Key key{grant.task.plan, grant.task.revision, grant.programme, grant.county,
                  grant.category,  grant.commodity,     grant.stage,     grant.round};
    const auto [place, is_new] = places.try_emplace(key, shares.size());
    if (is_new) shares.push_back({.like = grant});
    Share& share = shares[place->second];
    const bool is_left = sample.state == SampleState::assigned;
    if (is_left && share.left == 0) share.like = grant;
    const bool is_none = sample.state == SampleState::declined || sample.state == SampleState::revoked;
    ++(is_left ? share.left : is_none ? share.none : share.drawn);
    if (is_left && is_doubted(store, grant.task)) ++share.doubted;
    return true;
  });
  return shares;
}

node::Decided<model::Sample> next_of_share(const journal::View& store, const Wanted& wanted) {
  std::optional<model::Sample> next;
  for_each_left(store, wanted, [&](const model::Sample& sample) {
    next = sample;
    return false;
  });
  if (!next) return too_few(0, gone_from(store, wanted));
  return std::move(*next);
}

node::Decided<model::Sample> hand_back_checked(journal::Draft& draft, const std::string& number,
                                               const std::string& reason, const model::PersonId& person, UtcTime now) {
  auto sample = tables::sample_named(draft, number);
  if (!sample) return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的任务，请核对编号", tidy(number, 40)));
  if (auto good = check_reason(reason, "请写明如何核对过现场确未抽样"); !good) return tl::unexpected(good.error());
  const bool may = sample->state == SampleState::assigned || sample->state == SampleState::revoked;
  if (!may || !is_undrawn(*sample)) {
    return refuse("wrong_state", fmt::format("样品 {} 已经抽取或已登记未抽到，不能交回份额", number));
  }
  give_back(draft, *sample, reason, person, now);
  return std::move(*sample);
}

void doubt_what_was_granted(journal::Draft& draft, UtcTime now) {
  draft.put(doubt_time_key(), journal::Fields{}.add(now).bytes());
  std::vector<model::TaskId> undrawn;
  tables::scan_samples(draft, {}, std::nullopt, [&](const model::Sample& sample) {
    undrawn.push_back(sample.grant.task);
    return true;
  });
  for (const model::TaskId& task : undrawn) draft.put(doubt_key(task), {});
}

void doubt_if_old(journal::Draft& draft, const model::TaskId& task, UtcTime ordered) {
  const auto until = draft.get(doubt_time_key());
  if (!until) return;
  const UtcTime time = journal::FieldReader{*until}.take_time();
  if (ordered <= time + doubt_margin) draft.put(doubt_key(task), {});
}

bool is_doubted(const journal::View& store, const model::TaskId& task) {
  return store.get(doubt_key(task)).has_value();
}

bool is_undrawn(const model::Sample& sample) {
  return !sample.grant.lot && !sample.grant.retest && sample.sampled.number.empty() && sample.received.number.empty();
}

void say_handed_back(journal::Draft& draft, model::Sample& sample, const std::string& reason,
                     const model::PersonId& person, UtcTime now) {
  tables::note_event(draft, sample, person,
                     model::Declined{.reason = reason, .kind = model::DeclineKind::unable, .cause = handed_back_cause},
                     now);
}

node::Decided<std::uint32_t> hand_back(journal::Draft& draft, const Wanted& wanted, std::uint32_t count,
                                       const std::string& reason, const model::PersonId& person, UtcTime now) {
  constexpr auto missing = "请写明交回几份和原因";
  if (count == 0) return refuse("missing_field", missing);
  if (auto good = check_reason(reason, missing); !good) return tl::unexpected(good.error());
  std::vector<model::Sample> left;
  std::size_t doubted = 0;  // what a store from before may have drawn is as good as drawn
  for_each_left(draft, wanted, [&](const model::Sample& sample) {
    if (is_doubted(draft, sample.grant.task)) {
      ++doubted;
    } else {
      left.push_back(sample);
    }
    return true;
  });
  if (left.size() < count) return too_few(left.size(), doubted + gone_from(draft, wanted));
  for (std::uint32_t i = 0; i < count; ++i) give_back(draft, left[left.size() - 1 - i], reason, person, now);
  return count;
}

}  // namespace lab::inbox
