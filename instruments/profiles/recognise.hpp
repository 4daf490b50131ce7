#pragma once
// Which profiles take a document for theirs, and why.

#include <optional>
#include <string>
#include <vector>

#include "instruments/profiles/library.hpp"
#include "instruments/sheet/document.hpp"

namespace lab::profiles {

/// A profile and how it reads this document.
struct Match {
  const Profile* profile = nullptr;
  char delimiter = ',';             // of text
  std::vector<std::size_t> sheets;  // of a workbook; more than one only where the profile reads every sheet
  std::string reason;               // "第 3 行有标题 Sample ID, Result": for people
};

/// All profiles whose signs the beginning of the document shows; of text, those that say it is of this charset (none:
/// those that do not say theirs). Points into the library.
std::vector<Match> recognise(const sheet::Document& document, const Library& library,
                             std::optional<drivers::TextCoding> charset = std::nullopt);

/// How this profile reads the document, whether or not it shows the signs; `reason` is empty when it does not.
/// Nothing when the profile does not read such documents, or none of its sheets is there.
std::vector<Match> match_named(const sheet::Document& document, const Profile& profile);

}  // namespace lab::profiles
