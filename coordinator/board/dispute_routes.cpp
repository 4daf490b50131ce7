// Deadlines, notices of nonconforming samples, and objections to them.

#include <fmt/format.h>

#include <map>

#include "coordinator/board/dispute_views.hpp"
#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/notice_files.hpp"
#include "coordinator/reports/notice_text.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

bool sees_units(const Visit& visit) { return may(*visit.person, Action::see_units); }

// A time that the body may leave out.
Result<std::optional<UtcTime>> time_in(const json& body, const char* field) {
  const auto found = body.find(field);
  if (found == body.end() || found->is_null()) return std::optional<UtcTime>{};
  const auto time = found->is_string() ? parse_utc(found->get<std::string>()) : std::nullopt;
  if (!time) return fail(ErrorCode::malformed, "应形如 2013-06-03T09:00:00Z", field);
  return time;
}

// ---- clocks

void get_clocks(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const std::string kind_text = text_in(visit.request, "kind");
  const auto kind = clocks::parse_kind(kind_text);
  if (!kind_text.empty() && !kind) {
    return visit.respond(http::problem(400, "malformed", fmt::format("没有“{}”这种时限", kind_text)));
  }
  const bool all = text_in(visit.request, "state") == "all";
  const auto after = number_in(visit.request, "after", 0);  // all are passed anyway, to be counted
  if (!after) return visit.respond(problem_of(after.error()));
  std::uint64_t seen = 0;
  const auto view = visit.office.store.read();
  json rows = json::array();
  std::map<std::string, std::size_t> counts;
  const auto add = [&](const clocks::Clock& clock) {
    if (kind && clock.kind != *kind) return true;
    ++counts[clocks::name_of(clocks::state_of(clock))];
    if (++seen <= *after || rows.size() == *limit) return true;
    json row = to_json(clock);
    if (const auto task = tables::task(*view, clock.task)) row["number"] = task->number.text();
    rows.push_back(std::move(row));
    return true;
  };
  if (all) {
    tables::clock_table.for_each(*view, add);
  } else {
    tables::clock_table.for_each_open(*view, add);
  }
  const std::uint64_t end = *after + rows.size();
  const json next = end < seen ? json(fmt::format("{}", end)) : json(nullptr);
  visit.respond(answer({{"rows", std::move(rows)}, {"counts", counts}, {"next", next}}));
}

// ---- notices

// The rows of a table of disputes, by state, page by page.
template <class Entry, class ForEach>
void list(Visit& visit, ForEach for_each) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = task_after_in(visit.request);
  if (!after) return visit.respond(problem_of(after.error()));
  const std::string state = text_in(visit.request, "state");
  const auto view = visit.office.store.read();
  const bool with_unit = sees_units(visit);
  json rows = json::array();
  json next = nullptr;
  for_each(*view, *after, [&](const Entry& entry) {
    if (!state.empty() && state != tables::name_of(entry.state)) return true;
    if (rows.size() == *limit) {
      next = rows.back().at("task");
      return false;
    }
    rows.push_back(to_json(entry, *view, with_unit));
    return true;
  });
  visit.respond(answer({{"rows", std::move(rows)}, {"next", std::move(next)}}));
}

void get_notices(Visit& visit) {
  list<tables::Notice>(visit, [](const auto&... arguments) { tables::for_each_notice(arguments...); });
}

// What was sent, or what would be sent now.
std::string words_of(const journal::View& store, const model::TaskId& task) {
  auto sent = tables::notice_text(store, task);
  return sent ? *std::move(sent) : reports::notice_text(store, task);
}

void get_notice(Visit& visit) {
  const auto task = task_in(visit.request);
  if (!task) return visit.respond(problem_of(task.error()));
  const auto view = visit.office.store.read();
  const auto notice = tables::notice(*view, *task);
  if (!notice) return visit.respond(http::problem(404, "not_found", "该任务没有不合格结果报告"));
  const bool with_unit = sees_units(visit);
  json object = to_json(*notice, *view, with_unit);
  if (with_unit) object["text"] = words_of(*view, *task);
  visit.respond(answer(object));
}

Result<PrintedNotice> printed_in(const Visit& visit) {
  const auto id = task_in(visit.request);
  if (!id) return tl::unexpected(id.error());
  const auto view = visit.office.store.read();
  const auto notice = tables::notice(*view, *id);
  if (!notice) return fail(ErrorCode::not_found, "该任务没有不合格结果报告");
  const auto task = tables::task(*view, *id);
  return PrintedNotice{.notice = *notice,
                       .number = task ? task->number.text() : to_text(*id),
                       .text = words_of(*view, *id),
                       .as_of = visit.office.clock(),
                       .version = tables::data_version(*view)};
}

// It names the sampled enterprise.
void get_notice_pdf(Visit& visit) {
  const auto printed = printed_in(visit);
  if (!printed) return visit.respond(problem_of(printed.error()));
  auto pdf = notice_pdf(*printed);
  if (!pdf) return visit.respond(http::problem(500, "not_drawn", to_text(pdf.error())));
  visit.respond(file_answer(*std::move(pdf), "application/pdf", "不合格结果报告 " + printed->number + ".pdf"));
}

void get_notice_workbook(Visit& visit) {
  const auto printed = printed_in(visit);
  if (!printed) return visit.respond(problem_of(printed.error()));
  auto workbook = notice_workbook(*printed);
  if (!workbook) return visit.respond(problem_of(workbook.error()));
  visit.respond(file_answer(*std::move(workbook), workbook_type, "不合格结果报告 " + printed->number + ".xlsx"));
}

void post_sending(Visit& visit) {
  const auto task = task_in(visit.request);
  if (!task) return visit.respond(problem_of(task.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const dispatch::Sending sending{.task = *task,
                                  .person = visit.person->id,
                                  .addressee = text_or_empty(*body, "to"),
                                  .way = text_or_empty(*body, "way")};
  decide_in_loop(visit, [sending](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto sent = coordinator.on_notice_sent(draft, sending, now);
    return sent ? answer(to_json(*sent, draft, true)) : problem_of(sent.error());
  });
}

void post_receipt(Visit& visit) {
  const auto task = task_in(visit.request);
  if (!task) return visit.respond(problem_of(task.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto received = time_in(*body, "received_at");
  const auto rapid = flag_in(*body, "rapid");
  if (!received || !rapid) return visit.respond(problem_of(received ? rapid.error() : received.error()));
  const dispatch::Receipt receipt{.task = *task,
                                  .person = visit.person->id,
                                  .received = received->value_or(UtcTime{}),
                                  .how = text_or_empty(*body, "how"),
                                  .rapid = rapid->value_or(false)};
  decide_in_loop(visit, [receipt](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    dispatch::Receipt at = receipt;
    if (at.received == UtcTime{}) at.received = now;
    const auto noted = coordinator.on_notice_received(draft, at, now);
    return noted ? answer(to_json(*noted, draft, true)) : problem_of(noted.error());
  });
}

// ---- objections

void get_objections(Visit& visit) {
  list<tables::Objection>(visit, [](const auto&... arguments) { tables::for_each_objection(arguments...); });
}

void get_objection(Visit& visit) {
  const auto task = task_in(visit.request);
  if (!task) return visit.respond(problem_of(task.error()));
  const auto view = visit.office.store.read();
  const auto objection = tables::objection(*view, *task);
  if (!objection) return visit.respond(http::problem(404, "not_found", "该任务没有登记的异议"));
  visit.respond(answer(to_json(*objection, *view, sees_units(visit))));
}

Result<dispatch::ObjectionWord> word_in(const Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return tl::unexpected(body.error());
  const auto task_text = text_of(*body, "task");
  if (!task_text) return tl::unexpected(task_text.error());
  const auto task = model::parse_task_id(*task_text);
  if (!task) return fail(ErrorCode::malformed, fmt::format("“{}”不是任务编号", *task_text), "task");
  const auto kind_text = text_of(*body, "kind");
  const auto kind = kind_text ? tables::parse_objection_kind(*kind_text) : std::nullopt;
  if (!kind) return fail(ErrorCode::malformed, "应为 conclusion、authenticity、method 或 procedure", "kind");
  const auto party = text_of(*body, "by");
  if (!party) return tl::unexpected(party.error());
  const auto content = text_of(*body, "content");
  if (!content) return tl::unexpected(content.error());
  const auto raised = time_in(*body, "raised_at");
  if (!raised) return tl::unexpected(raised.error());
  return dispatch::ObjectionWord{.task = *task,
                                 .person = visit.person->id,
                                 .kind = *kind,
                                 .party = *party,
                                 .content = *content,
                                 .raised = *raised};
}

void post_objection(Visit& visit) {
  const auto word = word_in(visit);
  if (!word) return visit.respond(problem_of(word.error()));
  decide_in_loop(visit, [word = *word](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto entered = coordinator.on_objection(draft, word, now);
    return entered ? answer(to_json(*entered, draft, true), 201) : problem_of(entered.error());
  });
}

Result<dispatch::ObjectionDecision> decision_in(const Visit& visit) {
  const auto task = task_in(visit.request);
  if (!task) return tl::unexpected(task.error());
  const auto body = body_of(visit.request);
  if (!body) return tl::unexpected(body.error());
  auto reason = text_of(*body, "reason");
  if (!reason) return fail(std::move(reason));
  const auto fit = flag_in(*body, "reserve_fit");
  const auto expired = flag_in(*body, "expired");
  if (!fit || !expired) return tl::unexpected(fit ? expired.error() : fit.error());
  return dispatch::ObjectionDecision{.task = *task,
                                     .person = visit.person->id,
                                     .reason = std::move(*reason),
                                     .reserve_fit = *fit,
                                     .expired = *expired};
}

// The seed is made here, where there is a source of randomness; it is stored with what it drew.
void post_acceptance(Visit& visit) {
  const auto decision = decision_in(visit);
  if (!decision) return visit.respond(problem_of(decision.error()));
  constexpr std::size_t seed_octets = 32;
  const Hash seed = crypto::sha256(crypto::random_bytes(seed_octets));
  decide_in_loop(
      visit, [decision = *decision, seed](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
        const auto accepted = coordinator.on_objection_accepted(draft, decision, seed, now);
        return accepted ? answer(to_json(*accepted, draft, true)) : problem_of(accepted.error());
      });
}

void post_rejection(Visit& visit) {
  const auto decision = decision_in(visit);
  if (!decision) return visit.respond(problem_of(decision.error()));
  decide_in_loop(visit,
                 [decision = *decision](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
                   const auto rejected = coordinator.on_objection_rejected(draft, decision, now);
                   return rejected ? answer(to_json(*rejected, draft, true)) : problem_of(rejected.error());
                 });
}

void get_guards(Visit& visit) { visit.respond(answer(guards())); }

}  // namespace

void add_dispute_routes(Routes& routes) {
  routes.add("GET", "/api/v1/guards", Action::look, get_guards);
  routes.add("GET", "/api/v1/clocks", Action::look, get_clocks);
  routes.add("GET", "/api/v1/notices", Action::look, get_notices);
  routes.add("GET", "/api/v1/notices/{task}", Action::look, get_notice);
  routes.add("GET", "/api/v1/notices/{task}/pdf", Action::see_units, get_notice_pdf);
  routes.add("GET", "/api/v1/notices/{task}/xlsx", Action::see_units, get_notice_workbook);
  routes.add("POST", "/api/v1/notices/{task}/send", Action::give_notice, post_sending);
  routes.add("POST", "/api/v1/notices/{task}/receipt", Action::give_notice, post_receipt);
  routes.add("GET", "/api/v1/objections", Action::look, get_objections);
  routes.add("GET", "/api/v1/objections/{task}", Action::look, get_objection);
  routes.add("POST", "/api/v1/objections", Action::register_objection, post_objection);
  routes.add("POST", "/api/v1/objections/{task}/accept", Action::decide_objection, post_acceptance);
  routes.add("POST", "/api/v1/objections/{task}/reject", Action::decide_objection, post_rejection);
}

}  // namespace lab::board
