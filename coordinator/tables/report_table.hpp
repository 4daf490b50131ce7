#pragma once
// Reports: drafts that people write on, and those they have frozen, which nobody changes any more.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

struct Report {
  std::uint32_t id = 0;
  std::string title;
  std::uint16_t version = 0;   // of those of the same title that were frozen, from 1 on; 0: a draft
  std::uint32_t revision = 1;  // how often its words have been changed: who changes them says what they have read
  model::PersonId drafted_by;
  UtcTime drafted{};
  model::PersonId frozen_by;
  UtcTime frozen{};
  Hash content;  // of its text as stored: figures, words, filters, moment, data version

  [[nodiscard]] bool is_frozen() const { return version > 0; }
  bool operator==(const Report&) const = default;
};

std::optional<Report> report(const journal::View& store, std::uint32_t id);
std::vector<Report> reports(const journal::View& store);  // by their numbers
void put_report(journal::Draft& draft, const Report& report);

/// The text of a report; nothing when there is none of that hash.
std::optional<Bytes> report_content(const journal::View& store, const Hash& hash);
/// Returns its hash.
Hash put_report_content(journal::Draft& draft, BytesView content);

}  // namespace lab::coordinator::tables
