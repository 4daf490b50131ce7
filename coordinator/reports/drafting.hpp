#pragma once
// How a report comes about: drafted with its figures, its words changed by people, frozen. What is frozen stays; a
// later report of the same title is its next version.

#include <string>

#include "coordinator/tables/report_table.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::reports {

constexpr std::size_t report_octets_max = 4 << 20;  // a list of 2,000 samples is half a megabyte
constexpr std::size_t title_octets_max = 256;

/// A new draft. Malformed without a title, too_large beyond the limits.
Result<coordinator::tables::Report> begin_report(journal::Draft& draft, const std::string& title, BytesView content,
                                                 const model::PersonId& person, UtcTime now);

/// Other words. Not_found; conflict when it is frozen, or when somebody else has changed it since `revision`.
Result<coordinator::tables::Report> rewrite_report(journal::Draft& draft, std::uint32_t id, std::uint32_t revision,
                                                   BytesView content);

/// Nobody changes it any more; it gets the next version of its title, and the diary its hash. Errors as above.
Result<coordinator::tables::Report> freeze_report(journal::Draft& draft, std::uint32_t id, std::uint32_t revision,
                                                  const model::PersonId& person, UtcTime now);

}  // namespace lab::reports
