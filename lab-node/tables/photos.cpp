#include "lab-node/tables/photos.hpp"

#include "protocol/journal/fields.hpp"

namespace lab::node::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes photo_key(const Hash& photo) { return Fields{'y'}.add(photo).bytes(); }

}  // namespace

std::optional<PhotoUse> photo_use(const journal::View& store, const Hash& photo) {
  const auto record = store.get(photo_key(photo));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  PhotoUse use{.task = fields.take_task()};
  use.copy = fields.take<std::uint8_t>();
  return use;
}

void note_photo(journal::Draft& draft, const Hash& photo, const PhotoUse& use) {
  if (photo.is_zero() || photo_use(draft, photo)) return;
  draft.put(photo_key(photo), Fields{}.add(use.task).add(use.copy).bytes());
}

}  // namespace lab::node::tables
