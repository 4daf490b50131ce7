#pragma once
// JSON as we print it: fields in the order they are written, no blanks, UTF-8 kept as it is.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lab::qlims {

/// Builds one object. An empty name writes a bare value, for the elements of a list.
class JsonWriter {
 public:
  JsonWriter() { out_ += '{'; }

  void text(std::string_view name, std::string_view value);
  void integer(std::string_view name, std::int64_t value);
  void number(std::string_view name, double value);  // 12 significant digits; null when it is not finite
  void flag(std::string_view name, bool value);
  void null(std::string_view name);
  void begin_list(std::string_view name);
  void end_list();
  void begin_object(std::string_view name);
  void end_object();

  /// The finished object; the writer is empty again.
  std::string take();

 private:
  void name(std::string_view name);
  void quoted(std::string_view text);

  std::string out_;
};

}  // namespace lab::qlims
