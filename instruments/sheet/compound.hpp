#pragma once
// Compound files ([MS-CFB]): a small file system inside one file, in which Office programs kept their documents before
// 2007.

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

bool looks_like_compound_file(BytesView bytes);

/// One stream of the file, by its name without regard to case (ASCII). NotFound; Malformed when the file is cut short
/// or its chains of sectors run in a circle or out of it.
Result<Bytes> read_stream(BytesView file, std::string_view name);

}  // namespace lab::sheet
