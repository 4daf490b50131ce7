#pragma once
// Holds what an interface takes and answers against its description.

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "protocol/http/message.hpp"

namespace lab::service::testing {

class Described {
 public:
  /// An OpenAPI document.
  explicit Described(const std::string& document);

  [[nodiscard]] const nlohmann::json& document() const { return document_; }
  /// Method and path of everything in it.
  [[nodiscard]] std::set<std::pair<std::string, std::string>> operations() const;

  /// What the document does not say of this answer; empty when it describes it. Of a problem also its code, where the
  /// document names codes.
  [[nodiscard]] std::string fault_of_answer(const std::string& method, const std::string& path,
                                            const http::Response& response) const;
  /// The same of a request that was taken: its query and its body.
  [[nodiscard]] std::string fault_of_request(const http::Request& request) const;
  /// The same of a value that one of its schemas is about.
  [[nodiscard]] std::string fault_of_value(const nlohmann::json& value, const std::string& schema) const;

  /// A test failure when an answer, or a request that was not refused, is not as the document says.
  void expect_described(const http::Request& request, const http::Response& response) const;
  /// A test failure for a parameter of a path without its description, an operation without words, a reference that
  /// leads nowhere.
  void expect_whole() const;

 private:
  [[nodiscard]] const nlohmann::json* operation(const std::string& method, const std::string& path) const;
  [[nodiscard]] const nlohmann::json& resolved(const nlohmann::json& schema) const;
  [[nodiscard]] std::string fault_of(const nlohmann::json& value, const nlohmann::json& given,
                                     const std::string& where) const;
  [[nodiscard]] std::string fault_of_object(const nlohmann::json& value, const nlohmann::json& schema,
                                            const std::string& where) const;
  [[nodiscard]] std::string fault_of_code(const nlohmann::json& problem, const nlohmann::json& operation) const;
  [[nodiscard]] std::string fault_of_query(const http::Request& request, const nlohmann::json& operation) const;

  nlohmann::json document_;
};

}  // namespace lab::service::testing
