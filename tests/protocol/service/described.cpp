#include "tests/protocol/service/described.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <regex>

namespace lab::service::testing {
namespace {

using nlohmann::json;

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return false;
}

std::string cased(std::string text, bool upper) {
  std::ranges::transform(text, text.begin(), [&](char c) { return static_cast<char>(upper ? c & ~0x20 : c | 0x20); });
  return text;
}

std::size_t literal_segments(const std::string& pattern, const std::string& path) {
  const auto split = [](const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('/', at), text.size());
      parts.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return parts;
  };
  const auto want = split(pattern);
  const auto have = split(path);
  if (want.size() != have.size()) return 0;
  std::size_t literal = 1;
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (want[i].starts_with('{')) continue;
    if (want[i] != have[i]) return 0;
    ++literal;
  }
  return literal;
}

// A text of an address as the value its schema asks for.
json value_of(const std::string& text, const json& schema) {
  if (!schema.contains("type")) return text;
  const std::string type = schema["type"].is_array() ? schema["type"][0] : schema["type"];
  if (type == "string") return text;
  const json parsed = json::parse(text, nullptr, false);
  return parsed.is_discarded() ? json(text) : parsed;
}

bool is_json(const std::string& type) { return type == "application/json" || type == "application/problem+json"; }

}  // namespace

Described::Described(const std::string& document) : document_(json::parse(document)) {}

std::set<std::pair<std::string, std::string>> Described::operations() const {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& [path, item] : document_.at("paths").items()) {
    for (const auto& [verb, operation] : item.items()) all.emplace(cased(verb, true), path);
  }
  return all;
}

const json& Described::resolved(const json& schema) const {
  if (!schema.contains("$ref")) return schema;
  const std::string reference = schema.at("$ref");
  return document_.at(json::json_pointer(reference.substr(1)));
}

// What is wrong with a value, and where; empty when it has the form. What the documents use of JSON Schema, no more.
std::string Described::fault_of(const json& value, const json& given, const std::string& where) const {
  const json& schema = resolved(given);
  if (schema.contains("oneOf")) {
    const auto fits =
        std::ranges::count_if(schema["oneOf"], [&](const json& one) { return fault_of(value, one, where).empty(); });
    if (fits == 1) return {};
    std::string why = fmt::format("{} fits {} of the alternatives", where, fits);
    for (const json& one : schema["oneOf"]) why += "; " + fault_of(value, one, where);
    return why;
  }
  if (schema.contains("type")) {
    const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
    if (std::ranges::none_of(types, [&](const json& type) { return is_of_type(value, type); })) {
      return fmt::format("{} is {}, not {}", where, value.type_name(), types.dump());
    }
  }
  if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end()) {
    return fmt::format("{} is {}", where, value.dump());
  }
  if (value.is_string() && schema.contains("pattern") &&
      !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>()))) {
    return fmt::format("{} is {}", where, value.dump());
  }
  if (value.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto fault = fault_of(value[i], schema["items"], fmt::format("{}[{}]", where, i));
      if (!fault.empty()) return fault;
    }
  }
  return value.is_object() ? fault_of_object(value, schema, where) : std::string{};
}

std::string Described::fault_of_object(const json& value, const json& schema, const std::string& where) const {
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) return fmt::format("{} has no {}", where, name.dump());
  }
  const json properties = schema.value("properties", json::object());
  for (const auto& [name, field] : value.items()) {
    const auto at = fmt::format("{}.{}", where, name);
    if (properties.contains(name)) {
      if (auto fault = fault_of(field, properties[name], at); !fault.empty()) return fault;
    } else if (schema.contains("additionalProperties")) {
      if (schema["additionalProperties"] == false) return at + " is not described";
      if (auto fault = fault_of(field, schema["additionalProperties"], at); !fault.empty()) return fault;
    }
  }
  return {};
}

// Of the path that means this one best.
const json* Described::operation(const std::string& method, const std::string& path) const {
  const json* best = nullptr;
  std::size_t most = 0;
  for (const auto& [pattern, item] : document_.at("paths").items()) {
    const std::size_t literal = literal_segments(pattern, path);
    if (literal <= most) continue;
    most = literal;
    best = &item;
  }
  const std::string verb = cased(method, false);
  return best != nullptr && best->contains(verb) ? &best->at(verb) : nullptr;
}

std::string Described::fault_of_code(const json& problem, const json& operation) const {
  if (!document_.contains("x-codes")) return {};
  const auto has = [&](const json& codes) { return std::ranges::find(codes, problem.at("code")) != codes.end(); };
  if (has(document_["x-codes"]) || has(operation.value("x-codes", json::array()))) return {};
  return fmt::format("the code {} is not described", problem.at("code").dump());
}

std::string Described::fault_of_answer(const std::string& method, const std::string& path,
                                       const http::Response& response) const {
  const json* const described = operation(method, path);
  if (described == nullptr) return fmt::format("{} {} is not described", method, path);
  const json& responses = described->at("responses");
  const std::string status = std::to_string(response.status);
  const bool is_problem = response.status >= 400;
  if (!is_problem && !responses.contains(status)) return fmt::format("{} {} is not to answer {}", method, path, status);
  const json& form = resolved(responses.contains(status) ? responses[status] : responses.at("default"));
  if (!form.contains("content")) return response.body.empty() ? "" : path + " is to answer nothing";
  const std::string type = response.content_type.substr(0, response.content_type.find(';'));
  if (!form["content"].contains(type)) return fmt::format("{} {} is not to answer {}", method, path, type);
  if (!is_json(type)) return {};
  const json body = json::parse(response.body);
  auto fault = fault_of(body, form["content"][type]["schema"], "answer");
  return fault.empty() && is_problem ? fault_of_code(body, *described) : fault;
}

std::string Described::fault_of_query(const http::Request& request, const json& operation) const {
  const json parameters = operation.value("parameters", json::array());
  for (const json& one : parameters) {
    if (one.at("in") != "query") continue;
    const auto given = request.query.find(one.at("name"));
    const bool is_missing = given == request.query.end();
    if (is_missing && one.value("required", false)) return fmt::format("the query has no {}", one["name"].dump());
    if (is_missing || given->second.empty()) continue;
    auto fault = fault_of(value_of(given->second, resolved(one.at("schema"))), one["schema"], "query." + given->first);
    if (!fault.empty()) return fault;
  }
  for (const auto& given : request.query) {
    const bool is_known = std::ranges::any_of(
        parameters, [&](const json& one) { return one.at("in") == "query" && one.at("name") == given.first; });
    if (!is_known) return fmt::format("query.{} is not described", given.first);
  }
  return {};
}

std::string Described::fault_of_request(const http::Request& request) const {
  const json* const described = operation(request.method, request.path);
  if (described == nullptr) return fmt::format("{} {} is not described", request.method, request.path);
  if (auto fault = fault_of_query(request, *described); !fault.empty()) return fault;
  const json body = described->value("requestBody", json::object());
  if (request.body.empty()) return body.value("required", false) ? "the request has no body" : "";
  // What a question carries beside its address has no meaning (RFC 9110, 9.3.1), and is not read.
  if (body.empty()) return request.method == "GET" ? "" : request.path + " takes no body";
  const json& content = body.at("content");
  if (!content.contains("application/json")) return {};
  const json value = json::parse(request.body, nullptr, false);
  if (value.is_discarded()) return content.size() > 1 ? "" : "the body is no JSON";
  return fault_of(value, content["application/json"]["schema"], "body");
}

std::string Described::fault_of_value(const json& value, const std::string& schema) const {
  return fault_of(value, document_.at("components").at("schemas").at(schema), schema);
}

void Described::expect_described(const http::Request& request, const http::Response& response) const {
  EXPECT_EQ(fault_of_answer(request.method, request.path, response), "")
      << request.method << ' ' << request.path << '\n'
      << response.body;
  if (response.status >= 400) return;
  EXPECT_EQ(fault_of_request(request), "") << request.method << ' ' << request.path << '\n' << request.body;
}

void Described::expect_whole() const {
  const std::function<void(const json&)> look = [&](const json& value) {
    if (value.is_object() && value.contains("$ref")) {
      EXPECT_TRUE(document_.contains(json::json_pointer(value["$ref"].get<std::string>().substr(1)))) << value;
    }
    if (value.is_structured()) {
      for (const json& part : value) look(part);
    }
  };
  look(document_);
  for (const auto& [path, item] : document_.at("paths").items()) {
    for (const auto& [verb, operation] : item.items()) {
      const auto parameters = operation.value("parameters", json::array());
      for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
        const std::string name = path.substr(at + 1, path.find('}', at) - at - 1);
        const auto is_it = [&](const json& one) {
          return one.at("name") == name && one.at("in") == "path" && one.at("required") == true;
        };
        EXPECT_TRUE(std::ranges::any_of(parameters, is_it)) << verb << ' ' << path << ' ' << name;
      }
      EXPECT_FALSE(operation.at("summary").get<std::string>().empty()) << path;
    }
  }
}

}  // namespace lab::service::testing
