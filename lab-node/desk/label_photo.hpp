#pragma once
// From the bytes of a picture to what reception is told of it. Used by whatever brings pictures: a page, a folder, a
// camera.

#include "instruments/label/worker.hpp"
#include "lab-node/reception/label.hpp"
#include "protocol/journal/blobs.hpp"

namespace lab::desk {

/// What was read, in reception's words; without the picture itself.
reception::Label label_from(const label::LabelReading& reading);

/// Makes the picture and a thumbnail of it safe and names them in `label`. Errors of Blobs::put; a picture without a
/// thumbnail is none. Blocks for the thumbnail: never on the loop's thread.
Result<void> keep_photo(const journal::Blobs& blobs, label::Worker& worker, BytesView picture, reception::Label& label);

}  // namespace lab::desk
