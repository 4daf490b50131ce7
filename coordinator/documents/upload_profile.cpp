#include "coordinator/documents/upload_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "coordinator/documents/upload_fields.hpp"

namespace lab::documents {
namespace {

using nlohmann::json;

tl::unexpected<Error> wrong(std::string what, std::string where) {
  return fail(ErrorCode::malformed, std::move(what), std::move(where));
}

template <std::size_t count>
Result<void> check_keys(const json& object, const std::array<std::string_view, count>& known, const std::string& at) {
  if (!object.is_object()) return wrong("应为对象", at);
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, key) == known.end())
      return wrong("没有这一项", at.empty() ? key : fmt::format("{}.{}", at, key));
  }
  return {};
}

// A text that may be missing.
Result<std::string> text_in(const json& object, const char* key, const std::string& at) {
  const auto found = object.find(key);
  if (found == object.end()) return std::string{};
  if (!found->is_string()) return wrong("应为文字", at + key);
  return found->get<std::string>();
}

Result<bool> flag_in(const json& object, const char* key, const std::string& at) {
  const auto found = object.find(key);
  if (found == object.end()) return false;
  if (!found->is_boolean()) return wrong("应为 true 或 false", at + key);
  return found->get<bool>();
}

Result<std::uint64_t> number_in(const json& object, const char* key, std::uint64_t otherwise, const std::string& at) {
  const auto found = object.find(key);
  if (found == object.end()) return otherwise;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() == 0) return wrong("应为正整数", at + key);
  return found->get<std::uint64_t>();
}

Result<std::map<std::string, std::string>> map_in(const json& object, const std::string& at) {
  std::map<std::string, std::string> map;
  const auto found = object.find("map");
  if (found == object.end()) return map;
  if (!found->is_object() || found->empty()) return wrong("应为“我方的值”到“对方的值”的对照", at + "map");
  for (const auto& [ours, theirs] : found->items()) {
    if (!theirs.is_string()) return wrong("应为文字", fmt::format("{}map.{}", at, ours));
    map.emplace(ours, theirs.get<std::string>());
  }
  return map;
}

Result<void> check_field(const UploadColumn& column, bool has_value, bool by_item, const std::string& at) {
  if (column.field.empty() == !has_value) return wrong("field 和 value 应写一个，也只写一个", at);
  if (has_value) return {};
  const UploadField* const field = find_upload_field(column.field);
  if (field == nullptr) {
    return wrong(fmt::format("没有字段“{}”；有：{}", column.field, upload_field_names()), at + ".field");
  }
  if (field->of_item && !by_item) return wrong("此字段每个检测项目一个值，rows 应写 items", at + ".field");
  return {};
}

Result<UploadColumn> read_column(const json& object, bool by_item, const std::string& place) {
  static constexpr std::array<std::string_view, 7> known{"name", "field", "value", "map", "optional", "date", "max"};
  if (auto good = check_keys(object, known, place); !good) return fail(std::move(good));
  const std::string at = place + ".";
  UploadColumn column;
  for (const auto& [key, into] :
       {std::pair{"name", &column.name}, {"field", &column.field}, {"value", &column.value}}) {
    auto text = text_in(object, key, at);
    if (!text) return fail(std::move(text));
    *into = std::move(*text);
  }
  if (column.name.empty()) return wrong("请写明对方的栏名", at + "name");
  auto map = map_in(object, at);
  if (!map) return fail(std::move(map));
  column.map = std::move(*map);
  const auto optional = flag_in(object, "optional", at);
  if (!optional) return tl::unexpected(optional.error());
  column.optional = *optional;
  const auto date = text_in(object, "date", at);
  if (!date) return tl::unexpected(date.error());
  if (!date->empty() && *date != "dashes" && *date != "compact") return wrong("应为 dashes 或 compact", at + "date");
  column.compact_date = *date == "compact";
  const auto most = object.contains("max") ? number_in(object, "max", 0, at) : Result<std::uint64_t>{0};
  if (!most) return tl::unexpected(most.error());
  column.characters_max = static_cast<std::size_t>(*most);
  if (auto good = check_field(column, object.contains("value"), by_item, place); !good) return fail(std::move(good));
  return column;
}

Result<void> read_columns(const json& document, UploadProfile& profile) {
  const auto list = document.find("columns");
  if (list == document.end() || !list->is_array() || list->empty() || list->size() > upload_columns_max) {
    return wrong(fmt::format("应有 1 到 {} 栏", upload_columns_max), "columns");
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = fmt::format("columns[{}]", i);
    auto column = read_column((*list)[i], profile.by_item, place);
    if (!column) return fail(std::move(column));
    if (!names.insert(column->name).second) return wrong("这一栏写了两次", place + ".name");
    profile.columns.push_back(std::move(*column));
  }
  return {};
}

}  // namespace

bool UploadProfile::names_units() const {
  return std::ranges::any_of(columns, [](const UploadColumn& column) {
    const UploadField* const field = find_upload_field(column.field);
    return field != nullptr && field->of_unit;
  });
}

Result<UploadProfile> read_upload_profile(std::string_view text) {
  static constexpr std::array<std::string_view, 5> known{"profile", "version", "title", "rows", "columns"};
  if (text.size() > upload_profile_octets_max) return fail(ErrorCode::too_large, "对照文件太大", "profile");
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) return wrong("对照文件不是 JSON", "profile");
  if (auto good = check_keys(document, known, ""); !good) return fail(std::move(good));
  UploadProfile profile;
  std::string rows;
  for (const auto& [key, into] : {std::pair{"profile", &profile.name}, {"title", &profile.title}, {"rows", &rows}}) {
    auto value = text_in(document, key, "");
    if (!value) return fail(std::move(value));
    *into = std::move(*value);
  }
  if (profile.name.empty()) return wrong("请写明对照的名称", "profile");
  if (rows != "samples" && rows != "items") return wrong("应为 samples 或 items", "rows");
  profile.by_item = rows == "items";
  const auto version = number_in(document, "version", 1, "");
  if (!version) return tl::unexpected(version.error());
  profile.version = *version;
  if (auto good = read_columns(document, profile); !good) return fail(std::move(good));
  return profile;
}

}  // namespace lab::documents
