#pragma once
// How an upload interface of somebody else wants what we know: which of our fields stands in which of its columns. A
// profile is data: another interface is another file, and no program.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::documents {

/// A profile is some kilobytes; a map of all counties is 20.
constexpr std::size_t upload_profile_octets_max = 256 << 10;
constexpr std::size_t upload_columns_max = 200;

struct UploadColumn {
  std::string name;   // as the interface calls it
  std::string field;  // ours; empty: the constant `value`
  std::string value;
  std::map<std::string, std::string> map;  // our words -> theirs; what is not in it is refused. Empty: as it is
  bool optional = false;                   // may be empty
  bool compact_date = false;               // 20130603 instead of 2013-06-03
  std::size_t characters_max = 0;          // that the interface takes; 0: it has no limit
};

struct UploadProfile {
  std::string name;
  std::uint64_t version = 1;
  std::string title;
  bool by_item = false;  // a row for each item of each sample, instead of one for each sample
  std::vector<UploadColumn> columns;

  /// Whether a column says whom a sample was taken from.
  [[nodiscard]] bool names_units() const;
};

/// Errors: malformed with the place in the file ("columns[3].field") for what is missing, not known or of another type,
/// a column twice, a field of items in a profile of samples; too_large.
Result<UploadProfile> read_upload_profile(std::string_view text);

}  // namespace lab::documents
