#include "lab-node/bench/match.hpp"

#include <algorithm>
#include <array>

#include "instruments/drivers/flags.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/tables/tables.hpp"

namespace lab::bench {
namespace {

using model::SampleState;

// Sample types that mean an ordinary sample; everything else that is named is a blank, a standard or a control.
constexpr std::array sample_types{"SAMPLE", "UNKNOWN", "UNK", "SPECIMEN", "S", "P", "样品", "样本", "未知样"};

struct Words {
  Obstacle obstacle;
  const char* name;
  const char* explanation;
};
// In the order of Obstacle.
constexpr std::array words{
    Words{Obstacle::not_a_sample, "not_a_sample", "空白、标准或质控样，不是样品结果，确认后剔除"},
    Words{Obstacle::not_a_result, "not_a_result", "仪器响应值或初步结果，不能用于判定，请以最终结果重新导出"},
    Words{Obstacle::no_value, "no_value", "没有可用的数值，请核对原始记录后重新导出或剔除"},
    Words{Obstacle::unknown_sample, "unknown_sample", "本站没有此编号或盲码的样品，请核对后指定样品或剔除"},
    Words{Obstacle::not_received, "not_received", "样品尚未收样，请先扫描标签收样，再采用此结果"},
    Words{Obstacle::already_judged, "already_judged",
          "样品已经判定，如需更改请先由复核人退回；确证可疑结果的试样请以“编号/2”上机"},
    Words{Obstacle::withdrawn, "withdrawn", "任务已收回或登记为未抽到"},
    Words{Obstacle::no_reference, "no_reference", "本站还没有此检测包的判定依据，请等待与协调端连接"},
    Words{Obstacle::unknown_analyte, "unknown_analyte", "样品的检测包中没有此项目，请核对名称后指定项目或剔除"},
    Words{Obstacle::differs, "differs", "同一项目已有不同的结果，请确认采用哪一个"},
    Words{Obstacle::lot_task, "lot_task", "批次任务按抽检件数和不合格数判定，请登记不合格数，仪器结果核对后剔除"},
    Words{Obstacle::ambiguous, "ambiguous",
          "编号或项目名称对应两个以上的样品或项目，请核对原始记录后指定样品编号和项目"},
    Words{Obstacle::contradicts, "contradicts",
          "同一文件中此项目有不同的结果，都没有采用，请核对后采用其中一个、剔除其余"},
    Words{Obstacle::unconfirmed_device, "unconfirmed_device",
          "数据来自另一台设备，尚未确认是此仪器，请管理员或复核人确认后重新读取"},
    Words{Obstacle::refused_device, "refused_device",
          "已认定此设备不是该仪器，结果不予采用，请核对接线或仪器编号后剔除"},
    Words{Obstacle::run_closed, "run_closed", "此批质控评定时未计入此结果，请核对质控后指定采用，或重新上机"}};
static_assert(words.size() == static_cast<std::size_t>(obstacle_last) + 1);
static_assert([] {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].obstacle != static_cast<Obstacle>(i)) return false;
  }
  return true;
}());

bool has_flag(const model::Observation& observation, std::string_view flag) {
  return std::ranges::find(observation.flags, flag) != observation.flags.end();
}

bool is_preliminary(const std::string& flag) { return flag.starts_with(drivers::flag_status); }

}  // namespace

const char* name_of(Obstacle obstacle) { return words.at(static_cast<std::size_t>(obstacle)).name; }

const char* explanation_of(Obstacle obstacle) { return words.at(static_cast<std::size_t>(obstacle)).explanation; }

const char* explanation_of_name(std::string_view name) {
  const auto* const found = std::ranges::find(words, name, &Words::name);
  return found == words.end() ? "" : found->explanation;
}

tl::unexpected<node::Refusal> refuse(Obstacle obstacle) {
  return node::refuse(name_of(obstacle), explanation_of(obstacle));
}

std::string normalised_id(std::string_view id) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!id.empty() && is_blank(id.front())) id.remove_prefix(1);
  while (!id.empty() && is_blank(id.back())) id.remove_suffix(1);
  std::string normal{id};
  for (char& c : normal) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return normal;
}

PortionId portion_in(std::string_view id) {
  PortionId found{.sample = normalised_id(id)};
  const std::size_t size = found.sample.size();
  const bool has_suffix =
      size > 2 && found.sample[size - 2] == '/' && found.sample[size - 1] >= '2' && found.sample[size - 1] <= '9';
  if (!has_suffix) return found;
  found.portion = static_cast<std::uint8_t>(found.sample.back() - '0');
  found.sample.resize(size - 2);
  return found;
}

Meant sample_meant(const journal::View& store, std::string_view normalised_id) {
  const auto by_number = node::tables::task_of_number(store, normalised_id);
  const auto by_code = node::tables::task_of_blind_code(store, normalised_id);
  if (by_number && by_code && *by_number != *by_code) return {.task = std::nullopt, .ambiguous = true};
  return {.task = by_number ? by_number : by_code};
}

tl::expected<std::uint16_t, Obstacle> item_meant(const judging::PanelIndex& panel, const std::string& analyte) {
  if (const auto item = panel.item_of(analyte)) return *item;
  return tl::unexpected(panel.is_ambiguous(analyte) ? Obstacle::ambiguous : Obstacle::unknown_analyte);
}

std::optional<Obstacle> obstacle_in(const model::Observation& observation) {
  const std::string type = normalised_id(observation.sample_type);
  if (!type.empty() && std::ranges::find(sample_types, type) == sample_types.end()) return Obstacle::not_a_sample;
  if (has_flag(observation, drivers::flag_response) || std::ranges::any_of(observation.flags, is_preliminary)) {
    return Obstacle::not_a_result;
  }
  using model::ValueState;
  if (observation.value.state == ValueState::missing || observation.value.state == ValueState::invalid) {
    return Obstacle::no_value;
  }
  return std::nullopt;
}

bool is_supporting(const model::Observation& observation) { return has_flag(observation, drivers::flag_qualifier); }

std::optional<Obstacle> obstacle_in(const model::Sample& sample, std::uint8_t portion) {
  if (portion > 1 && judging::is_provisional(sample)) return std::nullopt;
  if (const auto obstacle = obstacle_in(sample.state)) return obstacle;
  if (sample.grant.lot) return Obstacle::lot_task;
  return std::nullopt;
}

std::optional<Obstacle> obstacle_in(model::SampleState state) {
  switch (state) {
    case SampleState::received:
    case SampleState::measuring:
      return std::nullopt;
    case SampleState::assigned:
    case SampleState::sampled:
      return Obstacle::not_received;
    case SampleState::judged:
    case SampleState::reviewed:
    case SampleState::approved:
      return Obstacle::already_judged;
    case SampleState::declined:
    case SampleState::revoked:
      return Obstacle::withdrawn;
  }
  return std::nullopt;
}

bool is_same(const model::Determination& a, const model::Determination& b) {
  if (a.unit != b.unit || a.value.state != b.value.state || a.value.comparator != b.value.comparator) return false;
  if (a.value.number.has_value() != b.value.number.has_value()) return false;
  return a.value.number ? *a.value.number == *b.value.number : a.value.text == b.value.text;
}

}  // namespace lab::bench
