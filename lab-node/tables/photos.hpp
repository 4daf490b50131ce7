#pragma once
// Which sample a picture is evidence for. A file is known by its hash, so that the same photograph does not vouch for
// two samples unnoticed.
//
//   'y' hash of a picture -> task, copy, first use of it

#include <cstdint>
#include <optional>

#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::node::tables {

struct PhotoUse {
  model::TaskId task;
  std::uint8_t copy = 1;
};

std::optional<PhotoUse> photo_use(const journal::View& store, const Hash& photo);
/// The first use stays: later ones are noted in their events.
void note_photo(journal::Draft& draft, const Hash& photo, const PhotoUse& use);

}  // namespace lab::node::tables
