#include "lab-node/desk/report_routes.hpp"

#include <fmt/format.h>

#include <optional>

#include "instruments/paper/test_report.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/judging/explained.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/judging/lot.hpp"
#include "lab-node/reception/reception.hpp"
#include "protocol/clocks/calendar.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::desk {
namespace {

/// An event of the sample with its hash.
struct Signed {
  model::Event event;
  Hash hash;
};

// The newest event of this kind, which is the one that holds.
template <class What>
std::optional<Signed> newest(const journal::View& store, const model::Sample& sample) {
  std::optional<Signed> found;
  for (const model::EventPlace& place : sample.history) {
    const auto bytes = session::event_bytes(store, place.incarnation, place.sequence);
    auto event = bytes ? wire::decode_event(*bytes) : fail(ErrorCode::not_found, "not here any more");
    if (!event || !std::holds_alternative<What>(event->what)) continue;
    found = Signed{.event = std::move(*event), .hash = crypto::sha256(*bytes)};
  }
  return found;
}

std::string limit_in_words(const model::Limit& limit) {
  const auto amount = [](const std::optional<Decimal>& value) { return value ? value->to_text() : std::string{}; };
  switch (limit.kind) {
    case model::LimitKind::none:
      return "";
    case model::LimitKind::at_most:
      return (limit.upper_inclusive ? "≤" : "<") + amount(limit.upper) + " " + limit.unit;
    case model::LimitKind::at_least:
      return (limit.lower_inclusive ? "≥" : ">") + amount(limit.lower) + " " + limit.unit;
    case model::LimitKind::range:
      return amount(limit.lower) + "~" + amount(limit.upper) + " " + limit.unit;
    case model::LimitKind::not_detected:
      return "不得检出";
    case model::LimitKind::banned:
      return "禁用";
  }
  return "";
}

const char* in_chinese(model::ItemOutcome outcome) {
  switch (outcome) {
    case model::ItemOutcome::undetermined:
      return "不判定";
    case model::ItemOutcome::pass:
      return "合格";
    case model::ItemOutcome::fail:
      return "不合格";
    case model::ItemOutcome::conditional_pass:
      return "有条件合格";
    case model::ItemOutcome::conditional_fail:
      return "有条件不合格";
  }
  return "";
}

const char* in_chinese(model::SampleOutcome outcome) {
  switch (outcome) {
    case model::SampleOutcome::undetermined:
      return "本次检验不作判定。";
    case model::SampleOutcome::pass:
      return "经检验,所检项目符合判定依据的要求,判定为合格。";
    case model::SampleOutcome::fail:
      return "经检验,所检项目不符合判定依据的要求,判定为不合格。";
    case model::SampleOutcome::problem:
      return "经检验,发现问题项目,判定为问题样品。";
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
    item.limit = limit_in_words(*line.limit);
    item.basis = line.limit->standard;
    if (!line.limit->clause.empty()) item.basis += " " + line.limit->clause;
  }
  if (line.item->reference_only) {
    item.verdict = "仅供参考";
  } else if (line.verdict) {
    item.verdict = in_chinese(line.verdict->outcome);
  }
  return item;
}

/// Without the samplers' own words: they may name a brand or a seller, and the laboratory tests blind.
std::vector<paper::Field> head_of(const model::Sample& sample, const std::string& laboratory, UtcTime approved) {
  std::vector<paper::Field> head{{"检验机构", laboratory},
                                 {"检验类别", sample.grant.retest ? "复检" : "委托检验(省级计划)"},
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

paper::Signer signer_of(const char* role, const Office& office, const Signed& one) {
  const auto person = office.access.people().by_id(one.event.person.value());
  return {.role = role,
          .person = person ? fmt::format("{}({})", person->name, person->id.value()) : one.event.person.value(),
          .at = clocks::civil_text(one.event.at),
          .hash = to_hex(one.hash.view())};
}

std::string number_of(const model::Sample& sample, std::uint16_t version) {
  return fmt::format("{}-{}{}", sample.grant.number.text(), sample.grant.retest ? "F" : "B", version);
}

http::Response not_yet() { return http::problem(409, "not_approved", "判定尚未批准，不能出具检验报告"); }

http::Response report_of(const Office& office, SharedEditions& shared, const std::string& number) {
  const auto view = office.store.read();
  const auto sample = reception::find(*view, number);
  if (!sample) return http::problem(404, "unknown_sample", "本站没有这个编号的样品，请核对");
  const auto judged = newest<model::Judged>(*view, *sample);
  const auto reviewed = newest<model::Reviewed>(*view, *sample);
  const auto approved = newest<model::Approved>(*view, *sample);
  if (sample->state != model::SampleState::approved || !judged || !reviewed || !approved) return not_yet();
  const auto me = session::identity(*view);
  const std::uint16_t version = sample->judged.version;
  paper::TestReport report{
      .number = number_of(*sample, version),
      .version = version,
      .replaces = {},
      .head = head_of(*sample, me ? me->laboratory_name : office.place.laboratory, approved->event.at),
      .items = {},
      .conclusion = in_chinese(sample->judged.outcome),
      .signers = {signer_of("编制(检验)", office, *judged), signer_of("审核", office, *reviewed),
                  signer_of("批准", office, *approved)},
      .notes = {"判定依据版本 " + to_hex(sample->judged.edition.view()),
                "本报告仅对来样负责。记录为签名链上的事件,其散列值可在省平台核对。"},
      .signed_at = approved->event.at};
  // A retest has the second version by right; any other later version stands in the place of the one before.
  if (version > 1 && !sample->grant.retest) {
    report.replaces = number_of(*sample, static_cast<std::uint16_t>(version - 1));
    report.notes.insert(report.notes.begin(), fmt::format("本报告代替 {},原报告作废。", report.replaces));
  }
  if (judging::is_lot(*sample)) {
    report.notes.insert(report.notes.begin(), judging::explain_lot(*sample));
  } else {
    const std::lock_guard lock{shared.mutex};
    const auto edition = shared.editions.at(*view, sample->judged.edition);
    if (!edition) return http::problem(409, "edition_missing", "判定所用的依据不在本站，不能出具检验报告");
    for (const judging::ExplainedItem& line : judging::explained(*sample, *edition)) {
      report.items.push_back(item_of(line));
    }
  }
  auto octets = paper::print_test_report(report);
  if (!octets) return http::problem(500, "report_not_drawn", to_text(octets.error()));
  return {.content_type = "application/pdf", .body = *std::move(octets)};
}

}  // namespace

void add_report_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& shared) {
  add_look(router, office, "/api/v1/samples/{number}/report.pdf", [&office, shared](const http::Request& request) {
    return report_of(office, *shared, request.parameters.at("number"));
  });
}

}  // namespace lab::desk
