#include "protocol/wire/fields.hpp"

namespace lab::wire {
namespace {

void write(schema::Task::Builder to, const model::Task& from) {
  wire::write(to.initId(), from.id);
  to.setProgramme(as_text(from.programme.value()));
  to.setCity(from.city.value());
  to.setCounty(from.county.value());
  to.setCategory(as_text(from.category.value()));
  to.setCommodity(as_text(from.commodity));
  to.setStage(number_of(from.stage));
  to.setRound(from.round);
  to.setPanel(as_text(from.panel.value()));
  to.setDue(to_day_number(from.due));
  to.setNumber(as_text(from.number.text()));
  to.setBlindCode(as_text(from.blind_code));
  to.setState(number_of(from.state));
  to.setLaboratory(from.laboratory.value());
  to.setNode(from.node.value());
  wire::write(to.initToken(), from.token);
  if (from.lot) wire::write(to.initLot(), *from.lot);
  to.setSeries(from.series.value());
  if (from.lot_order) wire::write(to.initLotOrder(), *from.lot_order);
}

model::Task read(schema::Task::Reader from) {
  return {.id = wire::read(from.getId()),
          .programme = model::ProgrammeCode{read_text(from.getProgramme())},
          .city = model::CityCode{from.getCity()},
          .county = model::CountyCode{from.getCounty()},
          .category = model::CategoryCode{read_text(from.getCategory())},
          .commodity = read_text(from.getCommodity()),
          .stage = read_enum(from.getStage(), model::Stage::catering, "stage"),
          .round = from.getRound(),
          .panel = model::PanelCode{read_text(from.getPanel())},
          .due = read_date(from.getDue()),
          .number = read_number(from.getNumber()),
          .blind_code = read_text(from.getBlindCode()),
          .state = read_enum(from.getState(), model::TaskState::cancelled, "state"),
          .laboratory = model::LaboratoryId{from.getLaboratory()},
          .node = model::NodeId{from.getNode()},
          .token = wire::read(from.getToken()),
          .lot = from.hasLot() ? std::optional{wire::read(from.getLot())} : std::nullopt,
          .series = model::SeriesId{from.getSeries()},
          .lot_order = from.hasLotOrder() ? std::optional{wire::read(from.getLotOrder())} : std::nullopt};
}

void write(schema::Laboratory::Builder to, const model::Laboratory& from) {
  to.setId(from.id.value());
  to.setName(as_text(from.name));
  to.setCity(from.city.value());
  to.setCapacity(from.capacity);
  auto panels = to.initPanels(static_cast<unsigned>(from.panels.size()));
  for (unsigned i = 0; i < from.panels.size(); ++i) panels.set(i, as_text(from.panels[i].value()));
}

model::Laboratory read(schema::Laboratory::Reader from) {
  return {.id = model::LaboratoryId{from.getId()},
          .name = read_text(from.getName()),
          .city = model::CityCode{from.getCity()},
          .capacity = from.getCapacity(),
          .panels = read_list<model::PanelCode>(
              from.getPanels(), [](capnp::Text::Reader text) { return model::PanelCode{read_text(text)}; })};
}

void write_former(schema::FormerKeys::Builder to, const model::FormerKeys& from) {
  to.setCurveKey(as_text(from.curve_key));
  to.setSigningKey(as_data(from.signing_key));
  to.setUntil(to_unix_ms(from.until));
  to.setIncarnation(from.incarnation);
  to.setSequence(from.sequence);
}

model::FormerKeys read_former(schema::FormerKeys::Reader from) {
  return {.curve_key = read_text(from.getCurveKey()),
          .signing_key = read_bytes(from.getSigningKey()),
          .until = from_unix_ms(from.getUntil()),
          .incarnation = from.getIncarnation(),
          .sequence = from.getSequence()};
}

void write(schema::NodeEntry::Builder to, const model::NodeEntry& from) {
  to.setId(from.id.value());
  to.setLaboratory(from.laboratory.value());
  to.setName(as_text(from.name));
  to.setCurveKey(as_text(from.curve_key));
  to.setSigningKey(as_data(from.signing_key));
  to.setEnrolledAt(to_unix_ms(from.enrolled));
  to.setRevokedAt(to_unix_ms(from.revoked));
  write_list(to.initFormer(static_cast<unsigned>(from.former.size())), from.former, write_former);
}

model::NodeEntry read(schema::NodeEntry::Reader from) {
  return {.id = model::NodeId{from.getId()},
          .laboratory = model::LaboratoryId{from.getLaboratory()},
          .name = read_text(from.getName()),
          .curve_key = read_text(from.getCurveKey()),
          .signing_key = read_bytes(from.getSigningKey()),
          .enrolled = from_unix_ms(from.getEnrolledAt()),
          .revoked = from_unix_ms(from.getRevokedAt()),
          .former = read_list<model::FormerKeys>(from.getFormer(), read_former)};
}

void write(schema::Ticket::Builder to, const model::Ticket& from) {
  to.setLaboratory(from.laboratory.value());
  to.setName(as_text(from.name));
  to.setExpiresAt(to_unix_ms(from.expires));
  to.setUsedBy(from.used_by.value());
}

model::Ticket read(schema::Ticket::Reader from) {
  return {.laboratory = model::LaboratoryId{from.getLaboratory()},
          .name = read_text(from.getName()),
          .expires = from_unix_ms(from.getExpiresAt()),
          .used_by = model::NodeId{from.getUsedBy()}};
}

void write(schema::PlanEntry::Builder to, const model::PlanEntry& from) {
  to.setId(from.id.value());
  to.setRevision(from.revision);
  to.setYear(from.year);
  to.setTitle(as_text(from.title));
  to.setDue(to_day_number(from.due));
  to.setTasks(from.tasks);
  to.setSource(as_hash(from.source));
}

model::PlanEntry read(schema::PlanEntry::Reader from) {
  return {.id = model::PlanId{from.getId()},
          .revision = from.getRevision(),
          .year = from.getYear(),
          .title = read_text(from.getTitle()),
          .due = read_date(from.getDue()),
          .tasks = from.getTasks(),
          .source = read_hash(from.getSource())};
}

void write(schema::ResultEntry::Builder to, const model::ResultEntry& from) {
  to.setNode(from.node.value());
  to.setIncarnation(from.incarnation);
  to.setJudgedAt(from.judged_at);
  to.setRecord(as_hash(from.record));
  to.setAnalyst(as_text(from.analyst.value()));
  to.setJudgedFor(to_day_number(from.judged_for));
  to.setVersion(from.version);
  to.setOutcome(number_of(from.outcome));
  to.setReviewer(as_text(from.reviewer.value()));
  to.setCountedVersion(from.counted_version);
  to.setFirstOutcome(number_of(from.first_outcome));
  to.setFinalOutcome(number_of(from.final_outcome));
  to.setMonth(from.month);
  write_list(to.initFailed(static_cast<unsigned>(from.failed.size())), from.failed,
             [](schema::ItemVerdict::Builder one, const model::ItemVerdict& item) { wire::write(one, item); });
  if (from.lot) wire::write(to.initLot(), *from.lot);
}

model::ResultEntry read(schema::ResultEntry::Reader from) {
  constexpr auto last_outcome = model::SampleOutcome::problem;
  return {.node = model::NodeId{from.getNode()},
          .incarnation = from.getIncarnation(),
          .judged_at = from.getJudgedAt(),
          .record = read_hash(from.getRecord()),
          .analyst = model::PersonId{read_text(from.getAnalyst())},
          .judged_for = read_date(from.getJudgedFor()),
          .version = from.getVersion(),
          .outcome = read_enum(from.getOutcome(), last_outcome, "outcome"),
          .reviewer = model::PersonId{read_text(from.getReviewer())},
          .counted_version = from.getCountedVersion(),
          .first_outcome = read_enum(from.getFirstOutcome(), last_outcome, "outcome"),
          .final_outcome = read_enum(from.getFinalOutcome(), last_outcome, "outcome"),
          .month = from.getMonth(),
          .failed = read_list<model::ItemVerdict>(from.getFailed(),
                                                  [](schema::ItemVerdict::Reader one) { return wire::read(one); }),
          .lot = from.hasLot() ? std::optional{wire::read(from.getLot())} : std::nullopt};
}

constexpr std::uint8_t no_disposition = 255;

void write(schema::Sample::Builder to, const model::Sample& from) {
  wire::write(to.initGrant(), from.grant);
  to.setState(number_of(from.state));
  if (!from.sampled.number.empty()) wire::write(to.initSampled(), from.sampled);
  to.setSampler(as_text(from.sampler.value()));
  if (!from.received.number.empty()) wire::write(to.initReceived(), from.received);
  write_list(to.initMeasured(static_cast<unsigned>(from.measured.size())), from.measured,
             [](schema::Measured::Builder one, const model::Measured& measured) { wire::write(one, measured); });
  if (!from.judged.number.empty()) wire::write(to.initJudged(), from.judged);
  to.setRecord(as_hash(from.record));
  to.setAnalyst(as_text(from.analyst.value()));
  if (!from.reviewed.number.empty()) wire::write(to.initReviewed(), from.reviewed);
  to.setReviewer(as_text(from.reviewer.value()));
  to.setApprover(as_text(from.approver.value()));
  to.setDisposition(from.disposition ? number_of(*from.disposition) : no_disposition);
  write_list(to.initHistory(static_cast<unsigned>(from.history.size())), from.history,
             [](schema::EventPlace::Builder one, const model::EventPlace& place) {
               one.setIncarnation(place.incarnation);
               one.setSequence(place.sequence);
             });
  to.setEdition(as_hash(from.edition));
  to.setNote(as_text(from.note));
  if (from.lot) wire::write(to.initLot(), *from.lot);
  to.setReceiver(as_text(from.receiver.value()));
  to.setReceivedAt(to_unix_ms(from.received_at));
  if (!from.former.empty()) {
    auto former = to.initFormer(static_cast<unsigned>(from.former.size()));
    for (unsigned i = 0; i < from.former.size(); ++i) former.set(i, as_text(from.former[i].text()));
  }
  to.setHeld(as_text(from.held));
  to.setVersion(from.version);
  to.setAmended(as_text(from.amended));
  if (!from.disposed.empty()) {
    write_list(to.initDisposed(static_cast<unsigned>(from.disposed.size())), from.disposed,
               [](schema::DisposedCopy::Builder one, const model::DisposedCopy& copy) {
                 wire::write(one.initWhat(), copy.what);
                 one.setPerson(as_text(copy.person.value()));
                 one.setAt(to_unix_ms(copy.at));
               });
  }
  if (from.further.empty()) return;
  write_list(to.initFurther(static_cast<unsigned>(from.further.size())), from.further,
             [](schema::ReceivedCopy::Builder one, const model::ReceivedCopy& copy) {
               wire::write(one.initWhat(), copy.what);
               one.setReceiver(as_text(copy.receiver.value()));
               one.setAt(to_unix_ms(copy.at));
             });
}

model::Sample read(schema::Sample::Reader from) {
  model::Sample sample;
  sample.grant = wire::read(from.getGrant());
  sample.state = read_enum(from.getState(), model::SampleState::revoked, "state");
  if (from.hasSampled()) sample.sampled = wire::read(from.getSampled());
  sample.sampler = model::PersonId{read_text(from.getSampler())};
  if (from.hasReceived()) sample.received = wire::read(from.getReceived());
  sample.measured =
      read_list<model::Measured>(from.getMeasured(), [](schema::Measured::Reader one) { return wire::read(one); });
  if (from.hasJudged()) sample.judged = wire::read(from.getJudged());
  sample.record = read_hash(from.getRecord());
  sample.analyst = model::PersonId{read_text(from.getAnalyst())};
  if (from.hasReviewed()) sample.reviewed = wire::read(from.getReviewed());
  sample.reviewer = model::PersonId{read_text(from.getReviewer())};
  sample.approver = model::PersonId{read_text(from.getApprover())};
  if (from.getDisposition() != no_disposition) {
    sample.disposition = read_enum(from.getDisposition(), model::Disposition::quarantined, "disposition");
  }
  sample.history = read_list<model::EventPlace>(from.getHistory(), [](schema::EventPlace::Reader one) {
    return model::EventPlace{.incarnation = one.getIncarnation(), .sequence = one.getSequence()};
  });
  sample.edition = read_hash(from.getEdition());
  sample.note = read_text(from.getNote());
  if (from.hasLot()) sample.lot = wire::read(from.getLot());
  sample.receiver = model::PersonId{read_text(from.getReceiver())};
  sample.received_at = from_unix_ms(from.getReceivedAt());
  sample.further = read_list<model::ReceivedCopy>(from.getFurther(), [](schema::ReceivedCopy::Reader one) {
    return model::ReceivedCopy{.what = wire::read(one.getWhat()),
                               .receiver = model::PersonId{read_text(one.getReceiver())},
                               .at = from_unix_ms(one.getAt())};
  });
  sample.former = read_list<model::SampleNumber>(from.getFormer(), read_number);
  sample.held = read_text(from.getHeld());
  sample.version = from.getVersion();
  sample.amended = read_text(from.getAmended());
  sample.disposed = read_list<model::DisposedCopy>(from.getDisposed(), [](schema::DisposedCopy::Reader one) {
    return model::DisposedCopy{.what = wire::read(one.getWhat()),
                               .person = model::PersonId{read_text(one.getPerson())},
                               .at = from_unix_ms(one.getAt())};
  });
  return sample;
}

void write(schema::CaptureEntry::Builder to, const model::CaptureEntry& from) {
  to.setInstrument(as_text(from.instrument));
  to.setPort(as_text(from.port));
  to.setReceivedAt(to_unix_ms(from.received));
  to.setOctets(from.octets);
  to.setProfile(as_text(from.profile));
  to.setObservations(from.observations);
  to.setTaken(from.taken);
  to.setChecks(from.checks);
  to.setQuarantined(from.quarantined);
  to.setRefused(as_text(from.refused));
  to.setPerson(as_text(from.person.value()));
  to.setSample(as_text(from.sample));
  to.setReading(as_text(from.reading));
  to.setSame(from.same);
  to.setSupporting(from.supporting);
}

model::CaptureEntry read(schema::CaptureEntry::Reader from) {
  return {.instrument = read_text(from.getInstrument()),
          .port = read_text(from.getPort()),
          .received = from_unix_ms(from.getReceivedAt()),
          .octets = from.getOctets(),
          .profile = read_text(from.getProfile()),
          .observations = from.getObservations(),
          .taken = from.getTaken(),
          .checks = from.getChecks(),
          .quarantined = from.getQuarantined(),
          .refused = read_text(from.getRefused()),
          .person = model::PersonId{read_text(from.getPerson())},
          .sample = read_text(from.getSample()),
          .reading = read_text(from.getReading()),
          .same = from.getSame(),
          .supporting = from.getSupporting()};
}

void write(schema::QuarantineEntry::Builder to, const model::QuarantineEntry& from) {
  to.setCapture(as_hash(from.capture));
  to.setOffset(from.offset);
  to.setReason(as_text(from.reason));
  to.setSampleId(as_text(from.sample_id));
  to.setAnalyte(as_text(from.analyte));
  to.setValue(as_text(from.value));
  to.setUnit(as_text(from.unit));
  to.setState(number_of(from.state));
  to.setAt(to_unix_ms(from.at));
  to.setDecidedBy(as_text(from.decided_by.value()));
  to.setDecision(as_text(from.decision));
  if (from.number) wire::write(to.initNumber(), *from.number);
  to.setComparator(number_of(from.comparator));
  to.setDevice(as_text(from.device));
}

model::QuarantineEntry read(schema::QuarantineEntry::Reader from) {
  return {.capture = read_hash(from.getCapture()),
          .offset = from.getOffset(),
          .reason = read_text(from.getReason()),
          .sample_id = read_text(from.getSampleId()),
          .analyte = read_text(from.getAnalyte()),
          .value = read_text(from.getValue()),
          .unit = read_text(from.getUnit()),
          .state = read_enum(from.getState(), model::ValueState::invalid, "state"),
          .at = from_unix_ms(from.getAt()),
          .decided_by = model::PersonId{read_text(from.getDecidedBy())},
          .decision = read_text(from.getDecision()),
          .number = from.hasNumber() ? std::optional{wire::read(from.getNumber())} : std::nullopt,
          .comparator = read_enum(from.getComparator(), model::Comparator::greater_or_equal, "comparator"),
          .device = read_text(from.getDevice())};
}

void write(schema::RunEntry::Builder to, const model::RunEntry& from) {
  wire::write(to.initAssessed(), from.assessed);
  to.setAnalyst(as_text(from.analyst.value()));
  to.setAt(to_unix_ms(from.at));
  to.setRecord(as_hash(from.record));
  if (from.reviewer.value().empty()) return;
  to.setReviewer(as_text(from.reviewer.value()));
  wire::write(to.initDecided(), from.decided);
  to.setDecidedAt(to_unix_ms(from.decided_at));
}

model::RunEntry read(schema::RunEntry::Reader from) {
  model::RunEntry run{.assessed = wire::read(from.getAssessed()),
                      .analyst = model::PersonId{read_text(from.getAnalyst())},
                      .at = from_unix_ms(from.getAt()),
                      .record = read_hash(from.getRecord()),
                      .reviewer = model::PersonId{read_text(from.getReviewer())}};
  if (from.hasDecided()) run.decided = wire::read(from.getDecided());
  run.decided_at = from_unix_ms(from.getDecidedAt());
  return run;
}

void write(schema::FormFields::Builder to, const std::vector<model::FormField>& from) {
  wire::write(to.initFields(static_cast<unsigned>(from.size())), from);
}

std::vector<model::FormField> read(schema::FormFields::Reader from) { return wire::read(from.getFields()); }

// Those of the other files of this folder beside those above.
using wire::read;
using wire::write;

template <class Root, class Record>
Bytes encode_packed(const Record& record) {
  capnp::MallocMessageBuilder builder(512);
  write(builder.initRoot<Root>(), record);
  return pack(flatten(builder));
}

template <class Root, class Record>
Result<Record> decode_packed(BytesView packed, const char* what) {
  auto flat = unpack(packed);
  if (!flat) return fail(std::move(flat));
  Record record;
  auto good = with_reader(*flat, what, [&](capnp::MessageReader& reader) { record = read(reader.getRoot<Root>()); });
  if (!good) return fail(std::move(good));
  return record;
}

}  // namespace

Bytes encode_record(const model::Task& task) { return encode_packed<schema::Task>(task); }
Bytes encode_record(const model::Laboratory& laboratory) { return encode_packed<schema::Laboratory>(laboratory); }
Bytes encode_record(const model::NodeEntry& node) { return encode_packed<schema::NodeEntry>(node); }
Bytes encode_record(const model::Ticket& ticket) { return encode_packed<schema::Ticket>(ticket); }
Bytes encode_record(const model::PlanEntry& plan) { return encode_packed<schema::PlanEntry>(plan); }
Bytes encode_record(const model::ResultEntry& result) { return encode_packed<schema::ResultEntry>(result); }
Bytes encode_record(const model::Sample& sample) { return encode_packed<schema::Sample>(sample); }
Bytes encode_record(const model::CaptureEntry& capture) { return encode_packed<schema::CaptureEntry>(capture); }
Bytes encode_record(const model::QuarantineEntry& entry) { return encode_packed<schema::QuarantineEntry>(entry); }
Bytes encode_record(const model::RunEntry& run) { return encode_packed<schema::RunEntry>(run); }
Bytes encode_record(const std::vector<model::FormField>& fields) { return encode_packed<schema::FormFields>(fields); }
Bytes encode_record(const model::TrayEntry& entry) { return encode_packed<schema::TrayEntry>(entry); }

template <>
Result<model::Task> decode_record(BytesView packed) {
  return decode_packed<schema::Task, model::Task>(packed, "task record");
}
template <>
Result<model::Laboratory> decode_record(BytesView packed) {
  return decode_packed<schema::Laboratory, model::Laboratory>(packed, "laboratory record");
}
template <>
Result<model::NodeEntry> decode_record(BytesView packed) {
  return decode_packed<schema::NodeEntry, model::NodeEntry>(packed, "node record");
}
template <>
Result<model::Ticket> decode_record(BytesView packed) {
  return decode_packed<schema::Ticket, model::Ticket>(packed, "ticket record");
}
template <>
Result<model::PlanEntry> decode_record(BytesView packed) {
  return decode_packed<schema::PlanEntry, model::PlanEntry>(packed, "plan record");
}
template <>
Result<model::ResultEntry> decode_record(BytesView packed) {
  return decode_packed<schema::ResultEntry, model::ResultEntry>(packed, "result record");
}
template <>
Result<model::Sample> decode_record(BytesView packed) {
  return decode_packed<schema::Sample, model::Sample>(packed, "sample record");
}
template <>
Result<model::CaptureEntry> decode_record(BytesView packed) {
  return decode_packed<schema::CaptureEntry, model::CaptureEntry>(packed, "capture record");
}
template <>
Result<model::QuarantineEntry> decode_record(BytesView packed) {
  return decode_packed<schema::QuarantineEntry, model::QuarantineEntry>(packed, "quarantine record");
}
template <>
Result<model::RunEntry> decode_record(BytesView packed) {
  return decode_packed<schema::RunEntry, model::RunEntry>(packed, "run record");
}
template <>
Result<std::vector<model::FormField>> decode_record(BytesView packed) {
  return decode_packed<schema::FormFields, std::vector<model::FormField>>(packed, "form fields record");
}
template <>
Result<model::TrayEntry> decode_record(BytesView packed) {
  return decode_packed<schema::TrayEntry, model::TrayEntry>(packed, "tray record");
}

}  // namespace lab::wire
