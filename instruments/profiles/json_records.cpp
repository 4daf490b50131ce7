#include "instruments/profiles/json_records.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "instruments/drivers/read_value.hpp"
#include "protocol/base/text.hpp"
#include "protocol/workbook/number_text.hpp"
#include "protocol/workbook/workbook.hpp"

namespace lab::profiles {

struct JsonNode {
  enum class Kind { nothing, single, object, list };
  Kind kind = Kind::nothing;
  workbook::CellText value;      // of a single value
  std::vector<JsonNode> inside;  // of an object or a list
  std::string name;              // in the object around it
};

namespace {

using sheet::CellKind;
using Kind = JsonNode::Kind;

constexpr std::size_t depth_max = 64;

// Builds the tree from the events of the parser, which hands numbers over as they are written.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonNode root;
  bool too_large = false;

  bool null() override { return add({}); }
  bool boolean(bool value) override { return add({value ? "TRUE" : "FALSE", CellKind::boolean}); }
  bool number_integer(number_integer_t value) override { return add_number(fmt::format("{}", value)); }
  bool number_unsigned(number_unsigned_t value) override { return add_number(fmt::format("{}", value)); }
  bool number_float(number_float_t, const string_t& written) override { return add_number(written); }
  bool string(string_t& text) override { return add({text, CellKind::text}); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    name_ = name;
    return true;
  }
  bool start_object(std::size_t) override { return begin(Kind::object); }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override { return begin(Kind::list); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool add_number(const std::string& written) {
    return add(workbook::cell_text(written, workbook::NumberStyle::plain, false));
  }

  // Single values in lists are not kept: a chromatogram has a hundred thousand of them.
  bool add(workbook::CellText value) {
    if (open_.empty()) return true;
    JsonNode& around = *open_.back();
    if (around.kind == Kind::list) return true;
    return count() && (around.inside.push_back({Kind::single, std::move(value), {}, std::move(name_)}), true);
  }

  bool begin(Kind kind) {
    if (open_.size() >= depth_max) too_large = true;
    if (too_large || !count()) return false;
    if (open_.empty()) {
      root.kind = kind;
      open_.push_back(&root);
      return true;
    }
    // Only the innermost open node grows, so that the pointers to those around it stay good.
    JsonNode& around = *open_.back();
    around.inside.push_back({kind, {}, {}, std::exchange(name_, {})});
    open_.push_back(&around.inside.back());
    return true;
  }

  bool end() {
    open_.pop_back();
    return true;
  }

  bool count() {
    too_large = ++nodes_ > workbook::cells_max;
    return !too_large;
  }

  std::vector<JsonNode*> open_;
  std::string name_;
  std::size_t nodes_ = 0;
};

struct Step {
  std::string name;
  bool is_list;
};

std::vector<Step> steps_of(std::string_view path) {
  std::vector<Step> steps;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    std::string_view name = path.substr(0, end);
    const bool is_list = name.ends_with("[]");
    if (is_list) name.remove_suffix(2);
    steps.push_back({std::string{name}, is_list});
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return steps;
}

using Said = std::vector<std::pair<std::size_t, workbook::CellText>>;  // what an object says, by column

class Flattener {
 public:
  Flattener(std::vector<Step> steps, std::size_t rows_max) : steps_(std::move(steps)), rows_max_(rows_max) {
    sheet_.rows.push_back({.cells = {}, .kinds = {}, .number = 1});
  }

  Result<sheet::Sheet> run(const JsonNode& root) {
    if (auto done = visit(root, 0, ""); !done) return fail(std::move(done));
    return std::move(sheet_);
  }

 private:
  static tl::unexpected<Error> twice(const std::string& title) {
    return fail(ErrorCode::malformed, "同一个对象里有两项同名，无法确定用哪一项", tidy(title));
  }

  // An object on the path. It says something of every record inside.
  Result<void> visit(const JsonNode& object, std::size_t step, const std::string& prefix) {
    const std::size_t before = said_.size();
    const JsonNode* next = nullptr;
    const std::string* way = step < steps_.size() ? &steps_[step].name : nullptr;
    for (const JsonNode& member : object.inside) {
      if (way != nullptr && member.name == *way) {
        if (next != nullptr) return twice(prefix + member.name);
        next = &member;
      } else {
        say(member, prefix + member.name);
      }
    }
    auto done = way == nullptr ? add_row() : follow(next, step, prefix + *way);
    said_.resize(before);
    return done;
  }

  Result<void> follow(const JsonNode* next, std::size_t step, const std::string& prefix) {
    if (next == nullptr || (next->kind == Kind::single && next->value.text.empty())) return {};
    const bool is_list = steps_[step].is_list;
    if (next->kind != (is_list ? Kind::list : Kind::object)) {
      return fail(ErrorCode::malformed, is_list ? "这里应为一个列表" : "这里应为一个对象", tidy(prefix));
    }
    if (!is_list) return visit(*next, step + 1, prefix + ".");
    for (const JsonNode& item : next->inside) {
      if (item.kind != Kind::object) return fail(ErrorCode::malformed, "列表里有一项不是对象", tidy(prefix));
      if (auto done = visit(item, step + 1, prefix + "."); !done) return done;
    }
    return {};
  }

  // Objects inside that are not on the path say something, too; lists do not.
  void say(const JsonNode& member, const std::string& title) {
    if (member.kind == Kind::object) {
      for (const JsonNode& inner : member.inside) say(inner, title + "." + inner.name);
    }
    if (member.kind != Kind::single) return;
    const auto [place, added] = columns_.try_emplace(title, columns_.size());
    if (added) sheet_.rows.front().cells.push_back(title);
    said_.emplace_back(place->second, member.value);
  }

  Result<void> add_row() {
    if (sheet_.rows.size() >= rows_max_) return {};
    sheet::Row row{.cells = {}, .kinds = {}, .number = sheet_.rows.size() + 1};
    cells_ += columns_.size();
    if (cells_ > workbook::cells_max) return fail(ErrorCode::too_large, "JSON 里的记录太多，不是正常的导出文件");
    row.cells.resize(columns_.size());
    row.kinds.resize(columns_.size(), CellKind::text);
    std::vector<bool> taken(columns_.size());
    for (const auto& [column, value] : said_) {
      if (taken[column]) return twice(sheet_.rows.front().cells[column]);
      taken[column] = true;
      row.cells[column] = value.text;
      row.kinds[column] = value.kind;
    }
    sheet_.rows.push_back(std::move(row));
    return {};
  }

  std::vector<Step> steps_;
  std::size_t rows_max_;
  sheet::Sheet sheet_;
  std::map<std::string, std::size_t> columns_;
  Said said_;
  std::size_t cells_ = 0;
};

}  // namespace

Result<JsonDocument> JsonDocument::parse(std::string_view utf8) {
  Builder builder;
  const bool whole = nlohmann::json::sax_parse(utf8, &builder);
  if (builder.too_large) return fail(ErrorCode::too_large, "JSON 嵌套太深或内容太多，不是正常的导出文件");
  if (!whole) return fail(ErrorCode::malformed, "JSON 不完整或有错误，请重新导出或复制");
  JsonDocument document;
  document.root_ = std::make_shared<const JsonNode>(std::move(builder.root));
  return document;
}

Result<sheet::Sheet> JsonDocument::records(const std::string& path, std::size_t rows_max) const {
  Flattener flattener{steps_of(path), rows_max};
  if (root_->kind != Kind::object) return fail(ErrorCode::malformed, "JSON 的最外层应为一个对象");
  return flattener.run(*root_);
}

bool looks_like_json(std::string_view utf8) {
  utf8 = drivers::trim(utf8);
  const std::size_t first = utf8.find_first_not_of("\r\n\t ");
  return first != std::string_view::npos && utf8[first] == '{';
}

}  // namespace lab::profiles
