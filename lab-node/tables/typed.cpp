#include "lab-node/tables/typed.hpp"

#include "protocol/journal/fields.hpp"

namespace lab::node::tables {
namespace {

Bytes typed_key(const Hash& key) { return journal::Fields{'a'}.add(key).bytes(); }

}  // namespace

std::optional<TypedBefore> typed_before(const journal::View& store, const Hash& key) {
  const auto record = store.get(typed_key(key));
  if (!record) return std::nullopt;
  journal::FieldReader fields{*record};
  TypedBefore typed;
  typed.asked = fields.take_hash();
  typed.raw = fields.take_hash();
  typed.capture = fields.take<std::uint64_t>();
  return typed;
}

void put_typed(journal::Draft& draft, const Hash& key, const TypedBefore& typed) {
  draft.put(typed_key(key), journal::Fields{}.add(typed.asked).add(typed.raw).add(typed.capture).bytes());
}

}  // namespace lab::node::tables
