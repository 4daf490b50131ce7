#pragma once
// The signed text at the beginning of an export.

#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/tree_head.hpp"

namespace lab::verify {

struct StatedNode {
  std::uint32_t laboratory = 0;
  crypto::PublicKey key{};
  std::uint32_t incarnation = 1;  // the newest one
  std::uint64_t orders = 0;
};

struct StatedStream {
  std::uint64_t sequence = 0;
  Hash hash;
};

/// A key that a node went over to, by the place of the event that says so.
struct StatedKey {
  crypto::PublicKey key{};
  std::int64_t until = 0;  // up to when the key before is accepted, in milliseconds
};
/// programme, city, category, stage, month, laboratory
using Cell = std::tuple<std::string, std::uint32_t, std::string, std::uint32_t, std::uint32_t, std::uint32_t>;
/// pass, fail, conditional, undetermined
using Counts = std::array<std::uint64_t, 4>;
struct CellCounts {
  Counts first{};
  Counts final{};

  bool operator==(const CellCounts&) const = default;
};
/// edition and panel, both in hexadecimal
using PanelKey = std::pair<std::string, std::string>;
/// panel, number of the item in it
using Item = std::pair<PanelKey, std::uint32_t>;
/// undetermined, pass, fail, conditional fail, without basis
using ItemClasses = std::array<std::uint64_t, 5>;
struct ItemCounts {
  ItemClasses first{};
  ItemClasses final{};

  bool operator==(const ItemCounts&) const = default;
};

/// node, incarnation, sequence
using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>;

/// The newest form of the text that is read here. From 2 on it says what became of every item; 1 has no such line.
constexpr std::uint32_t statement_form_newest = 2;
constexpr std::uint32_t statement_form_with_items = 2;

struct Statement {
  std::uint32_t form = 1;
  crypto::PublicKey key{};
  model::TreeHead head;
  std::uint64_t unsigned_stretches = 0;
  std::map<std::uint32_t, StatedNode> nodes;
  std::map<Place, StatedKey> keys;
  std::map<std::pair<std::uint32_t, std::uint32_t>, StatedStream> streams;
  std::map<Place, model::Disposition> exceptions;
  std::map<Cell, CellCounts> cells;
  std::map<Item, ItemCounts> items;
};

/// Reads it and checks both signatures in it. Unsupported when a newer program made it; malformed with the number of
/// the line in `where`; not_allowed when a signature does not hold.
Result<Statement> read_statement(BytesView text);

}  // namespace lab::verify
