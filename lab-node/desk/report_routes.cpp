#include "lab-node/desk/report_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "instruments/paper/test_report.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/judging/explained.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/judging/lot.hpp"
#include "lab-node/outbox/amendment.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/clocks/calendar.hpp"
#include "protocol/rules/explain.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

const char* in_chinese(model::SampleOutcome outcome) {
  switch (outcome) {
    case model::SampleOutcome::undetermined:
      return "本次检验不予判定。";
    case model::SampleOutcome::pass:
      return "经检验，所检项目符合判定依据的要求，判定为合格。";
    case model::SampleOutcome::fail:
      return "经检验，所检项目不符合判定依据的要求，判定为不合格。";
    case model::SampleOutcome::problem:
      return "经检验，发现问题项目，判定为问题样品。";
  }
  return "";
}

paper::ReportItem item_of(const judging::ExplainedItem& line) {
  paper::ReportItem item{.analyte = line.item->analyte,
                         .method = line.item->method,
                         .result = {},
                         .unit = {},
                         .limit = {},
                         .basis = {},
                         .verdict = {}};
  if (line.result) {
    item.result = line.result->value.text;
    item.unit = line.result->unit;
  } else {
    item.result = "—";
  }
  for (const model::Determination* further : line.further) item.result += "；" + further->value.text;
  if (line.limit) {
    item.limit = rules::bare_limit_in_words(*line.limit);
    item.basis = line.limit->standard;
    if (!line.limit->clause.empty()) item.basis += " " + line.limit->clause;
  }
  if (line.item->reference_only) {
    item.verdict = "仅供参考";
  } else if (line.verdict) {
    item.verdict = chinese_name_of(line.verdict->outcome);
  }
  return item;
}

/// Without the samplers' own words: they may name a brand or a seller, and the laboratory tests blind.
std::vector<paper::Field> head_of(const model::Sample& sample, const std::string& laboratory, UtcTime approved) {
  std::vector<paper::Field> head{{"检验机构", laboratory},
                                 {"检验类别", sample.grant.retest ? "复检" : "委托检验（省级计划）"},
                                 {"样品编号", sample.grant.number.text()},
                                 {"盲样编号", sample.grant.blind_code},
                                 {"样品名称", sample.grant.commodity},
                                 {"抽样环节", model::chinese_name_of(sample.grant.stage)},
                                 {"检测包", sample.grant.panel.value()},
                                 {"抽样日期", to_text(sample.sampled.sampled_on)},
                                 {"样品到达", clocks::civil_text(sample.received_at)},
                                 {"样品状态", sample.received.condition},
                                 {"报告日期", to_text(civil_date(approved))}};
  return head;
}

paper::Signer signer_of(const char* role, const Office& office, const outbox::Signature& one) {
  return {.role = role,
          .person = name_with_account(office, one.person),
          .at = clocks::civil_text(one.at),
          .hash = to_hex(one.hash.view())};
}

std::string number_of(const model::Sample& sample, std::uint16_t version) {
  return fmt::format("{}-{}{}", sample.grant.number.text(), sample.grant.retest ? "F" : "B", version);
}

http::Response not_yet() { return http::problem(409, "not_approved", "判定尚未批准，不能出具检验报告"); }

// The one that is asked for, or else the newest.
const outbox::ReportVersion* chosen(const std::vector<outbox::ReportVersion>& versions, std::uint64_t asked) {
  if (asked == 0) return versions.empty() ? nullptr : &versions.back();
  const auto found = std::ranges::find(versions, asked, &outbox::ReportVersion::version);
  return found == versions.end() ? nullptr : &*found;
}

// A retest has the second version by right; any other later version stands in the place of the one before.
void say_what_it_replaces(paper::TestReport& report, const Office& office, const outbox::ReportVersion& version) {
  if (version.version() == 1 || version.sample.grant.retest) return;
  report.replaces = number_of(version.sample, static_cast<std::uint16_t>(version.version() - 1));
  std::string note = fmt::format("本报告代替 {}，原报告作废。", report.replaces);
  if (version.amended) {
    note += fmt::format("更正原因：{}。更正人：{}，{}。记录 {}", version.reason,
                        name_with_account(office, version.amended->person), clocks::civil_text(version.amended->at),
                        to_hex(version.amended->hash.view()));
  }
  report.notes.insert(report.notes.begin(), std::move(note));
}

http::Response report_of(const Office& office, SharedEditions& shared, const http::Request& request) {
  const auto view = office.store.read();
  const auto asked = number_in(request, "version", 0);
  if (!asked) return problem_of(asked.error());
  const auto current = node::tables::sample_named(*view, request.parameters.at("number"));
  if (!current) return http::problem(404, "unknown_sample", "本站没有这个编号的样品，请核对");
  const auto versions = outbox::report_versions(*view, *current);
  const outbox::ReportVersion* const version = chosen(versions, *asked);
  // What was approved under a grant that has ended is nobody's report here any more, unless it is being corrected.
  const bool holds = current->state == model::SampleState::approved || current->version > 1;
  if (version == nullptr || !holds) return not_yet();
  const model::Sample& sample = version->sample;
  const auto me = session::identity(*view);
  paper::TestReport report{
      .number = number_of(sample, version->version()),
      .version = version->version(),
      .replaces = {},
      .replaced_by = {},
      .head = head_of(sample, me ? me->laboratory_name : office.place.laboratory, version->approved.at),
      .items = {},
      .conclusion = in_chinese(sample.judged.outcome),
      .signers = {signer_of("编制（检验）", office, version->judged), signer_of("审核", office, version->reviewed),
                  signer_of("批准", office, version->approved)},
      .notes = {"判定依据版本 " + to_hex(sample.judged.edition.view()),
                "本报告仅对来样负责。记录为签名链上的事件，其散列值可在省平台核对。"},
      .signed_at = version->approved.at};
  say_what_it_replaces(report, office, *version);
  if (version != &versions.back()) report.replaced_by = number_of(sample, (version + 1)->version());
  if (judging::is_lot(sample)) {
    report.notes.insert(report.notes.begin(), judging::explain_lot(sample));
  } else {
    const std::lock_guard lock{shared.mutex};
    const auto edition = shared.editions.at(*view, sample.judged.edition);
    if (!edition) return http::problem(409, "edition_missing", "判定所用的依据不在本站，不能出具检验报告");
    for (const judging::ExplainedItem& line : judging::explained(sample, *edition)) {
      report.items.push_back(item_of(line));
    }
  }
  auto octets = paper::print_test_report(report);
  if (!octets) return http::problem(500, "report_not_drawn", to_text(octets.error()));
  return {.content_type = "application/pdf", .body = *std::move(octets)};
}

void amend(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, record, reason}"));
  outbox::Amendment amendment{.number = text_in(*body, "number"), .record = {}, .reason = text_in(*body, "reason")};
  // A malformed hash stays zero, which no record has.
  if (!fill_from_hex(amendment.record.octets, text_in(*body, "record"))) amendment.record = {};
  // A person at the browser signs with their password; a script's token is its own signature.
  if (auto refusal = office.access.check_signature(caller.visitor, text_in(*body, "password"), request)) {
    return respond(std::move(*refusal));
  }
  decide_in_loop(office, caller, respond, [amendment, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto amended = node.on_amended(draft, amendment, person, now);
    return amended ? answer(sample_line(*amended)) : refused(amended.error());
  });
}

}  // namespace

nlohmann::json reports_of(const journal::View& store, const model::Sample& sample) {
  nlohmann::json all = nlohmann::json::array();
  if (sample.state != model::SampleState::approved && sample.version == 1) return all;
  for (const outbox::ReportVersion& version : outbox::report_versions(store, sample)) {
    all.push_back({{"version", version.version()},
                   {"number", number_of(version.sample, version.version())},
                   {"at", to_text(version.approved.at)},
                   {"approver", version.approved.person.value()},
                   {"outcome", model::name_of(version.sample.judged.outcome)},
                   {"reason", version.reason},
                   {"amended_by", version.amended ? version.amended->person.value() : ""}});
  }
  return all;
}

void add_report_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& shared) {
  add_look(router, office, "/api/v1/samples/{number}/report.pdf",
           [&office, shared](const http::Request& request) { return report_of(office, *shared, request); });
  add_action(router, office, "/api/v1/amendments", Action::amend, amend);
}

}  // namespace lab::desk
