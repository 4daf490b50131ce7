#include "lab-node/outbox/amendment.hpp"

#include <fmt/format.h>

#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::outbox {
namespace {

namespace tables = node::tables;
using model::SampleState;
using node::refuse;

// The events of one sample, one after the other.
class Reader {
 public:
  explicit Reader(const model::Sample& sample)
      : retested_since_(sample.grant.retest ? sample.grant.token : model::Token{}) {
    now_.sample = sample;
    now_.sample.measured.clear();
    now_.sample.lot.reset();
    now_.sample.judged = {};
  }

  void take(const model::Event& event, const Hash& hash) {
    // What was done under an earlier grant was done to another portion of another dispute.
    if (event.token < retested_since_) return;
    signature_ = {.person = event.person, .at = event.at, .hash = hash};
    std::visit(*this, event.what);
  }
  std::vector<ReportVersion> versions;

  void operator()(const model::Measured& what) { now_.sample.measured.push_back(what); }
  void operator()(const model::LotInspected& what) { now_.sample.lot = what.count; }
  void operator()(const model::Judged& what) {
    now_.sample.judged = what;
    now_.sample.record = signature_.hash;
    now_.sample.edition = what.edition;
    now_.judged = signature_;
  }
  void operator()(const model::Reviewed& what) {
    if (what.agreed && what.record == now_.judged.hash) now_.reviewed = signature_;
  }
  void operator()(const model::Approved& what) {
    if (what.record != now_.judged.hash) return;
    now_.approved = signature_;
    now_.sample.state = SampleState::approved;  // as it was then, whatever it is now
    versions.push_back(now_);
  }
  void operator()(const model::Amended& what) {
    now_.amended = signature_;
    now_.reason = what.reason;
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  model::Token retested_since_;
  ReportVersion now_;
  Signature signature_;
};

}  // namespace

node::Decided<model::Sample> amend(journal::Draft& draft, const Amendment& amendment, const model::PersonId& approver,
                                   UtcTime now) {
  auto sample = tables::sample_by_number(draft, amendment.number);
  if (!sample) return refuse("unknown_sample", fmt::format("本站没有编号为 {} 的样品", tidy(amendment.number, 40)));
  if (sample->state != SampleState::approved) {
    return refuse("wrong_state", fmt::format("样品 {} 没有已批准的检验报告，不需要更正", amendment.number));
  }
  if (sample->record != amendment.record) {
    return refuse("stale_record", fmt::format("样品 {} 的报告已变更，请刷新后再更正", amendment.number));
  }
  if (sample->grant.retest) return refuse("retest_is_final", "复检结论为最终结论，复检报告不能更正");
  if (!sample->held.empty()) {
    return refuse("held", fmt::format("异议或复检未结，报告不能更正：{}", sample->held));
  }
  if (amendment.reason.empty()) return refuse("missing_field", "请写明更正的原因，它会印在新的报告上");
  if (!is_tidy(amendment.reason)) return refuse("bad_text", "原因过长（最多200字节）或含有不可打印的字符");
  const std::uint16_t replaced = sample->judged.version;
  sample->version = static_cast<std::uint16_t>(replaced + 1);
  sample->amended = amendment.reason;
  sample->state = SampleState::measuring;
  sample->note = "更正报告：" + amendment.reason;
  sample->disposition.reset();
  tables::note_event(
      draft, *sample, approver,
      model::Amended{
          .number = sample->grant.number, .record = sample->record, .version = replaced, .reason = amendment.reason},
      now);
  tables::put_sample(draft, *sample, SampleState::approved);
  return std::move(*sample);
}

std::vector<ReportVersion> report_versions(const journal::View& store, const model::Sample& sample) {
  Reader reader{sample};
  for (const model::EventPlace& place : sample.history) {
    const auto bytes = session::event_bytes(store, place.incarnation, place.sequence);
    if (!bytes) continue;
    const auto event = wire::decode_event(*bytes);
    if (!event) throw journal::Damage(to_text(event.error()));
    reader.take(*event, crypto::sha256(*bytes));
  }
  return std::move(reader.versions);
}

}  // namespace lab::outbox
