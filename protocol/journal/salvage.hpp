#pragma once
// What can still be had of a store that is refused as damaged.

#include <cstdint>
#include <filesystem>

#include "protocol/base/result.hpp"
#include "protocol/journal/view.hpp"

namespace lab::journal {

struct Salvaged {
  std::uint64_t records = 0;  // handed out, each whole by its checksum
  std::uint64_t damaged = 0;  // found, and not whole
  std::uint64_t counted = 0;  // there should be, by the header page; 0 when that is lost
};

/// Calls `visit` with every record whose checksum is right, in key order, until it returns false. Goes around damaged
/// pages with what lies below them. Reads the file by itself, never through LMDB, and changes nothing; no program may
/// have the store open. A page that shows an older state of itself cannot be told here: its records are whole, but old.
/// When one of the two header pages is lost, what is handed out may be that of the commit before. storage: no header
/// page is readable.
Result<Salvaged> salvage(const std::filesystem::path& folder, const View::Visit& visit);

}  // namespace lab::journal
