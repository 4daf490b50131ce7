#include "tests/lab-node/desk/described.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "lab-node/desk/openapi.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

const json& document() {
  static const json parsed = json::parse(openapi_document);
  return parsed;
}

const json& resolved(const json& schema) {
  if (!schema.contains("$ref")) return schema;
  const std::string reference = schema.at("$ref");
  return document().at(json::json_pointer(reference.substr(1)));
}

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return false;
}

// What is wrong with a value, and where; empty when it has the form. What the document uses of JSON Schema, no more.
std::string fault_of(const json& value, const json& given, const std::string& where) {
  const json& schema = resolved(given);
  if (schema.contains("oneOf")) {
    const auto fits =
        std::ranges::count_if(schema["oneOf"], [&](const json& one) { return fault_of(value, one, where).empty(); });
    return fits == 1 ? "" : fmt::format("{} fits {} of the alternatives", where, fits);
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
  if (schema.contains("pattern") &&
      !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>()))) {
    return fmt::format("{} is {}", where, value.dump());
  }
  if (value.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (auto fault = fault_of(value[i], schema["items"], fmt::format("{}[{}]", where, i)); !fault.empty())
        return fault;
    }
  }
  if (!value.is_object()) return {};
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

// The path of the document that means this one; null when there is none.
const json* path_item(const std::string& path) {
  const json* best = nullptr;
  std::size_t most = 0;
  for (const auto& [pattern, item] : document().at("paths").items()) {
    const std::size_t literal = literal_segments(pattern, path);
    if (literal <= most) continue;
    most = literal;
    best = &item;
  }
  return best;
}

}  // namespace

std::string fault_of_answer(const std::string& method, const std::string& path, const http::Response& response) {
  const json* item = path_item(path);
  if (item == nullptr) return path + " is not described";
  std::string verb = method;
  std::ranges::transform(verb, verb.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  if (!item->contains(verb)) return fmt::format("{} {} is not described", method, path);
  const json& responses = item->at(verb).at("responses");
  const std::string status = std::to_string(response.status);
  const bool is_problem = response.status >= 400;
  if (!is_problem && !responses.contains(status)) return fmt::format("{} {} is not to answer {}", method, path, status);
  const json& described = resolved(responses.at(is_problem ? "default" : status));
  if (!described.contains("content")) return response.body.empty() ? "" : path + " is to answer nothing";
  const std::string type = response.content_type.substr(0, response.content_type.find(';'));
  if (!described["content"].contains(type)) return fmt::format("{} {} is not to answer {}", method, path, type);
  if (type != "application/json" && type != "application/problem+json") return {};
  return fault_of(json::parse(response.body), described["content"][type]["schema"], "answer");
}

void expect_described(const std::string& method, const std::string& path, const http::Response& response) {
  EXPECT_EQ(fault_of_answer(method, path, response), "") << method << ' ' << path << '\n' << response.body;
}

}  // namespace lab::desk
