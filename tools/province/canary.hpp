#pragma once
// Looks for a name in octets that nobody unpacks: files of a store, messages, logs, backups.

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace lab::province {
namespace detail {

constexpr std::size_t word = 8;
constexpr std::size_t between_max = 2;  // the count of a run, and the tag of the word behind it

// Whether the rest of the name goes on here: a piece up to the end of a word, and the next word not far behind it.
inline bool goes_on(std::string_view octets, std::string_view name, std::size_t piece) {
  piece = std::min(piece, name.size());
  if (!octets.starts_with(name.substr(0, piece))) return false;
  if (piece == name.size()) return true;
  octets.remove_prefix(piece);
  for (std::size_t between = 0; between <= std::min(between_max, octets.size()); ++between) {
    if (goes_on(octets.substr(between), name.substr(piece), word)) return true;
  }
  return false;
}

}  // namespace detail

/// Whether `name`, which has no zero octets, stands in `octets`: as it is, or as Cap'n Proto packs it. Packing keeps
/// the octets of each word together, and puts one or two of its own between two words, wherever a word begins in the
/// name.
inline bool stands_in(std::string_view octets, std::string_view name) {
  for (std::size_t at = octets.find(name.front()); at != std::string_view::npos;
       at = octets.find(name.front(), at + 1)) {
    for (std::size_t first = 1; first <= detail::word; ++first) {
      if (detail::goes_on(octets.substr(at), name, first)) return true;
    }
  }
  return false;
}

}  // namespace lab::province
