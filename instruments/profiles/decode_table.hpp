#pragma once
// A document read by one profile.

#include <string_view>

#include "instruments/profiles/recognise.hpp"
#include "instruments/sheet/document.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::profiles {

/// Structure is all or nothing: what walk() calls malformed refuses the document, and so does a document without any
/// result. A value that is not understood is `invalid` and has a diagnostic; the rest of the document stands.
/// In text, offsets and coverage are exact. In a workbook offsets are 0 and coverage is the share of the rows of the
/// sheet that some rule knows. `file_name` (may be empty) is for profiles that take the sample from it.
model::Decoding decode_table(BytesView capture, const sheet::Document& document, const Match& match,
                             std::string_view file_name);

}  // namespace lab::profiles
