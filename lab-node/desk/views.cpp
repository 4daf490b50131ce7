#include "lab-node/desk/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lab-node/desk/reception_views.hpp"
#include "lab-node/desk/run_views.hpp"
#include "lab-node/judging/explained.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/judging/lot.hpp"
#include "lab-node/outbox/run_decision.hpp"
#include "lab-node/reception/reception.hpp"
#include "lab-node/tables/forms.hpp"
#include "lab-node/tables/sample_captures.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/forms/decline_causes.hpp"
#include "protocol/rules/confirmation.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

std::string hex_or_empty(const Hash& hash) { return hash.is_zero() ? std::string{} : to_hex(hash.view()); }

std::string amount(const std::optional<Decimal>& value) { return value ? value->to_text() : std::string{}; }

json limit_of(const model::Limit& limit) {
  return {{"kind", name_of(limit.kind)},  {"lower", amount(limit.lower)},
          {"upper", amount(limit.upper)}, {"unit", limit.unit},
          {"standard", limit.standard},   {"clause", limit.clause},
          {"commodity", limit.commodity}, {"row", limit.row}};
}

json item_of(const judging::ExplainedItem& line) {
  json item{{"analyte", line.item->analyte}, {"method", line.item->method},
            {"lod", amount(line.item->lod)}, {"loq", amount(line.item->loq)},
            {"panel_unit", line.item->unit}, {"reference_only", line.item->reference_only}};
  if (!line.item->definition.empty()) {
    item["definition"] = line.item->definition;
    item["factor"] = line.item->factor.to_text();
  }
  if (!line.item->total_of.empty()) item["total_of"] = line.item->total_of;
  if (line.result) {
    item["value"] = line.result->value.text;
    item["unit"] = line.result->unit;
    item["value_state"] = name_of(line.result->value.state);
  }
  if (!line.further.empty()) item["further"] = json::array();
  for (const model::Determination* result : line.further) {
    item["further"].push_back({{"value", result->value.text}, {"unit", result->unit}});
  }
  if (line.limit) {
    item["limit"] = limit_of(*line.limit);
    item["standard"] = line.limit->standard;
  }
  if (line.verdict) {
    item["verdict"] = name_of(line.verdict->outcome);
    item["reason"] = name_of(line.verdict->reason);
    item["explanation"] = line.explanation;
  }
  return item;
}

// What an event says beyond its kind, in a few words.
struct Words {
  std::string operator()(const model::Sampled& what) const { return what.sample_name + " " + what.quantity; }
  std::string operator()(const model::Received& what) const { return in_words(what); }
  std::string operator()(const model::Measured& what) const {
    if (!what.reading.empty()) return what.instrument + " " + what.reading;
    const std::string portion = what.portion > 1 ? fmt::format(" 第 {} 份试样", what.portion) : std::string{};
    return fmt::format("{} {} x{}{}", what.instrument, what.profile, what.determinations.size(), portion);
  }
  std::string operator()(const model::Judged& what) const { return name_of(what.outcome); }
  std::string operator()(const model::Reviewed& what) const { return (what.agreed ? "同意 " : "退回 ") + what.note; }
  std::string operator()(const model::Approved& what) const { return name_of(what.outcome); }
  std::string operator()(const model::Declined& what) const {
    return (what.kind == model::DeclineKind::refused ? "拒绝抽样：" : "无法抽样：") + what.reason;
  }
  std::string operator()(const model::Disposed& what) const {
    return fmt::format("第 {} 份 {}：{}", what.copy, reception::chinese_name_of(what.way), what.reason);
  }
  std::string operator()(const model::Amended& what) const {
    return fmt::format("更正第 {} 版：{}", what.version, what.reason);
  }
  std::string operator()(const model::Incident& what) const { return what.what; }
  std::string operator()(const model::LotInspected& what) const {
    return fmt::format("实检 {} 件，不合格数 {}", what.count.inspected, what.count.nonconforming);
  }
  std::string operator()(const model::RunAssessed& what) const { return what.instrument; }
  std::string operator()(const model::RunDecided& what) const { return what.reason; }
  std::string operator()(const model::Renumbered& what) const {
    return fmt::format("{} 换为 {}：{}", what.before.text(), what.number.text(), what.reason);
  }
  std::string operator()(const model::SerialsWanted& what) const { return what.reason; }
  std::string operator()(const model::Forked& what) const {
    return fmt::format("第 {} 期第 {} 号", what.incarnation, what.sequence);
  }
  std::string operator()(const model::KeysReplaced& what) const { return what.curve_key; }
};

json history_of(const journal::View& store, const model::Sample& sample) {
  json events = json::array();
  for (const model::EventPlace& place : sample.history) {
    const auto bytes = session::event_bytes(store, place.incarnation, place.sequence);
    if (!bytes) continue;
    const auto event = wire::decode_event(*bytes);
    if (!event) throw journal::Damage(to_text(event.error()));
    events.push_back({{"incarnation", place.incarnation},
                      {"sequence", place.sequence},
                      {"kind", name_of(event->what)},
                      {"at", to_text(event->at)},
                      {"person", event->person.value()},
                      {"what", std::visit(Words{}, event->what)},
                      {"hash", to_hex(crypto::sha256(*bytes).view())},
                      {"previous", hex_or_empty(event->previous)}});
  }
  return events;
}

// What was found where nothing could be sampled; nothing for every other sample.
json declined_of(const journal::View& store, const model::Sample& sample) {
  if (sample.state != model::SampleState::declined || sample.history.empty()) return nullptr;
  const model::EventPlace& place = sample.history.back();
  const auto bytes = session::event_bytes(store, place.incarnation, place.sequence);
  const auto event = bytes ? wire::decode_event(*bytes) : fail(ErrorCode::not_found, "not here any more");
  const auto* what = event ? std::get_if<model::Declined>(&event->what) : nullptr;
  if (what == nullptr) return nullptr;
  const auto* cause = forms::decline_cause(what->kind, what->cause);
  json photos = json::array();
  for (const Hash& photo : what->photos) photos.push_back(to_hex(photo.view()));
  return {{"kind", name_of(what->kind)},
          {"cause", what->cause},
          {"cause_name", cause != nullptr ? cause->chinese : std::string_view{}},
          {"cause_name_en", cause != nullptr ? cause->english : std::string_view{}},
          {"reason", what->reason},
          {"person", event->person.value()},
          {"second_sampler", what->second_sampler},
          {"witnesses", what->witnesses},
          {"photos", std::move(photos)}};
}

json weighings_of(const model::Sample& sample) {
  json weighings = json::array();
  for (const model::Measured& measured : sample.measured) {
    if (measured.reading.empty()) continue;
    weighings.push_back({{"instrument", measured.instrument},
                         {"reading", measured.reading},
                         {"hash", to_hex(measured.capture.view())}});
  }
  return weighings;
}

// What its results were read from: the way back to the octets, and to everything a reading of them shows.
json captures_of(const journal::View& store, const model::Sample& sample, const judging::PanelIndex* index) {
  json captures = json::array();
  std::size_t left = tables::captures_looked_at;
  for (const model::Measured& measured : sample.measured) {
    if (measured.determinations.empty()) continue;
    const auto capture = tables::capture_behind(store, sample, measured.capture, left);
    if (!capture) continue;
    json analytes = json::array();
    for (const model::Determination& one : measured.determinations) {
      if (index != nullptr && one.item < index->panel().items.size()) {
        analytes.push_back(index->panel().items[one.item].analyte);
      }
    }
    captures.push_back({{"capture", *capture},
                        {"instrument", measured.instrument},
                        {"profile", measured.profile},
                        {"portion", measured.portion},
                        {"analytes", std::move(analytes)}});
  }
  return captures;
}

// What the programme's own fields say, with their names as they are now.
json form_of(const journal::View& store, const model::Sample& sample) {
  json lines = json::array();
  const auto written = tables::form_fields(store, sample.grant.task);
  if (written.empty()) return lines;
  const auto known = tables::sampling_fields(store);
  for (const model::FormField& one : written) {
    const forms::SamplingField* field = known.find(one.code);
    lines.push_back({{"code", one.code},
                     {"name", field != nullptr ? field->chinese : one.code},
                     {"name_en", field != nullptr ? field->english : one.code},
                     {"value", one.value}});
  }
  return lines;
}

std::shared_ptr<judging::Edition> edition_of(const journal::View& store, judging::Editions& editions,
                                             const model::Sample& sample) {
  return sample.edition.is_zero() ? editions.current(store) : editions.at(store, sample.edition);
}

}  // namespace

json sample_line(const model::Sample& sample) {
  const model::Grant& grant = sample.grant;
  const bool drawn = !sample.sampled.number.empty();
  json line{{"number", grant.number.text()},
            {"blind_code", grant.blind_code},
            {"task", to_text(grant.task)},
            {"programme", grant.programme.value()},
            {"city", grant.city.value()},
            {"county", grant.county.value()},
            {"category", grant.category.value()},
            {"commodity", grant.commodity},
            {"stage", chinese_name_of(grant.stage)},
            {"round", grant.round},
            {"panel", grant.panel.value()},
            {"due", to_text(grant.due)},
            {"state", name_of(sample.state)},
            {"state_name", reception::chinese_name_of(sample.state)},
            {"sampled_on", drawn ? to_text(sample.sampled.sampled_on) : ""},
            {"record", hex_or_empty(sample.record)},
            {"outcome", sample.record.is_zero() ? "" : name_of(sample.judged.outcome)},
            {"analyst", sample.analyst.value()},
            {"reviewer", sample.reviewer.value()},
            {"approver", sample.approver.value()},
            {"returned", judging::is_reopened(sample)},
            {"provisional", judging::is_provisional(sample)},
            {"retest", grant.retest.has_value()},
            {"amends", sample.version > 1 && sample.version > sample.judged.version ? sample.amended : ""},
            {"held", sample.held},
            {"note", sample.note}};
  line["lot"] = lot_of(sample);
  line["disposition"] = sample.disposition ? json(name_of(*sample.disposition)) : json(nullptr);
  return line;
}

json lot_of(const model::Sample& sample) {
  if (!judging::is_lot(sample)) return nullptr;
  const model::LotOrder& order = *sample.grant.lot;
  json lot{{"lot_size", order.terms.size},
           {"level", order.terms.level},
           {"aql", order.terms.aql},
           {"inspection", order.inspection},
           {"code_letter", order.letter},
           {"final_letter", order.final_letter},
           {"n", order.n},
           {"n_to_inspect", order.to_inspect},
           {"ac", order.ac},
           {"re", order.re},
           {"explanation", judging::explain_lot(sample)}};
  if (sample.lot) {
    lot["inspected"] = sample.lot->inspected;
    lot["nonconforming"] = sample.lot->nonconforming;
  }
  return lot;
}

json sample_page(const journal::View& store, judging::Editions& editions, const model::Sample& sample) {
  json page = sample_line(sample);
  if (!sample.sampled.number.empty()) {
    page["sampling_form"] = {{"sampled_on", to_text(sample.sampled.sampled_on)},
                             {"sample_name", sample.sampled.sample_name},
                             {"quantity", sample.sampled.quantity},
                             {"reserve", sample.sampled.reserve},
                             {"storage", sample.sampled.storage},
                             {"official_number", sample.sampled.official_number},
                             {"sampler", sample.sampler.value()},
                             {"second_sampler", sample.sampled.second_sampler},
                             {"fields", form_of(store, sample)}};
  }
  if (json declined = declined_of(store, sample); !declined.is_null()) page["declined"] = std::move(declined);
  if (!sample.received.number.empty()) page["reception"] = reception_of(sample);
  json former = json::array();
  for (const model::SampleNumber& number : sample.former) former.push_back(number.text());
  page["former_numbers"] = std::move(former);
  page["further_copies"] = further_copies_of(sample);
  page["edition"] = hex_or_empty(sample.record.is_zero() ? sample.edition : sample.judged.edition);
  json items = json::array();
  const auto edition = edition_of(store, editions, sample);
  if (edition) {
    for (const judging::ExplainedItem& line : judging::explained(sample, *edition)) items.push_back(item_of(line));
  }
  page["items"] = std::move(items);
  page["captures"] = captures_of(store, sample, edition ? edition->panel(sample.grant.panel) : nullptr);
  page["weighings"] = weighings_of(sample);
  json runs = json::array();
  for (const model::RunEntry& run : outbox::runs_of(store, sample)) runs.push_back(run_line(run));
  page["runs"] = std::move(runs);
  page["events"] = history_of(store, sample);
  return page;
}

std::vector<json> items_as_judged_now(const journal::View& store, judging::Editions& editions,
                                      const model::Sample& sample) {
  std::vector<json> items;
  const auto edition = edition_of(store, editions, sample);
  if (!edition || edition->panel(sample.grant.panel) == nullptr || judging::is_lot(sample)) return items;
  model::Sample judged = sample;
  if (sample.state == model::SampleState::measuring) {
    judged.judged = judging::verdict_of(sample, *edition);
    judged.record = {};  // a verdict that was taken back is none
  }
  for (const judging::ExplainedItem& line : judging::explained(judged, *edition)) items.push_back(item_of(line));
  return items;
}

json counting_value(const journal::View& store, const model::Sample& sample, std::uint16_t item, std::uint8_t portion) {
  // The last one that was given counts; the event names who gave it, also where a row of quarantine was decided.
  for (auto place = sample.history.rbegin(); place != sample.history.rend(); ++place) {
    const auto bytes = session::event_bytes(store, place->incarnation, place->sequence);
    if (!bytes) continue;
    const auto event = wire::decode_event(*bytes);
    if (!event) throw journal::Damage(to_text(event.error()));
    const auto* measured = std::get_if<model::Measured>(&event->what);
    if (measured == nullptr || measured->portion != portion) continue;
    const auto found = std::ranges::find(measured->determinations, item, &model::Determination::item);
    if (found == measured->determinations.end()) continue;
    return {{"value", found->value.text},
            {"unit", found->unit},
            {"instrument", measured->instrument},
            {"person", event->person.value()},
            {"at", to_text(event->at)}};
  }
  return nullptr;
}

json missing_analytes(const journal::View& store, judging::Editions& editions, const model::Sample& sample) {
  json missing = json::array();
  if (judging::is_lot(sample)) return missing;  // its items are counted, not measured
  const auto edition = edition_of(store, editions, sample);
  const judging::PanelIndex* index = edition ? edition->panel(sample.grant.panel) : nullptr;
  if (!index) return missing;
  for (const std::uint16_t item : judging::missing_items(sample, *edition)) {
    missing.push_back(index->panel().items[item].analyte);
  }
  return missing;
}

json unconfirmed_analytes(const journal::View& store, judging::Editions& editions, const model::Sample& sample) {
  json unconfirmed = json::array();
  const auto edition = edition_of(store, editions, sample);
  const judging::PanelIndex* index = edition ? edition->panel(sample.grant.panel) : nullptr;
  if (!index || !judging::is_provisional(sample)) return unconfirmed;
  for (const std::uint16_t item : rules::unconfirmed_items(sample.judged.items)) {
    unconfirmed.push_back(index->panel().items[item].limited_as());
  }
  return unconfirmed;
}

json capture_line(const tables::StoredCapture& capture) {
  const model::CaptureEntry& entry = capture.entry;
  return {{"capture", capture.id},
          {"hash", to_hex(capture.raw.view())},
          {"instrument", entry.instrument},
          {"port", entry.port},
          {"received", to_text(entry.received)},
          {"octets", entry.octets},
          {"profile", entry.profile},
          {"observations", entry.observations},
          {"taken", entry.taken},
          {"same", entry.same},
          {"supporting", entry.supporting},
          {"checks", entry.checks},
          {"quarantined", entry.quarantined},
          {"refused", entry.refused},
          {"person", entry.person.value()},
          {"sample", entry.sample},
          {"reading", entry.reading}};
}

json quarantine_line(const journal::View& store, std::uint64_t id, const model::QuarantineEntry& entry) {
  const auto of = tables::capture_of(store, entry.capture);
  const auto capture = of ? tables::capture(store, *of) : std::nullopt;
  return {{"entry", id},
          {"capture", to_hex(entry.capture.view())},
          {"capture_number", of.value_or(0)},
          {"instrument", capture ? capture->entry.instrument : ""},
          {"offset", entry.offset},
          {"reason", entry.reason},
          {"explanation", bench::explanation_of_name(entry.reason)},
          {"sample", entry.sample_id},
          {"analyte", entry.analyte},
          {"value", entry.value},
          {"unit", entry.unit},
          {"device", entry.device},
          {"value_state", name_of(entry.state)},
          {"at", to_text(entry.at)},
          {"decided_by", entry.decided_by.value()},
          {"decision", entry.decision}};
}

namespace {

// Rows of these octets that wait now. Of octets that come again, those that waited already and still do.
std::size_t waiting_of(const journal::View& store, const bench::CaptureOutcome& outcome) {
  if (!outcome.repeated) return outcome.quarantined.size();
  const auto capture = tables::capture(store, outcome.capture);
  return capture ? tables::open_entries_of(store, {capture->raw}).size() : 0;
}

}  // namespace

json outcome_of(const journal::View& store, const bench::CaptureOutcome& outcome) {
  json answer{
      {"capture", outcome.capture},   {"profile", outcome.entry.profile}, {"observations", outcome.entry.observations},
      {"taken", outcome.entry.taken}, {"same", outcome.entry.same},       {"repeated", outcome.repeated}};
  json quarantined = json::array();
  for (const std::uint64_t id : outcome.quarantined) {
    if (const auto entry = tables::quarantined(store, id)) quarantined.push_back(quarantine_line(store, id, *entry));
  }
  answer["quarantined"] = std::move(quarantined);
  answer["waiting"] = waiting_of(store, outcome);
  json judged = json::array();
  for (const model::TaskId& task : outcome.judged) {
    if (const auto sample = tables::sample(store, task)) judged.push_back(sample->grant.number.text());
  }
  answer["judged"] = std::move(judged);
  return answer;
}

}  // namespace lab::desk
