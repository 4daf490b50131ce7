#pragma once
// A lot that is inspected by sampling (GB/T 2828.1): what the plan says of it, what was ordered, what was counted.
// Levels, AQLs, severities and code letters are in the words of the standard as protocol/acceptance reads and writes
// them: "II", "1.0", "normal", "J".

#include <compare>
#include <cstdint>
#include <string>

namespace lab::model {

/// What the plan of a lot follows from, beside the severity.
struct LotTerms {
  std::uint64_t size = 0;  // items in the lot
  std::string level;       // inspection level
  std::string aql;

  auto operator<=>(const LotTerms&) const = default;
};

/// A lot as the province plans it. The enterprise stays at the coordinator: lots of one enterprise's product are one
/// series, whose past decides the severity.
struct Lot {
  LotTerms terms;
  std::string enterprise;

  auto operator<=>(const Lot&) const = default;
};

/// How one lot is to be inspected: fixed when it is granted, and what its verdict is checked against.
struct LotOrder {
  LotTerms terms;
  std::string inspection;    // severity: "normal", "tightened", "reduced"
  std::string letter;        // of lot size and level
  std::string final_letter;  // where the arrows of the table led: whose n, ac and re these are
  std::uint32_t n = 0;
  std::uint32_t ac = 0;          // accepted up to so many nonconforming
  std::uint32_t re = 0;          // not accepted from so many
  std::uint64_t to_inspect = 0;  // n, or the whole lot when it is not larger

  bool operator==(const LotOrder&) const = default;
};

/// What was found. Nonconforming items, or nonconformities where one item may have several (AQL above 10).
struct LotCount {
  std::uint64_t inspected = 0;
  std::uint64_t nonconforming = 0;

  bool operator==(const LotCount&) const = default;
};

}  // namespace lab::model
