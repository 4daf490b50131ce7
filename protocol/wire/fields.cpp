#include "protocol/wire/fields.hpp"

#include <algorithm>

#include "protocol/base/charset.hpp"

namespace lab::wire {

std::string read_text(capnp::Text::Reader text) {
  const BytesView view{text.begin(), text.size()};
  if (view.size() > text_max)
    throw Malformed(fmt::format("a text of {} octets, at most {} are allowed", view.size(), text_max));
  const auto is_control = [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\t' && c != '\n' && c != '\r') || octet == 0x7F;
  };
  if (std::ranges::any_of(view, is_control)) throw Malformed("a text holds a control character");
  if (!is_utf8(view)) throw Malformed("a text is not UTF-8");
  return std::string{view};
}

Bytes read_bytes(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }

Hash read_hash(capnp::Data::Reader data) {
  Hash hash;
  if (data.size() == 0) return hash;
  if (data.size() != hash.octets.size()) throw Malformed(fmt::format("a hash of {} octets", data.size()));
  std::copy(data.begin(), data.end(), hash.octets.begin());
  return hash;
}

model::SampleNumber read_number(capnp::Text::Reader text) {
  if (text.size() == 0) return {};
  const auto number = model::SampleNumber::parse({text.begin(), text.size()});
  if (!number) throw Malformed("a sample number does not carry its check character");
  return *number;
}

Decimal make_decimal(std::int64_t high, std::uint64_t low, std::int8_t exponent) {
  const auto mantissa = static_cast<Decimal::Mantissa>((static_cast<unsigned __int128>(high) << 64) | low);
  constexpr auto bound = [] {
    Decimal::Mantissa power = 1;
    for (int i = 0; i < Decimal::digits_max; ++i) power *= 10;
    return power;
  }();
  if (mantissa >= bound || mantissa <= -bound || exponent < -Decimal::exponent_max)
    throw Malformed("a number out of range");
  return {mantissa, exponent};
}

void write(schema::Decimal::Builder to, const Decimal& from) {
  to.setLow(static_cast<std::uint64_t>(from.mantissa()));
  to.setHigh(static_cast<std::int64_t>(from.mantissa() >> 64));
  to.setExponent(static_cast<std::int8_t>(from.exponent()));
}

Decimal read(schema::Decimal::Reader from) { return make_decimal(from.getHigh(), from.getLow(), from.getExponent()); }

void write(schema::TaskId::Builder to, const model::TaskId& from) {
  to.setPlan(from.plan.value());
  to.setRevision(from.revision);
  to.setNumber(from.number);
}

model::TaskId read(schema::TaskId::Reader from) {
  return {.plan = model::PlanId{from.getPlan()}, .revision = from.getRevision(), .number = from.getNumber()};
}

void write(schema::Token::Builder to, const model::Token& from) {
  to.setGeneration(from.generation);
  to.setCounter(from.counter);
}

model::Token read(schema::Token::Reader from) {
  return {.generation = from.getGeneration(), .counter = from.getCounter()};
}

void write(schema::LotTerms::Builder to, const model::LotTerms& from) {
  to.setSize(from.size);
  to.setLevel(as_text(from.level));
  to.setAql(as_text(from.aql));
}

model::LotTerms read(schema::LotTerms::Reader from) {
  return {.size = from.getSize(), .level = read_text(from.getLevel()), .aql = read_text(from.getAql())};
}

void write(schema::LotOrder::Builder to, const model::LotOrder& from) {
  write(to.initTerms(), from.terms);
  to.setInspection(as_text(from.inspection));
  to.setLetter(as_text(from.letter));
  to.setFinalLetter(as_text(from.final_letter));
  to.setN(from.n);
  to.setAc(from.ac);
  to.setRe(from.re);
  to.setToInspect(from.to_inspect);
}

model::LotOrder read(schema::LotOrder::Reader from) {
  return {.terms = read(from.getTerms()),
          .inspection = read_text(from.getInspection()),
          .letter = read_text(from.getLetter()),
          .final_letter = read_text(from.getFinalLetter()),
          .n = from.getN(),
          .ac = from.getAc(),
          .re = from.getRe(),
          .to_inspect = from.getToInspect()};
}

void write(schema::LotCount::Builder to, const model::LotCount& from) {
  to.setInspected(from.inspected);
  to.setNonconforming(from.nonconforming);
}

model::LotCount read(schema::LotCount::Reader from) {
  return {.inspected = from.getInspected(), .nonconforming = from.getNonconforming()};
}

void write(schema::Grant::Builder to, const model::Grant& from) {
  write(to.initTask(), from.task);
  write(to.initToken(), from.token);
  to.setNumber(as_text(from.number.text()));
  to.setBlindCode(as_text(from.blind_code));
  to.setProgramme(as_text(from.programme.value()));
  to.setCity(from.city.value());
  to.setCounty(from.county.value());
  to.setCategory(as_text(from.category.value()));
  to.setCommodity(as_text(from.commodity));
  to.setStage(number_of(from.stage));
  to.setRound(from.round);
  to.setPanel(as_text(from.panel.value()));
  to.setDue(to_day_number(from.due));
  if (from.lot) write(to.initLot(), *from.lot);
  if (!from.retest) return;
  auto retest = to.initRetest();
  retest.setVersion(from.retest->version);
  retest.setSampledOn(to_day_number(from.retest->sampled_on));
  auto analytes = retest.initAnalytes(static_cast<unsigned>(from.retest->analytes.size()));
  for (unsigned i = 0; i < analytes.size(); ++i) analytes.set(i, as_text(from.retest->analytes[i]));
}

namespace {

std::optional<model::Retest> read_retest(schema::Grant::Reader from) {
  if (!from.hasRetest()) return std::nullopt;
  const auto retest = from.getRetest();
  return model::Retest{.version = retest.getVersion(),
                       .sampled_on = read_date(retest.getSampledOn()),
                       .analytes = read_list<std::string>(retest.getAnalytes(), read_text)};
}

}  // namespace

model::Grant read(schema::Grant::Reader from) {
  return {.task = read(from.getTask()),
          .token = read(from.getToken()),
          .number = read_number(from.getNumber()),
          .blind_code = read_text(from.getBlindCode()),
          .programme = model::ProgrammeCode{read_text(from.getProgramme())},
          .city = model::CityCode{from.getCity()},
          .county = model::CountyCode{from.getCounty()},
          .category = model::CategoryCode{read_text(from.getCategory())},
          .commodity = read_text(from.getCommodity()),
          .stage = read_enum(from.getStage(), model::Stage::catering, "stage"),
          .round = from.getRound(),
          .panel = model::PanelCode{read_text(from.getPanel())},
          .due = read_date(from.getDue()),
          .lot = from.hasLot() ? std::optional{read(from.getLot())} : std::nullopt,
          .retest = read_retest(from)};
}

}  // namespace lab::wire
