#pragma once
// What a sampling form (抽样单) asks for, programme by programme: rows of a table, not code. A field either belongs to
// the sampler at a laboratory's node, or names the enterprise and is written down at the coordinator alone.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/ids.hpp"

namespace lab::forms {

constexpr std::size_t fields_max = 200;        // rows of the table; the longest known form has 60
constexpr std::size_t value_octets_max = 200;  // of one field, as of every text that a bench writes

enum class FieldKind : std::uint8_t { text, date, number, choice };
const char* name_of(FieldKind kind);

enum class Keeper : std::uint8_t { node, province };

struct SamplingField {
  std::string code;     // stable, for programs and events
  std::string section;  // head, unit, producer, sample, drawing, people, fuel, remarks
  std::string chinese;
  std::string english;
  FieldKind kind = FieldKind::text;
  std::vector<std::string> choices;     // of a choice
  std::vector<std::string> programmes;  // codes, or "*"
  std::vector<std::string> required;    // programmes that demand it
  Keeper keeper = Keeper::node;

  [[nodiscard]] bool is_asked_by(const model::ProgrammeCode& programme) const;
  [[nodiscard]] bool is_required_by(const model::ProgrammeCode& programme) const;
};

/// What is wrong with a filled-in form, about its first field that is wrong.
struct FieldProblem {
  std::string code;    // missing_field, unknown_field, bad_field, enterprise_field
  std::string field;   // its code
  std::string detail;  // one Chinese sentence that names the field
};

/// Read once, then only read: safe from any number of threads.
class SamplingFields {
 public:
  /// Columns: code, section, name_zh, name_en, kind, choices, programmes, required, keeper. An empty text stands for
  /// the table inside the program. Malformed with the row for an unknown kind or keeper, a name that is missing, a
  /// code twice, a choice without choices; too_large above fields_max.
  static Result<SamplingFields> load(std::string_view csv);

  /// In the order of the table.
  [[nodiscard]] std::vector<const SamplingField*> of(const model::ProgrammeCode& programme, Keeper keeper) const;
  /// Nothing when the table has no such field.
  [[nodiscard]] const SamplingField* find(std::string_view code) const;

  /// Whether `fields` may stand on a form of this programme that `keeper` fills in. Empty values count as left out.
  [[nodiscard]] std::optional<FieldProblem> check(const model::ProgrammeCode& programme, Keeper keeper,
                                                  std::span<const model::FormField> fields) const;
  /// Those that were filled in, in the order of the table. Precondition: check() has nothing against them.
  [[nodiscard]] std::vector<model::FormField> in_order(std::span<const model::FormField> fields) const;

 private:
  std::vector<SamplingField> fields_;
};

}  // namespace lab::forms
