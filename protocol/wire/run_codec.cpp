#include "protocol/wire/fields.hpp"

namespace lab::wire {
namespace {

constexpr auto kind_last = static_cast<model::CheckKind>(model::check_kinds - 1);

void write(schema::RunCheck::Builder to, const model::RunCheck& from) {
  to.setKind(number_of(from.kind));
  to.setFinding(number_of(from.finding));
  to.setReason(number_of(from.reason));
  to.setMethod(as_text(from.method));
  to.setAnalyte(as_text(from.analyte));
  to.setRow(as_text(from.row));
  to.setFigure(as_text(from.figure));
  to.setWindow(as_text(from.window));
  // Only controls have rules.
  if (!from.rules.empty()) to.setRules(as_text(from.rules));
}

model::RunCheck read(schema::RunCheck::Reader from) {
  return {.kind = read_enum(from.getKind(), kind_last, "kind of check"),
          .method = read_text(from.getMethod()),
          .analyte = read_text(from.getAnalyte()),
          .row = read_text(from.getRow()),
          .finding = read_enum(from.getFinding(), model::Finding::failed, "finding"),
          .reason = read_enum(from.getReason(), model::check_reason_last, "reason"),
          .figure = read_text(from.getFigure()),
          .window = read_text(from.getWindow()),
          .rules = read_text(from.getRules())};
}

void write(schema::RunShortage::Builder to, const model::RunShortage& from) {
  to.setKind(number_of(from.kind));
  to.setNeeded(from.needed);
  to.setFound(from.found);
  to.setMethod(as_text(from.method));
  to.setAnalyte(as_text(from.analyte));
}

model::RunShortage read(schema::RunShortage::Reader from) {
  return {.kind = read_enum(from.getKind(), kind_last, "kind of check"),
          .method = read_text(from.getMethod()),
          .analyte = read_text(from.getAnalyte()),
          .needed = from.getNeeded(),
          .found = from.getFound()};
}

}  // namespace

void write(schema::RunAssessed::Builder to, const model::RunAssessed& from) {
  to.setCapture(as_hash(from.capture));
  to.setEdition(as_hash(from.edition));
  to.setInstrument(as_text(from.instrument));
  to.setSamples(from.samples);
  to.setAccepted(from.accepted);
  write_list(to.initChecks(static_cast<unsigned>(from.checks.size())), from.checks,
             [](schema::RunCheck::Builder one, const model::RunCheck& check) { write(one, check); });
  write_list(to.initShortages(static_cast<unsigned>(from.shortages.size())), from.shortages,
             [](schema::RunShortage::Builder one, const model::RunShortage& shortage) { write(one, shortage); });
  to.setUnlisted(from.unlisted);
}

model::RunAssessed read(schema::RunAssessed::Reader from) {
  return {.capture = read_hash(from.getCapture()),
          .edition = read_hash(from.getEdition()),
          .instrument = read_text(from.getInstrument()),
          .samples = from.getSamples(),
          .accepted = from.getAccepted(),
          .checks =
              read_list<model::RunCheck>(from.getChecks(), [](schema::RunCheck::Reader check) { return read(check); }),
          .shortages = read_list<model::RunShortage>(from.getShortages(),
                                                     [](schema::RunShortage::Reader one) { return read(one); }),
          .unlisted = from.getUnlisted()};
}

void write(schema::RunDecided::Builder to, const model::RunDecided& from) {
  to.setCapture(as_hash(from.capture));
  to.setRecord(as_hash(from.record));
  to.setRelease(from.release);
  to.setReason(as_text(from.reason));
}

model::RunDecided read(schema::RunDecided::Reader from) {
  return {.capture = read_hash(from.getCapture()),
          .record = read_hash(from.getRecord()),
          .release = from.getRelease(),
          .reason = read_text(from.getReason())};
}

}  // namespace lab::wire
