#pragma once
// A JSON object whose fields are taken one by one; what nobody took is an error, and every error names its field.

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::profiles {

/// Collects the first error instead of returning it from every call, so that readers stay lists of fields. The readers
/// of one file share one `Complaint`; after the first one all answers are defaults.
class Complaint {
 public:
  void about(const std::string& where, std::string what);
  [[nodiscard]] bool any() const { return error_.has_value(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

class JsonFields {
 public:
  /// `where` is the path of the object. Something that is no object is an error.
  JsonFields(const nlohmann::json& object, std::string where, Complaint& complaint);

  [[nodiscard]] bool has(const char* name) const;
  std::string text(const char* name, bool required = false);
  std::vector<std::string> texts(const char* name);  // one text or a list of them
  bool flag(const char* name, bool otherwise = false);
  std::size_t number(const char* name, std::size_t otherwise);
  /// A column as people count, from 1; here from 0.
  std::optional<std::size_t> column(const char* name);
  /// One object or a list of them, each with its path.
  std::vector<JsonFields> objects(const char* name);
  /// The pairs of an object of texts.
  std::vector<std::pair<std::string, std::string>> pairs(const char* name);
  /// Complains about the fields that were not taken.
  void finish();

  void wrong(const char* name, std::string what);

 private:
  const nlohmann::json* take(const char* name);
  [[nodiscard]] std::string path(std::string_view name) const;

  const nlohmann::json* object_;
  std::string where_;
  Complaint* complaint_;
  std::set<std::string> taken_;
};

}  // namespace lab::profiles
