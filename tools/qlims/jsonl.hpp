#pragma once
// Batch commands: JSON Lines in, one JSON object a line out, in order.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"
#include "tools/qlims/json_writer.hpp"

namespace lab::qlims {

/// The fields of one input object. A reader asks for each field it knows; the first thing that is wrong is remembered,
/// later answers are then meaningless but harmless, and `finish` reports it together with fields nobody asked for.
/// A field that is absent, null or "" counts as not given everywhere.
class Fields {
 public:
  /// Malformed unless the line is one JSON object in UTF-8.
  static Result<Fields> parse(std::string_view line);
  Fields(Fields&&) noexcept;
  ~Fields();

  [[nodiscard]] std::string text(std::string_view name);                // empty when not given
  [[nodiscard]] std::optional<Decimal> decimal(std::string_view name);  // a decimal string, never a JSON number
  /// A decimal string or a JSON number. Of a number at most 17 digits arrive: write more of them as a string.
  [[nodiscard]] std::optional<Decimal> quantity(std::string_view name);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name);  // 3 or "3"
  [[nodiscard]] std::optional<double> number(std::string_view name);         // a JSON number or a decimal string
  [[nodiscard]] bool flag(std::string_view name, bool otherwise);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);
  [[nodiscard]] std::vector<double> numbers(std::string_view name);      // elements as `number`
  [[nodiscard]] std::vector<Decimal> quantities(std::string_view name);  // elements as `quantity`
  [[nodiscard]] std::vector<Fields> objects(std::string_view name);      // finish each of them too

  /// Whether the field was given; counts as asking for it.
  [[nodiscard]] bool has(std::string_view name);
  /// Records that the field must be given, or that its value will not do.
  void require(std::string_view name);
  void reject(std::string_view name, std::string_view why);

  /// The first error, or the first unknown field by name.
  Result<void> finish();

 private:
  struct State;
  explicit Fields(std::unique_ptr<State> state);
  template <class Read>
  auto collect(std::string_view name, Read read, std::string_view kind);

  std::unique_ptr<State> state_;
};

constexpr std::size_t line_octets_max = 1 << 20;  // a line is one question; the longest list anyone sends is far below

/// Answers one object; an error takes the place of the answer.
using LineHandler = std::function<Result<void>(Fields& in, JsonWriter& out)>;

/// Reads lines until the end of `in`. A line that cannot be processed is answered by {"error": ..., "line": n} and the
/// batch goes on. Output is flushed whenever no input is waiting, so that a program may ask and wait for the answer.
/// Returns the exit code: 0 when every line was answered, else 1.
int run_jsonl(std::istream& in, std::ostream& out, const LineHandler& handler);

/// run_jsonl on standard input and output.
int run_jsonl(const LineHandler& handler);

}  // namespace lab::qlims
