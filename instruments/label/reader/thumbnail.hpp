#pragma once
// The small picture that stands for a photograph on a page.

#include "protocol/base/bytes.hpp"

namespace lab::label {

/// A JPEG of quality 75, upright, its longer side thumbnail_side_max pixels at most and never larger than the picture.
/// Empty when the file is no picture that we accept, or cannot be decoded. Never throws.
Bytes thumbnail_of(BytesView file);

}  // namespace lab::label
