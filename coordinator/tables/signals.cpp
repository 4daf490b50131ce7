#include "coordinator/tables/signals.hpp"

#include <algorithm>
#include <array>

#include "coordinator/tables/enterprises.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr std::array kind_names{"injury", "risk"};
constexpr std::array state_names{"received", "dismissed", "watched", "planned"};

// Stored days are never below zero, so that their order is that of their octets.
constexpr std::int32_t day_offset = 1'000'000;

Bytes record_key(SignalId id) { return Fields{letter::signal}.add(BytesView{"r"}).add(id).bytes(); }
Bytes count_key() { return Fields{letter::signal}.add(BytesView{"z"}).bytes(); }
Bytes place_prefix() { return Fields{letter::signal}.add(BytesView{"g"}).bytes(); }

Bytes source_key(std::string_view source, std::string_view id) {
  Fields both;
  add_short_text(both, source);
  add_short_text(both, id);
  return Fields{letter::signal}.add(BytesView{"i"}).add(crypto::sha256(both.bytes())).bytes();
}

Hash about(const SignalReport& report) {
  Fields both;
  add_long_text(both, name_key(report.product));
  add_long_text(both, name_key(report.maker));
  return crypto::sha256(both.bytes());
}

std::uint32_t stored_day(CivilDate date) { return static_cast<std::uint32_t>(to_day_number(date) + day_offset); }
std::int32_t day_in(FieldReader& fields) {
  return static_cast<std::int32_t>(fields.take<std::uint32_t>()) - day_offset;
}

Signal read_signal(SignalId id, BytesView record) {
  FieldReader fields{record};
  Signal one;
  one.id = id;
  SignalReport& report = one.report;
  report.source = take_short_text(fields);
  report.source_id = take_short_text(fields);
  report.kind = static_cast<SignalKind>(fields.take<std::uint8_t>());
  report.product = take_short_text(fields);
  report.maker = take_short_text(fields);
  report.city = model::CityCode{fields.take<std::uint32_t>()};
  report.county = model::CountyCode{fields.take<std::uint32_t>()};
  report.happened = from_day_number(day_in(fields));
  report.harmed = fields.take<std::uint32_t>();
  report.content = take_long_text(fields);
  one.received = fields.take_time();
  one.received_by = model::PersonId{take_short_text(fields)};
  one.state = static_cast<SignalState>(fields.take<std::uint8_t>());
  one.assessed_by = model::PersonId{take_short_text(fields)};
  one.assessed = fields.take_time();
  one.reason = take_long_text(fields);
  one.plan = model::PlanId{fields.take<std::uint32_t>()};
  return one;
}

template <class Enum, std::size_t n>
std::optional<Enum> parse(const std::array<const char*, n>& names, std::string_view text) {
  for (std::size_t i = 0; i < n; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

const char* name_of(SignalKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
const char* name_of(SignalState state) { return state_names[static_cast<std::size_t>(state)]; }
std::optional<SignalKind> parse_signal_kind(std::string_view text) { return parse<SignalKind>(kind_names, text); }
std::optional<SignalState> parse_signal_state(std::string_view text) { return parse<SignalState>(state_names, text); }

std::optional<Signal> signal(const journal::View& store, SignalId id) {
  const auto record = store.get(record_key(id));
  if (!record) return std::nullopt;
  return read_signal(id, *record);
}

std::optional<SignalId> signal_by_source(const journal::View& store, std::string_view source, std::string_view id) {
  const auto record = store.get(source_key(source, id));
  if (!record) return std::nullopt;
  return SignalId{FieldReader{*record}.take<std::uint32_t>()};
}

std::uint32_t signal_count(const journal::View& store) {
  const auto record = store.get(count_key());
  return record ? FieldReader{*record}.take<std::uint32_t>() : 0;
}

SignalId add_signal(journal::Draft& draft, Signal one) {
  const SignalReport& report = one.report;
  LAB_CHECK(!signal_by_source(draft, report.source, report.source_id));
  one.id = SignalId{signal_count(draft) + 1};
  draft.put(count_key(), Fields{}.add(one.id).bytes());
  draft.put(source_key(report.source, report.source_id), Fields{}.add(one.id).bytes());
  draft.put(Fields{}.add(place_prefix()).add(about(report)).add(stored_day(report.happened)).add(one.id).bytes(),
            Fields{}.add(report.city).add(report.county).bytes());
  put_signal(draft, one);
  return one.id;
}

void put_signal(journal::Draft& draft, const Signal& one) {
  const SignalReport& report = one.report;
  Fields record;
  add_short_text(record, report.source);
  add_short_text(record, report.source_id);
  record.add(static_cast<std::uint8_t>(report.kind));
  add_short_text(record, report.product);
  add_short_text(record, report.maker);
  record.add(report.city).add(report.county).add(stored_day(report.happened)).add(report.harmed);
  add_long_text(record, report.content);
  record.add(one.received);
  add_short_text(record, one.received_by.value());
  record.add(static_cast<std::uint8_t>(one.state));
  add_short_text(record, one.assessed_by.value());
  record.add(one.assessed);
  add_long_text(record, one.reason);
  record.add(one.plan);
  draft.put(record_key(one.id), record.bytes());
}

void for_each_signal(const journal::View& store, SignalId before,
                     const std::function<bool(const Signal& signal)>& visit) {
  const std::uint32_t count = signal_count(store);
  std::uint32_t number = before == SignalId{} ? count : std::min(before.value() - 1, count);
  for (; number > 0; --number) {
    const auto one = signal(store, SignalId{number});
    LAB_CHECK(one.has_value());  // numbers have no gaps
    if (!visit(*one)) return;
  }
}

void for_each_signal_place(const journal::View& store, const std::function<void(const SignalPlace& place)>& visit) {
  scan_prefix(store, place_prefix(), [&](BytesView key, BytesView record) {
    FieldReader name{key.substr(2)};
    FieldReader fields{record};
    SignalPlace place;
    place.about = name.take_hash();
    place.day = day_in(name);
    place.id = SignalId{name.take<std::uint32_t>()};
    place.city = model::CityCode{fields.take<std::uint32_t>()};
    place.county = model::CountyCode{fields.take<std::uint32_t>()};
    visit(place);
    return true;
  });
}

}  // namespace lab::coordinator::tables
