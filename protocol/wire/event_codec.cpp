#include <algorithm>
#include <limits>

#include "protocol/base/check.hpp"

#include "protocol/wire/fields.hpp"

namespace lab::wire {
namespace {

using model::Comparator;
using model::ReadValue;
using model::ValueState;

constexpr std::size_t units_max = 255;  // the index is one octet

bool fits_64_bits(Decimal::Mantissa mantissa) {
  return mantissa >= std::numeric_limits<std::int64_t>::min() && mantissa <= std::numeric_limits<std::int64_t>::max();
}

void write_wide(schema::Wide::Builder to, const ReadValue& value) {
  to.setText(as_text(value.text));
  wire::write(to.initNumber(), *value.number);
}

void write_value(schema::Determination::Builder to, const ReadValue& value) {
  to.setState(number_of(value.state));
  to.setComparator(number_of(value.comparator));
  auto written = to.initWritten();
  if (!value.number) {
    if (value.text.empty()) {
      written.setNothing();
    } else {
      written.setWord(as_text(value.text));
    }
    return;
  }
  if (!fits_64_bits(value.number->mantissa())) {
    write_wide(written.initWide(), value);
    return;
  }
  to.setMantissa(static_cast<std::int64_t>(value.number->mantissa()));
  to.setExponent(static_cast<std::int8_t>(value.number->exponent()));
  if (value.number->to_text() == value.text) {
    written.setPlain();
  } else {
    written.setText(as_text(value.text));
  }
}

ReadValue read_value(schema::Determination::Reader from) {
  ReadValue value;
  value.state = read_enum(from.getState(), ValueState::invalid, "state");
  value.comparator = read_enum(from.getComparator(), Comparator::greater_or_equal, "comparator");
  const auto written = from.getWritten();
  const auto number = [&] {
    const std::int64_t mantissa = from.getMantissa();
    return make_decimal(mantissa < 0 ? -1 : 0, static_cast<std::uint64_t>(mantissa), from.getExponent());
  };
  using Written = schema::Determination::Written;
  switch (written.which()) {
    case Written::NOTHING:
      return value;
    case Written::PLAIN:
      value.number = number();
      value.text = value.number->to_text();
      return value;
    case Written::WORD:
      value.text = read_text(written.getWord());
      return value;
    case Written::TEXT:
      value.number = number();
      value.text = read_text(written.getText());
      return value;
    case Written::WIDE: {
      const auto wide = written.getWide();
      value.text = read_text(wide.getText());
      value.number = wire::read(wide.getNumber());
      return value;
    }
  }
  throw Malformed("a value written in an unknown way");
}

std::vector<std::string> units_of(const std::vector<model::Determination>& determinations) {
  std::vector<std::string> units;
  for (const auto& determination : determinations) {
    if (std::ranges::find(units, determination.unit) == units.end()) units.push_back(determination.unit);
  }
  LAB_CHECK(units.size() <= units_max);
  return units;
}

}  // namespace

void write(capnp::List<schema::FormField>::Builder to, const std::vector<model::FormField>& from) {
  write_list(to, from, [](schema::FormField::Builder one, const model::FormField& field) {
    one.setCode(as_text(field.code));
    one.setValue(as_text(field.value));
  });
}

std::vector<model::FormField> read(capnp::List<schema::FormField>::Reader from) {
  return read_list<model::FormField>(from, [](schema::FormField::Reader one) {
    return model::FormField{.code = read_text(one.getCode()), .value = read_text(one.getValue())};
  });
}

void write(schema::Sampled::Builder to, const model::Sampled& from) {
  to.setNumber(as_text(from.number.text()));
  to.setSampledOn(to_day_number(from.sampled_on));
  to.setSampleName(as_text(from.sample_name));
  to.setQuantity(as_text(from.quantity));
  to.setReserve(as_text(from.reserve));
  to.setStorage(as_text(from.storage));
  to.setSecondSampler(as_text(from.second_sampler));
  if (!from.official_number.empty()) to.setOfficialNumber(as_text(from.official_number));
  if (!from.fields.empty()) write(to.initFields(static_cast<unsigned>(from.fields.size())), from.fields);
}

model::Sampled read(schema::Sampled::Reader from) {
  return {.number = read_number(from.getNumber()),
          .sampled_on = read_date(from.getSampledOn()),
          .sample_name = read_text(from.getSampleName()),
          .quantity = read_text(from.getQuantity()),
          .reserve = read_text(from.getReserve()),
          .storage = read_text(from.getStorage()),
          .second_sampler = read_text(from.getSecondSampler()),
          .official_number = read_text(from.getOfficialNumber()),
          .fields = read(from.getFields())};
}

void write(schema::Received::Builder to, const model::Received& from) {
  to.setNumber(as_text(from.number.text()));
  to.setPhoto(as_hash(from.photo));
  to.setReader(as_text(from.reader));
  to.setCondition(as_text(from.condition));
  to.setCopy(from.copy);
  to.setCode(as_text(from.code));
  to.setPrintedIs(number_of(from.printed_is));
  to.setPrinted(as_text(from.printed));
  to.setStatus(number_of(from.status));
  to.setSeal(number_of(from.seal));
  to.setSealPhoto(as_hash(from.seal_photo));
  to.setThumbnail(as_hash(from.thumbnail));
  to.setCaptured(to_unix_ms(from.captured));
  to.setDevice(as_text(from.device));
  to.setAccepted(as_text(from.accepted));
  to.setReason(as_text(from.reason));
}

model::Received read(schema::Received::Reader from) {
  if (from.getCopy() == 0) throw Malformed("copies are counted from 1");
  return {.number = read_number(from.getNumber()),
          .photo = read_hash(from.getPhoto()),
          .reader = read_text(from.getReader()),
          .condition = read_text(from.getCondition()),
          .copy = from.getCopy(),
          .code = read_text(from.getCode()),
          .printed_is = read_enum(from.getPrintedIs(), model::PrintedNumber::unreadable, "printed number"),
          .printed = read_text(from.getPrinted()),
          .status = read_enum(from.getStatus(), model::StatusBox::retained, "status box"),
          .seal = read_enum(from.getSeal(), model::Seal::broken, "seal"),
          .seal_photo = read_hash(from.getSealPhoto()),
          .thumbnail = read_hash(from.getThumbnail()),
          .captured = from_unix_ms(from.getCaptured()),
          .device = read_text(from.getDevice()),
          .accepted = read_text(from.getAccepted()),
          .reason = read_text(from.getReason())};
}

void write(schema::Disposed::Builder to, const model::Disposed& from) {
  to.setNumber(as_text(from.number.text()));
  to.setCopy(from.copy);
  to.setWay(number_of(from.way));
  to.setReason(as_text(from.reason));
  to.setWitness(as_text(from.witness));
}

model::Disposed read(schema::Disposed::Reader from) {
  if (from.getCopy() == 0) throw Malformed("copies are counted from 1");
  return {.number = read_number(from.getNumber()),
          .copy = from.getCopy(),
          .way = read_enum(from.getWay(), model::disposal_way_last, "way of disposal"),
          .reason = read_text(from.getReason()),
          .witness = read_text(from.getWitness())};
}

void write(schema::Measured::Builder to, const model::Measured& from) {
  to.setNumber(as_text(from.number.text()));
  to.setCapture(as_hash(from.capture));
  to.setInstrument(as_text(from.instrument));
  to.setProfile(as_text(from.profile));
  const auto units = units_of(from.determinations);
  auto unit_list = to.initUnits(static_cast<unsigned>(units.size()));
  for (unsigned i = 0; i < units.size(); ++i) unit_list.set(i, as_text(units[i]));
  write_list(to.initDeterminations(static_cast<unsigned>(from.determinations.size())), from.determinations,
             [&](schema::Determination::Builder one, const model::Determination& determination) {
               one.setItem(determination.item);
               one.setUnit(static_cast<std::uint8_t>(std::ranges::find(units, determination.unit) - units.begin()));
               write_value(one, determination.value);
             });
  // An empty text is not written: results, by far the most, take no octet for it.
  if (!from.reading.empty()) to.setReading(as_text(from.reading));
  to.setPortion(from.portion);
}

model::Measured read(schema::Measured::Reader from) {
  const auto units = read_list<std::string>(from.getUnits(), read_text);
  if (from.getPortion() == 0) throw Malformed("portions are counted from 1");
  return {.number = read_number(from.getNumber()),
          .capture = read_hash(from.getCapture()),
          .instrument = read_text(from.getInstrument()),
          .profile = read_text(from.getProfile()),
          .determinations = read_list<model::Determination>(
              from.getDeterminations(),
              [&](schema::Determination::Reader one) -> model::Determination {
                if (one.getUnit() >= units.size()) throw Malformed("a determination names a unit that is not listed");
                return {.item = one.getItem(), .value = read_value(one), .unit = units[one.getUnit()]};
              }),
          .reading = read_text(from.getReading()),
          .portion = from.getPortion()};
}

void write(schema::ItemVerdict::Builder to, const model::ItemVerdict& from) {
  to.setItem(from.item);
  to.setOutcome(number_of(from.outcome));
  to.setReason(number_of(from.reason));
  to.setLimitRow(from.limit_row);
}

model::ItemVerdict read(schema::ItemVerdict::Reader from) {
  return {.item = from.getItem(),
          .outcome = read_enum(from.getOutcome(), model::ItemOutcome::conditional_fail, "outcome"),
          .reason = read_enum(from.getReason(), model::reason_last, "reason"),
          .limit_row = from.getLimitRow()};
}

void write(schema::Judged::Builder to, const model::Judged& from) {
  to.setNumber(as_text(from.number.text()));
  to.setEdition(as_hash(from.edition));
  to.setJudgedFor(to_day_number(from.judged_for));
  to.setVersion(from.version);
  to.setOutcome(number_of(from.outcome));
  write_list(to.initItems(static_cast<unsigned>(from.items.size())), from.items,
             [](schema::ItemVerdict::Builder one, const model::ItemVerdict& item) { write(one, item); });
  if (from.lot) write(to.initLot(), *from.lot);
}

model::Judged read(schema::Judged::Reader from) {
  return {.number = read_number(from.getNumber()),
          .edition = read_hash(from.getEdition()),
          .judged_for = read_date(from.getJudgedFor()),
          .version = from.getVersion(),
          .outcome = read_enum(from.getOutcome(), model::SampleOutcome::problem, "outcome"),
          .items =
              read_list<model::ItemVerdict>(from.getItems(), [](schema::ItemVerdict::Reader one) { return read(one); }),
          .lot = from.hasLot() ? std::optional{read(from.getLot())} : std::nullopt};
}

void write(schema::Reviewed::Builder to, const model::Reviewed& from) {
  to.setNumber(as_text(from.number.text()));
  to.setRecord(as_hash(from.record));
  to.setAgreed(from.agreed);
  to.setNote(as_text(from.note));
}

model::Reviewed read(schema::Reviewed::Reader from) {
  return {.number = read_number(from.getNumber()),
          .record = read_hash(from.getRecord()),
          .agreed = from.getAgreed(),
          .note = read_text(from.getNote())};
}

namespace {

void write(schema::Approved::Builder to, const model::Approved& from) {
  to.setNumber(as_text(from.number.text()));
  to.setRecord(as_hash(from.record));
  to.setReviewer(as_text(from.reviewer.value()));
  to.setVersion(from.version);
  to.setOutcome(number_of(from.outcome));
  to.setSignature(as_data(from.signature));
}

model::Approved read(schema::Approved::Reader from) {
  return {.number = read_number(from.getNumber()),
          .record = read_hash(from.getRecord()),
          .reviewer = model::PersonId{read_text(from.getReviewer())},
          .version = from.getVersion(),
          .outcome = read_enum(from.getOutcome(), model::SampleOutcome::problem, "outcome"),
          .signature = read_bytes(from.getSignature())};
}

void write(schema::LotInspected::Builder to, const model::LotInspected& from) {
  to.setNumber(as_text(from.number.text()));
  wire::write(to.initCount(), from.count);
}

model::LotInspected read(schema::LotInspected::Reader from) {
  return {.number = read_number(from.getNumber()), .count = wire::read(from.getCount())};
}

void write(schema::Declined::Builder to, const model::Declined& from) {
  to.setReason(as_text(from.reason));
  to.setKind(number_of(from.kind));
  to.setCause(as_text(from.cause));
  to.setSecondSampler(as_text(from.second_sampler));
  auto witnesses = to.initWitnesses(static_cast<unsigned>(from.witnesses.size()));
  for (unsigned i = 0; i < from.witnesses.size(); ++i) witnesses.set(i, as_text(from.witnesses[i]));
  auto photos = to.initPhotos(static_cast<unsigned>(from.photos.size()));
  for (unsigned i = 0; i < from.photos.size(); ++i) photos.set(i, as_hash(from.photos[i]));
}

model::Declined read(schema::Declined::Reader from) {
  return {.reason = read_text(from.getReason()),
          .kind = read_enum(from.getKind(), model::decline_kind_last, "kind of declining"),
          .cause = read_text(from.getCause()),
          .second_sampler = read_text(from.getSecondSampler()),
          .witnesses = read_list<std::string>(from.getWitnesses(), read_text),
          .photos = read_list<Hash>(from.getPhotos(), read_hash)};
}

void write(schema::Amended::Builder to, const model::Amended& from) {
  to.setNumber(as_text(from.number.text()));
  to.setRecord(as_hash(from.record));
  to.setVersion(from.version);
  to.setReason(as_text(from.reason));
}

model::Amended read(schema::Amended::Reader from) {
  return {.number = read_number(from.getNumber()),
          .record = read_hash(from.getRecord()),
          .version = from.getVersion(),
          .reason = read_text(from.getReason())};
}

void write(schema::Forked::Builder to, const model::Forked& from) {
  to.setIncarnation(from.incarnation);
  to.setSequence(from.sequence);
  to.setHash(as_hash(from.hash));
  to.setEvent(as_data(from.event));
}

model::Forked read(schema::Forked::Reader from) {
  return {.incarnation = from.getIncarnation(),
          .sequence = from.getSequence(),
          .hash = read_hash(from.getHash()),
          .event = read_bytes(from.getEvent())};
}

void write(schema::KeysReplaced::Builder to, const model::KeysReplaced& from) {
  to.setCurveKey(as_text(from.curve_key));
  to.setSigningKey(as_data(from.signing_key));
  to.setFormer(as_data(from.former));
  to.setPossession(as_data(from.possession));
}

model::KeysReplaced read(schema::KeysReplaced::Reader from) {
  return {.curve_key = read_text(from.getCurveKey()),
          .signing_key = read_bytes(from.getSigningKey()),
          .former = read_bytes(from.getFormer()),
          .possession = read_bytes(from.getPossession())};
}

// One overload per kind of happening: the compiler lists a forgotten one.
struct WriteHappening {
  schema::Event::Builder to;
  void operator()(const model::Sampled& what) { wire::write(to.initSampled(), what); }
  void operator()(const model::Received& what) { wire::write(to.initReceived(), what); }
  void operator()(const model::Measured& what) { wire::write(to.initMeasured(), what); }
  void operator()(const model::Judged& what) { wire::write(to.initJudged(), what); }
  void operator()(const model::Reviewed& what) { wire::write(to.initReviewed(), what); }
  void operator()(const model::Approved& what) { write(to.initApproved(), what); }
  void operator()(const model::Declined& what) { write(to.initNotSampled(), what); }
  void operator()(const model::Incident& what) { to.setIncident(as_text(what.what)); }
  void operator()(const model::LotInspected& what) { write(to.initLotInspected(), what); }
  void operator()(const model::RunAssessed& what) { wire::write(to.initRunAssessed(), what); }
  void operator()(const model::RunDecided& what) { wire::write(to.initRunDecided(), what); }
  void operator()(const model::Renumbered& what) { wire::write(to.initRenumbered(), what); }
  void operator()(const model::SerialsWanted& what) { wire::write(to.initSerialsWanted(), what); }
  void operator()(const model::Forked& what) { write(to.initForked(), what); }
  void operator()(const model::Disposed& what) { wire::write(to.initDisposed(), what); }
  void operator()(const model::Amended& what) { write(to.initAmended(), what); }
  void operator()(const model::KeysReplaced& what) { write(to.initKeysReplaced(), what); }
};

model::Happening read_happening(schema::Event::Reader from) {
  switch (from.which()) {
    case schema::Event::SAMPLED:
      return wire::read(from.getSampled());
    case schema::Event::RECEIVED:
      return wire::read(from.getReceived());
    case schema::Event::MEASURED:
      return wire::read(from.getMeasured());
    case schema::Event::JUDGED:
      return wire::read(from.getJudged());
    case schema::Event::REVIEWED:
      return wire::read(from.getReviewed());
    case schema::Event::APPROVED:
      return read(from.getApproved());
    case schema::Event::DECLINED:
      return model::Declined{.reason = read_text(from.getDeclined())};
    case schema::Event::INCIDENT:
      return model::Incident{read_text(from.getIncident())};
    case schema::Event::LOT_INSPECTED:
      return read(from.getLotInspected());
    case schema::Event::RUN_ASSESSED:
      return wire::read(from.getRunAssessed());
    case schema::Event::RUN_DECIDED:
      return wire::read(from.getRunDecided());
    case schema::Event::RENUMBERED:
      return wire::read(from.getRenumbered());
    case schema::Event::SERIALS_WANTED:
      return wire::read(from.getSerialsWanted());
    case schema::Event::FORKED:
      return read(from.getForked());
    case schema::Event::NOT_SAMPLED:
      return read(from.getNotSampled());
    case schema::Event::DISPOSED:
      return wire::read(from.getDisposed());
    case schema::Event::AMENDED:
      return read(from.getAmended());
    case schema::Event::KEYS_REPLACED:
      return read(from.getKeysReplaced());
  }
  throw Malformed("an event of a kind unknown here; it is from a newer version");
}

void write(schema::Event::Builder to, const model::Event& from) {
  to.setNode(from.node.value());
  to.setIncarnation(from.incarnation);
  to.setSequence(from.sequence);
  to.setAt(to_unix_ms(from.at));
  to.setPlan(from.task.plan.value());
  to.setRevision(from.task.revision);
  to.setTask(from.task.number);
  to.setGeneration(from.token.generation);
  to.setToken(from.token.counter);
  to.setPrevious(as_hash(from.previous));
  to.setPerson(as_text(from.person.value()));
  std::visit(WriteHappening{to}, from.what);
}

model::Event read(schema::Event::Reader from) {
  return {.node = model::NodeId{from.getNode()},
          .incarnation = from.getIncarnation(),
          .sequence = from.getSequence(),
          .previous = read_hash(from.getPrevious()),
          .at = from_unix_ms(from.getAt()),
          .task = {.plan = model::PlanId{from.getPlan()}, .revision = from.getRevision(), .number = from.getTask()},
          .token = {.generation = from.getGeneration(), .counter = from.getToken()},
          .person = model::PersonId{read_text(from.getPerson())},
          .what = read_happening(from)};
}

}  // namespace

Bytes encode(const model::Event& event) {
  capnp::MallocMessageBuilder builder(512);
  write(builder.initRoot<schema::Event>(), event);
  return flatten(builder);
}

Result<model::Event> decode_event(BytesView flat) {
  if (flat.size() > event_max) {
    return fail(ErrorCode::too_large,
                fmt::format("an event of {} octets, at most {} are allowed", flat.size(), event_max));
  }
  model::Event event;
  auto good =
      with_reader(flat, "event", [&](capnp::MessageReader& reader) { event = read(reader.getRoot<schema::Event>()); });
  if (!good) return fail(std::move(good));
  return event;
}

}  // namespace lab::wire
