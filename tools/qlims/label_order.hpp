#pragma once
// Which labels somebody wants: numbers, or rows of a table, each checked before any is drawn.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/label/print/print.hpp"

namespace lab::qlims {

/// As typed, for one sample. What a row of a table leaves empty is taken from the options of the command.
struct LabelWish {
  std::string number;
  std::string laboratory;
  std::string date;  // YYYY-MM-DD
  std::string name;
  std::string blind;
  std::string kind;    // 检样, 备样, 留样
  std::string copies;  // a number; empty is 1
  std::string batch;
  std::string seal;
  std::string storage;
  std::string task;
  std::string sampler;
  std::string place;
  std::string party;
};

/// What is wrong, and where: "labels.csv 第 3 行 date 列 “2013-13-01”：不是日期…".
using Problems = std::vector<std::string>;

struct LabelOrder {
  struct Line {
    std::string where;              // for messages: "labels.csv 第 3 行", "第 2 个编号"
    label::LabelContent content{};  // of its first copy
  };
  std::vector<Line> lines;
  Problems problems;  // none, or nothing may be printed
};

constexpr std::size_t labels_max = 5'000;  // all are held until the last has been read back: 150 MB of the largest

/// The same wish for each number, in order.
LabelOrder order_of_numbers(const std::vector<std::string>& numbers, const LabelWish& wish);

/// Rows of a table in UTF-8 or GB18030 with a line of column names, English or Chinese: number 样品编号, laboratory
/// 实验室, date 抽样日期, name 样品名称, blind 盲样编号, kind 样品类别, copies 份数, batch 规格/批号, seal 封条号,
/// storage 保存条件, task 任务编号, sampler 抽样人, place 抽样地点, party 受检单位. Only the number must be there.
LabelOrder order_of_table(BytesView table, const std::string& file, const LabelWish& defaults);

}  // namespace lab::qlims
