#include "coordinator/enterprises/publishing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/diary.hpp"

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;
using tables::Publication;
using tables::PublicationAction;
using tables::PublicationState;

bool is_open(PublicationState state) {
  return state == PublicationState::proposed || state == PublicationState::withdrawal_proposed;
}

bool says(const Publication& one, const Evaluation& evaluation) {
  return evaluation.rule && one.credit_class == evaluation.rule->credit_class &&
         one.blacklisted == evaluation.rule->blacklisted && one.rule == evaluation.rule->rule;
}

void note(journal::Draft& draft, tables::DiaryKind kind, const Publication& one, const Word& word, UtcTime now) {
  tables::write_diary(draft, kind,
                      fmt::format("publication {} enterprise {} class {}{} rule {} {} by {} reason {}", one.id.value(),
                                  one.enterprise.value(), one.credit_class, one.blacklisted ? " blacklisted" : "",
                                  one.rule, tables::name_of(one.state), word.person.value(), hash_text(word.reason)),
                      now);
}

tables::DiaryKind diary_kind(PublicationAction action) {
  switch (action) {
    case PublicationAction::propose:
      return tables::DiaryKind::credit_proposed;
    case PublicationAction::confirm:
    case PublicationAction::refuse:
    case PublicationAction::supersede:
      return tables::DiaryKind::credit_decided;
    case PublicationAction::withdraw:
      return tables::DiaryKind::credit_withdrawal_proposed;
    case PublicationAction::confirm_withdrawal:
    case PublicationAction::keep:
      return tables::DiaryKind::credit_withdrawal_decided;
  }
  return tables::DiaryKind::credit_decided;
}

// Where the saying of this action is kept.
tables::Saying& place_of(Publication& one, PublicationAction action) {
  switch (action) {
    case PublicationAction::propose:
      return one.proposed;
    case PublicationAction::confirm:
    case PublicationAction::refuse:
      return one.decided;
    case PublicationAction::withdraw:
      return one.withdrawal;
    case PublicationAction::confirm_withdrawal:
    case PublicationAction::keep:
    case PublicationAction::supersede:
      return one.withdrawal_decided;
  }
  return one.decided;
}

const tables::Saying& proposal_of(const Publication& one) {
  return one.state == PublicationState::withdrawal_proposed ? one.withdrawal : one.proposed;
}

// The one that was public until now gives way.
void supersede_others(journal::Draft& draft, const Publication& by, const Word& word, UtcTime now) {
  for (Publication other : publications(draft, tables::standing_for(draft, by.enterprise))) {
    const auto* move = tables::publication_move(PublicationAction::supersede, other.state);
    if (other.id == by.id || move == nullptr) continue;
    other.state = move->to;
    other.withdrawal_decided = {
        .person = word.person, .at = now, .reason = fmt::format("由第 {} 号公布代替", by.id.value())};
    tables::put_publication(draft, other);
    note(draft, tables::DiaryKind::credit_decided, other, word, now);
  }
}

}  // namespace

std::vector<Publication> publications(const journal::View& store, tables::EnterpriseId id) {
  std::vector<Publication> all;
  for (const tables::EnterpriseId member : tables::members_of(store, id)) {
    for (Publication& one : tables::publications_of(store, member)) all.push_back(std::move(one));
  }
  std::ranges::sort(all, {}, &Publication::id);
  return all;
}

std::optional<Publication> published(const journal::View& store, tables::EnterpriseId id) {
  std::optional<Publication> newest;
  for (Publication& one : publications(store, id)) {
    if (tables::is_public(one.state)) newest = std::move(one);
  }
  return newest;
}

Result<Publication> propose(journal::Draft& draft, tables::EnterpriseId id, const Word& word, UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  const auto enterprise = tables::enterprise(draft, id);
  if (!enterprise) return fail(ErrorCode::not_found, "没有这个企业", fmt::format("enterprise {}", id.value()));
  if (enterprise->is_merged()) {
    return fail(ErrorCode::conflict, fmt::format("该企业已并入第 {} 号", enterprise->merged_into.value()), "merged");
  }
  const CreditRules rules = credit_rules(draft);
  const Evaluation evaluation = rules.evaluate(final_verdicts(evidence_of(draft, id)), civil_date(now));
  if (!evaluation.rule) {
    return fail(ErrorCode::conflict, "按现行规则没有可公布的级别：没有可用的最终判定", "no_class");
  }
  for (const Publication& known : publications(draft, id)) {
    if (is_open(known.state)) {
      return fail(ErrorCode::conflict, fmt::format("第 {} 号提议还没有决定", known.id.value()), "open_proposal");
    }
    if (tables::is_public(known.state) && says(known, evaluation)) {
      return fail(ErrorCode::conflict, "同样的级别已经公布", "already_public");
    }
  }
  Publication one{.enterprise = id,
                  .state = tables::publication_move(PublicationAction::propose, PublicationState::none)->to,
                  .credit_class = evaluation.rule->credit_class,
                  .blacklisted = evaluation.rule->blacklisted,
                  .rule = evaluation.rule->rule,
                  .rules = rules.hash(),
                  .verdicts = evaluation.verdicts,
                  .proposed = {.person = word.person, .at = now, .reason = word.reason}};
  if (one.verdicts.size() > tables::publication_verdicts_max) one.verdicts.resize(tables::publication_verdicts_max);
  one.id = tables::add_publication(draft, one);
  note(draft, tables::DiaryKind::credit_proposed, one, word, now);
  return one;
}

Result<Publication> decide(journal::Draft& draft, tables::PublicationId id, PublicationAction action, const Word& word,
                           UtcTime now) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  auto one = tables::publication(draft, id);
  if (!one) return fail(ErrorCode::not_found, "没有这个公布", fmt::format("publication {}", id.value()));
  const auto* move = tables::publication_move(action, one->state);
  if (move == nullptr) {
    return fail(ErrorCode::conflict, "现在的状态不允许这一步", tables::name_of(one->state));
  }
  if (move->by_another && proposal_of(*one).person == word.person) {
    return fail(ErrorCode::not_allowed, "提议人不能确认自己的提议；请由另一人决定", "four_eyes");
  }
  if (action == PublicationAction::confirm) {
    const auto standing = tables::standing_for(draft, one->enterprise);
    if (!says(*one, evaluate(draft, standing, now))) {
      return fail(ErrorCode::conflict, "提议之后评定已经改变；请否决后按现在的评定重新提议", "stale");
    }
  }
  one->state = move->to;
  place_of(*one, action) = {.person = word.person, .at = now, .reason = word.reason};
  tables::put_publication(draft, *one);
  note(draft, diary_kind(action), *one, word, now);
  if (action == PublicationAction::confirm) supersede_others(draft, *one, word, now);
  return *one;
}

}  // namespace lab::enterprises
