#pragma once
// Private to this folder: records of the wire's schema out of the store. One that cannot be read means a damaged store,
// because only this program wrote it.

#include <optional>

#include "protocol/journal/view.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::tables {

template <class Record>
Record decoded(BytesView record) {
  auto value = wire::decode_record<Record>(record);
  if (!value) throw journal::Damage("a stored record cannot be read: " + to_text(value.error()));
  return std::move(*value);
}

template <class Record>
std::optional<Record> load(const journal::View& store, BytesView key) {
  const auto record = store.get(key);
  if (!record) return std::nullopt;
  return decoded<Record>(*record);
}

}  // namespace lab::coordinator::tables
