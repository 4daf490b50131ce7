#include "tools/qlims/label_order.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "protocol/base/charset.hpp"
#include "protocol/base/csv.hpp"
#include "protocol/base/text.hpp"

namespace lab::qlims {
namespace {

struct Column {
  std::string_view name;
  std::string_view chinese;
  std::string LabelWish::*text;
  std::string_view field;  // as the printing of labels names it in errors
};
constexpr std::array columns{
    Column{"number", "样品编号", &LabelWish::number, "number"},
    Column{"laboratory", "实验室", &LabelWish::laboratory, "laboratory"},
    Column{"date", "抽样日期", &LabelWish::date, "sampled_on"},
    Column{"name", "样品名称", &LabelWish::name, "sample_name"},
    Column{"blind", "盲样编号", &LabelWish::blind, "blind_code"},
    Column{"kind", "样品类别", &LabelWish::kind, "kind"},
    Column{"copies", "份数", &LabelWish::copies, "copies"},
    Column{"batch", "规格/批号", &LabelWish::batch, "batch"},
    Column{"seal", "封条号", &LabelWish::seal, "seal"},
    Column{"storage", "保存条件", &LabelWish::storage, "storage"},
    Column{"task", "任务编号", &LabelWish::task, "task"},
    Column{"sampler", "抽样人", &LabelWish::sampler, "sampler"},
    Column{"place", "抽样地点", &LabelWish::place, "place"},
    Column{"party", "受检单位", &LabelWish::party, "sampled_party"},
};

const Column* column_of(std::string_view name) {
  const auto* column =
      std::ranges::find_if(columns, [&](const Column& one) { return name == one.name || name == one.chinese; });
  return column == columns.end() ? nullptr : column;
}

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes wishes one by one and keeps what is wrong with each.
class Book {
 public:
  void add(const std::string& where, const LabelWish& wish) {
    const std::size_t problems_before = order_.problems.size();
    auto content = content_of(where, wish);
    if (order_.problems.size() > problems_before) return;
    if (auto checked = label::check_content(content); !checked) {
      const auto* column = std::ranges::find(columns, checked.error().where, &Column::field);
      const bool known = column != columns.end();
      complain(where, known ? column->name : std::string_view{checked.error().where}, known ? wish.*column->text : "",
               checked.error().message);
      return;
    }
    if (!seen_.insert(content.payload.number.text()).second) {
      return complain(where, "number", wish.number, "这个编号前面已经有了，同一标签不能打印两次");
    }
    labels_ += static_cast<std::size_t>(content.copies);
    order_.lines.push_back({.where = where, .content = std::move(content)});
  }

  void complain(const std::string& message) { order_.problems.push_back(message); }

  LabelOrder finish() {
    if (labels_ > labels_max)
      complain(fmt::format("一次最多打印 {} 张标签，这里有 {} 张；请分几次打印", labels_max, labels_));
    if (order_.lines.empty() && order_.problems.empty()) complain("没有要打印的样品编号");
    return std::move(order_);
  }

 private:
  void complain(const std::string& where, std::string_view column, const std::string& value, std::string_view message) {
    complain(fmt::format("{} {} 列 “{}”：{}", where, column, value, message));
  }

  label::LabelContent content_of(const std::string& where, const LabelWish& wish) {
    label::LabelContent content{.blind_code = wish.blind, .sample_name = wish.name};
    if (const auto number = model::SampleNumber::parse(wish.number)) {
      content.payload.number = *number;
    } else {
      complain(where, "number", wish.number, "不是样品编号，或校验位不对，请核对");
    }
    if (const auto date = parse_date(wish.date)) {
      content.payload.sampled_on = *date;
    } else {
      complain(where, "date", wish.date, "不是日期，应写成 2013-06-03");
    }
    if (!wish.kind.empty()) {
      content.kind = label::parse_sample_kind(wish.kind);
      if (!content.kind) complain(where, "kind", wish.kind, "样品类别须为 检样、备样 或 留样");
    }
    const auto copies = whole_number(wish.copies.empty() ? "1" : std::string_view{wish.copies});
    if (!copies) complain(where, "copies", wish.copies, "份数须为 1 至 99");
    content.copies = copies.value_or(1);
    content.payload.laboratory = wish.laboratory;
    content.batch = wish.batch;
    content.seal = wish.seal;
    content.storage = wish.storage;
    content.task = wish.task;
    content.sampler = wish.sampler;
    content.place = wish.place;
    content.sampled_party = wish.party;
    return content;
  }

  LabelOrder order_;
  std::set<std::string> seen_;
  std::size_t labels_ = 0;
};

/// The columns of the table's first row, in its order; nothing, and what is wrong, when it will not do.
std::optional<std::vector<const Column*>> header_of(const CsvRow& row, const std::string& file, Book& book) {
  std::vector<const Column*> header;
  for (const std::string& cell : row.cells) {
    const Column* column = column_of(trim(cell));
    if (column == nullptr) {
      std::string known;
      for (const Column& one : columns) known += fmt::format("{}{}", known.empty() ? "" : "、", one.name);
      book.complain(fmt::format("{} 第 {} 行：没有“{}”这一列；可用的列有 {}", file, row.line, cell, known));
      return std::nullopt;
    }
    if (std::ranges::find(header, column) != header.end()) {
      book.complain(fmt::format("{} 第 {} 行：“{}”这一列出现了两次", file, row.line, cell));
      return std::nullopt;
    }
    header.push_back(column);
  }
  if (std::ranges::find(header, &columns.front()) != header.end()) return header;
  book.complain(fmt::format("{} 第 {} 行：缺少 number（样品编号）列", file, row.line));
  return std::nullopt;
}

}  // namespace

LabelOrder order_of_numbers(const std::vector<std::string>& numbers, const LabelWish& wish) {
  Book book;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    LabelWish one = wish;
    one.number = numbers[i];
    book.add(fmt::format("第 {} 个编号", i + 1), one);
  }
  return book.finish();
}

LabelOrder order_of_table(BytesView table, const std::string& file, const LabelWish& defaults) {
  Book book;
  const auto text = decode_text(table);
  const auto rows = text ? parse_csv(text->utf8) : fail(Result<DecodedText>{text});
  if (!rows) {
    book.complain(fmt::format("{} {}", file, to_text(rows.error())));
    return book.finish();
  }
  if (rows->empty()) {
    book.complain(fmt::format("{}：文件是空的", file));
    return book.finish();
  }
  const auto header = header_of(rows->front(), file, book);
  if (!header) return book.finish();
  for (auto row = rows->begin() + 1; row != rows->end(); ++row) {
    const std::string where = fmt::format("{} 第 {} 行", file, row->line);
    if (row->cells.size() > header->size()) {
      book.complain(fmt::format("{}：有 {} 格，比表头多", where, row->cells.size()));
      continue;
    }
    LabelWish wish = defaults;
    for (std::size_t i = 0; i < row->cells.size(); ++i) {
      const auto cell = trim(row->cells[i]);
      if (!cell.empty()) wish.*(*header)[i]->text = cell;
    }
    book.add(where, wish);
  }
  return book.finish();
}

}  // namespace lab::qlims
