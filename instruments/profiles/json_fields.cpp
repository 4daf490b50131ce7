#include "instruments/profiles/json_fields.hpp"

#include <fmt/format.h>
#include <utility>

namespace lab::profiles {
namespace {

using nlohmann::json;

constexpr std::size_t number_max = 100'000;  // columns and rows; everything else a profile counts is smaller

const json& no_object() {
  static const json empty = json::object();
  return empty;
}

}  // namespace

void Complaint::about(const std::string& where, std::string what) {
  if (!error_) error_ = Error{ErrorCode::malformed, std::move(what), where};
}

JsonFields::JsonFields(const json& object, std::string where, Complaint& complaint)
    : object_(&object), where_(std::move(where)), complaint_(&complaint) {
  if (object.is_object()) return;
  complaint.about(where_, "这里应为一个 JSON 对象 {…}");
  object_ = &no_object();
}

std::string JsonFields::path(std::string_view name) const {
  return where_.empty() ? std::string{name} : fmt::format("{}.{}", where_, name);
}

void JsonFields::wrong(const char* name, std::string what) { complaint_->about(path(name), std::move(what)); }

const json* JsonFields::take(const char* name) {
  taken_.insert(name);
  const auto found = object_->find(name);
  return found == object_->end() ? nullptr : &*found;
}

bool JsonFields::has(const char* name) const { return object_->contains(name); }

std::string JsonFields::text(const char* name, bool required) {
  const json* value = take(name);
  if (value == nullptr) {
    if (required) wrong(name, "缺少这一项，应为文字");
    return {};
  }
  if (value->is_string()) return value->get<std::string>();
  wrong(name, "应为文字");
  return {};
}

std::vector<std::string> JsonFields::texts(const char* name) {
  const json* value = take(name);
  if (value == nullptr) return {};
  if (value->is_string()) return {value->get<std::string>()};
  std::vector<std::string> list;
  if (!value->is_array()) wrong(name, "应为文字或文字的列表");
  for (const json& item : value->is_array() ? *value : json::array()) {
    if (!item.is_string()) {
      wrong(name, "列表里的每一项都应为文字");
      return {};
    }
    list.push_back(item.get<std::string>());
  }
  return list;
}

bool JsonFields::flag(const char* name, bool otherwise) {
  const json* value = take(name);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, "应为 true 或 false");
  return otherwise;
}

std::size_t JsonFields::number(const char* name, std::size_t otherwise) {
  const json* value = take(name);
  if (value == nullptr) return otherwise;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= number_max) return value->get<std::size_t>();
  wrong(name, "应为不太大的正整数");
  return otherwise;
}

std::optional<std::size_t> JsonFields::column(const char* name) {
  if (!has(name)) return std::nullopt;
  const std::size_t given = number(name, 1);
  if (given == 0) wrong(name, "列从 1 开始数");
  return given == 0 ? 0 : given - 1;
}

std::vector<JsonFields> JsonFields::objects(const char* name) {
  const json* value = take(name);
  std::vector<JsonFields> list;
  if (value == nullptr) return list;
  if (!value->is_array()) {
    list.emplace_back(*value, path(name), *complaint_);
    return list;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    list.emplace_back((*value)[i], fmt::format("{}[{}]", path(name), i), *complaint_);
  }
  return list;
}

std::vector<std::pair<std::string, std::string>> JsonFields::pairs(const char* name) {
  const json* value = take(name);
  std::vector<std::pair<std::string, std::string>> list;
  if (value == nullptr) return list;
  if (!value->is_object()) wrong(name, "应为一个 JSON 对象 {…}");
  for (const auto& [key, text] : (value->is_object() ? *value : no_object()).items()) {
    if (!text.is_string()) {
      wrong(name, "每一项的值都应为文字");
      return {};
    }
    list.emplace_back(key, text.get<std::string>());
  }
  return list;
}

void JsonFields::finish() {
  for (const auto& [name, value] : object_->items()) {
    if (!taken_.contains(name)) complaint_->about(path(name), "没有这一项，请检查拼写");
  }
}

}  // namespace lab::profiles
