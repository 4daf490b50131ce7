#pragma once
// Damages a store's file the way a failing disk does. No other thread may be reading the store.

#include <cstring>
#include <filesystem>
#include <functional>

#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {

/// Calls `change` for every leaf page that has `key`, old copies included: with the page, and where the key begins in
/// it. Returns how many pages that were.
inline int change_leaves(const std::filesystem::path& store, BytesView key,
                         const std::function<void(char* page, std::size_t key_at)>& change) {
  constexpr std::size_t page_bytes = 4096;
  constexpr std::size_t flags_at = 10;
  constexpr std::uint16_t leaf = 2;
  Bytes file = read_file(store / "data.mdb");
  int pages = 0;
  for (std::size_t at = 2 * page_bytes; at + page_bytes <= file.size(); at += page_bytes) {
    char* page = &file[at];
    std::uint16_t flags = 0;
    std::memcpy(&flags, page + flags_at, sizeof flags);
    const std::size_t key_at = BytesView{page, page_bytes}.find(key);
    if (flags != leaf || key_at == BytesView::npos) continue;
    change(page, key_at);
    ++pages;
  }
  std::fstream out(store / "data.mdb", std::ios::binary | std::ios::in | std::ios::out);  // in place: it may be open
  out.write(file.data(), static_cast<std::streamsize>(file.size()));
  return pages;
}

/// Flips one bit of the record with this key.
inline int spoil_record(const std::filesystem::path& store, BytesView key) {
  constexpr std::size_t into_the_record = 8;
  return change_leaves(store, key,
                       [&](char* page, std::size_t key_at) { page[key_at + key.size() + into_the_record] ^= 1; });
}

/// Takes the last record out of the index of the page that has this key: LMDB then shows neither that record nor an
/// error.
inline int hide_a_record(const std::filesystem::path& store, BytesView key) {
  constexpr std::size_t lower_at = 12;  // where the index ends, two octets for each record
  return change_leaves(store, key, [](char* page, std::size_t) {
    std::uint16_t lower = 0;
    std::memcpy(&lower, page + lower_at, sizeof lower);
    lower = static_cast<std::uint16_t>(lower - 2);
    std::memcpy(page + lower_at, &lower, sizeof lower);
  });
}

}  // namespace lab::journal
