#pragma once
// The pages of a store's file, walked by our own code with every offset checked: LMDB trusts them, and answers a
// damaged one with a signal, an endless loop, or with records that are not there. Private to this folder.
//
// Format: LMDB 0.9 on a 64-bit little-endian machine (mdb.c: MDB_page, MDB_node, MDB_db).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/lmdb_file.hpp"

namespace lab::journal {

/// A store with more leaf pages than this (1 GiB of 4 KiB pages: eight years of a province) has only its inner pages
/// and its list of free pages walked at opening; the scrubber reads the rest.
inline constexpr std::uint64_t leaf_pages_walked_max = 262'144;

struct TreeFindings {
  std::uint64_t records = 0;           // of the table, the stamp too
  std::optional<std::string> problem;  // the first one
};

/// Called with each record of the table in key order, as it is stored.
using VisitStored = std::function<void(BytesView key, BytesView stored)>;

/// Walks the trees of records and of free pages that `meta` names. Pages must say what they are, keys be in order,
/// nodes lie inside their page without overlap, no page have two uses, and all numbers agree with the header. Goes on
/// behind a damaged page when `visit` is there, to save what can be saved; otherwise stops at the first problem.
TreeFindings walk_trees(int descriptor, const MetaPage& meta, const VisitStored& visit = {});

/// The walk as a check before LMDB opens the file: storage error when there is a problem. A missing file is fine.
/// Nobody may be writing.
Result<void> check_trees(const std::filesystem::path& data_file);

}  // namespace lab::journal
