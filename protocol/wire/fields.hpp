#pragma once
// Reading and writing single fields, with the checks every foreign field gets; private to this folder.

#include <capnp/blob.h>
#include <capnp/list.h>
#include <fmt/format.h>

#include "protocol/base/time.hpp"
#include "protocol/wire/frame.hpp"

namespace lab::wire {

inline capnp::Data::Reader as_data(BytesView bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}
inline capnp::Text::Reader as_text(const std::string& text) { return {text.c_str(), text.size()}; }

/// UTF-8 without control characters other than tab and line end, at most text_max octets.
std::string read_text(capnp::Text::Reader text);
Bytes read_bytes(capnp::Data::Reader data);
Hash read_hash(capnp::Data::Reader data);  // 32 octets, or none
inline capnp::Data::Reader as_hash(const Hash& hash) { return hash.is_zero() ? as_data({}) : as_data(hash.view()); }

/// An enumeration of ours that is stored as its number; `last` is its last enumerator.
template <class Enum>
Enum read_enum(std::uint8_t number, Enum last, const char* what) {
  if (number > static_cast<std::uint8_t>(last))
    throw Malformed(fmt::format("{} is {}, which is unknown here", what, number));
  return static_cast<Enum>(number);
}

template <class Enum>
std::uint8_t number_of(Enum value) {
  return static_cast<std::uint8_t>(value);
}

inline CivilDate read_date(std::int32_t days) {
  constexpr std::int32_t days_max = 200'000;  // the year 2517
  if (days < -days_max || days > days_max) throw Malformed(fmt::format("day number {} is no date", days));
  return from_day_number(days);
}

/// An empty text is "no number yet"; anything else must carry its check character.
model::SampleNumber read_number(capnp::Text::Reader text);

template <class Builder, class Values, class Write>
void write_list(Builder list, const Values& values, Write write_one) {
  unsigned i = 0;
  for (const auto& value : values) write_one(list[i++], value);
}

template <class Value, class List, class Read>
std::vector<Value> read_list(const List& list, Read read_one) {
  std::vector<Value> values;
  values.reserve(list.size());
  for (const auto entry : list) values.push_back(read_one(entry));
  return values;
}

// Shared structures, used by events, messages and records alike.
Decimal make_decimal(std::int64_t high, std::uint64_t low, std::int8_t exponent);
void write(schema::Decimal::Builder to, const Decimal& from);
Decimal read(schema::Decimal::Reader from);
void write(schema::TaskId::Builder to, const model::TaskId& from);
model::TaskId read(schema::TaskId::Reader from);
void write(schema::Token::Builder to, const model::Token& from);
model::Token read(schema::Token::Reader from);
void write(schema::LotTerms::Builder to, const model::LotTerms& from);
model::LotTerms read(schema::LotTerms::Reader from);
void write(schema::LotOrder::Builder to, const model::LotOrder& from);
model::LotOrder read(schema::LotOrder::Reader from);
void write(schema::LotCount::Builder to, const model::LotCount& from);
model::LotCount read(schema::LotCount::Reader from);
void write(schema::Grant::Builder to, const model::Grant& from);
model::Grant read(schema::Grant::Reader from);
void write(capnp::List<schema::FormField>::Builder to, const std::vector<model::FormField>& from);
std::vector<model::FormField> read(capnp::List<schema::FormField>::Reader from);
void write(schema::Disposed::Builder to, const model::Disposed& from);
model::Disposed read(schema::Disposed::Reader from);
void write(schema::Sampled::Builder to, const model::Sampled& from);
model::Sampled read(schema::Sampled::Reader from);
void write(schema::Received::Builder to, const model::Received& from);
model::Received read(schema::Received::Reader from);
void write(schema::Measured::Builder to, const model::Measured& from);
model::Measured read(schema::Measured::Reader from);
void write(schema::Judged::Builder to, const model::Judged& from);
model::Judged read(schema::Judged::Reader from);
void write(schema::Reviewed::Builder to, const model::Reviewed& from);
model::Reviewed read(schema::Reviewed::Reader from);
void write(schema::ItemVerdict::Builder to, const model::ItemVerdict& from);
model::ItemVerdict read(schema::ItemVerdict::Reader from);
void write(schema::RunAssessed::Builder to, const model::RunAssessed& from);
model::RunAssessed read(schema::RunAssessed::Reader from);
void write(schema::Renumbered::Builder to, const model::Renumbered& from);
model::Renumbered read(schema::Renumbered::Reader from);
void write(schema::SerialsWanted::Builder to, const model::SerialsWanted& from);
model::SerialsWanted read(schema::SerialsWanted::Reader from);
void write(schema::SerialKind::Builder to, const model::SerialKind& from);
model::SerialKind read(schema::SerialKind::Reader from);
void write(schema::SerialBlock::Builder to, const model::SerialBlock& from);
model::SerialBlock read(schema::SerialBlock::Reader from);
void write(schema::TrayEntry::Builder to, const model::TrayEntry& from);
model::TrayEntry read(schema::TrayEntry::Reader from);
void write(schema::RunDecided::Builder to, const model::RunDecided& from);
model::RunDecided read(schema::RunDecided::Reader from);

}  // namespace lab::wire
