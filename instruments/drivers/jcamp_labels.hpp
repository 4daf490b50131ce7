#pragma once
// Labelled data records of JCAMP-DX: "##LABEL= value", the value going on until the next "##".

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lab::drivers::jcamp {

struct LabelRecord {
  std::string label{};       // in capitals without blanks, hyphens, slashes and underscores
  std::string_view value{};  // as it stands, with comments and line ends
  std::size_t line = 0;      // 1-based, of the label
  std::size_t offset = 0;    // of that line in the text
};

/// Hands out the records of a text, which must outlive it, one after the other.
class LabelReader {
 public:
  explicit LabelReader(std::string_view text) : text_(text) {}

  /// Nothing at the end of the text. What stands in front of the first record is passed over when it is blank or a
  /// comment; otherwise there is no record at all.
  std::optional<LabelRecord> next();

 private:
  [[nodiscard]] std::size_t next_label(std::size_t from) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// A value without its "$$" comments, its lines joined by blanks, trimmed.
std::string text_of(std::string_view value);

/// The labels of one block. The first of a name counts, except for NPOINTS, which every page of n-tuples may give anew.
class Labels {
 public:
  void set(const LabelRecord& record);
  /// Empty when there is none.
  [[nodiscard]] std::string_view get(const std::string& label) const;
  /// The n-th (0-based) entry of a list with commas; empty when there is none.
  [[nodiscard]] std::string_view item(const std::string& list, std::size_t n) const;
  [[nodiscard]] std::optional<std::size_t> position_in(const std::string& list, std::string_view entry) const;

 private:
  std::map<std::string, std::string> texts_;
};

/// What a table says that it holds.
struct TableForm {
  enum class Kind { ordinates, groups, unsupported };
  Kind kind = Kind::unsupported;
  std::vector<std::string> symbols{};  // "X", "Y"; of groups as many as numbers belong together
  std::string text{};                  // as given
  std::string_view data{};
};

/// Nothing when the record is no table.
std::optional<TableForm> table_form(const LabelRecord& record);

}  // namespace lab::drivers::jcamp
