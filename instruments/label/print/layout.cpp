#include "instruments/label/print/layout.hpp"

#include <algorithm>
#include <array>

namespace lab::label {
namespace {

using Content = LabelContent;

// Nothing stands nearer to an edge than 1 mm: that far a roll may run askew. Round the QR code four modules stay
// white.

constexpr std::array bench_words{
    Words{.text = &Content::storage, .field = "storage", .box = {164, 28, 70, 24}, .em_max = 18},
    Words{.text = &Content::sample_name,
          .field = "sample_name",
          .caption = "名称",
          .box = {90, 54, 144, 29},
          .em_max = 15},
    Words{.text = &Content::blind_code,
          .field = "blind_code",
          .caption = "盲样号",
          .box = {90, 84, 144, 16},
          .em_min = 8,
          .whole = true},
    Words{.text = &Content::seal,
          .field = "seal",
          .caption = "封条号",
          .box = {90, 116, 144, 16},
          .em_min = 8,
          .whole = true},
};

constexpr std::array bench_bars_words{
    Words{.text = &Content::sample_name,
          .field = "sample_name",
          .caption = "名称",
          .box = {90, 54, 184, 29},
          .em_max = 15},
    Words{.text = &Content::blind_code,
          .field = "blind_code",
          .caption = "盲样号",
          .box = {90, 84, 108, 16},
          .em_min = 8,
          .whole = true},
    Words{.text = &Content::storage, .field = "storage", .box = {204, 84, 70, 16}},
    Words{.text = &Content::seal,
          .field = "seal",
          .caption = "封条号",
          .box = {90, 101, 184, 16},
          .em_min = 8,
          .whole = true},
};

constexpr std::array sampling_words{
    Words{.text = &Content::seal,
          .field = "seal",
          .caption = "封条号",
          .box = {164, 35, 148, 22},
          .em_max = 14,
          .em_min = 8,
          .whole = true,
          .ruled = true},
    Words{.text = &Content::sample_name,
          .field = "sample_name",
          .caption = "样品名称",
          .box = {92, 60, 220, 30},
          .em_max = 15,
          .ruled = true},
    Words{.text = &Content::batch,
          .field = "batch",
          .caption = "规格/批号",
          .box = {92, 91, 220, 17},
          .em_min = 8,
          .ruled = true},
    Words{.text = &Content::sampled_party,
          .field = "sampled_party",
          .caption = "受检单位",
          .box = {8, 127, 304, 26},
          .em_min = 9,
          .ruled = true},
    Words{.text = &Content::place,
          .field = "place",
          .caption = "抽样地点",
          .box = {8, 153, 304, 17},
          .em_min = 8,
          .ruled = true},
    Words{.text = &Content::sampler,
          .field = "sampler",
          .caption = "抽样单位/人",
          .box = {8, 170, 304, 17},
          .em_min = 8,
          .ruled = true},
    Words{.text = &Content::task,
          .field = "task",
          .caption = "任务编号",
          .box = {8, 187, 148, 17},
          .em_min = 8,
          .whole = true,
          .ruled = true},
    Words{.text = &Content::storage,
          .field = "storage",
          .caption = "保存条件",
          .box = {164, 187, 148, 17},
          .em_min = 8,
          .ruled = true},
};

constexpr std::array tube_words{
    Words{.text = &Content::storage, .field = "storage", .box = {144, 23, 50, 24}, .em_max = 14, .em_min = 9},
    Words{.text = &Content::blind_code,
          .field = "blind_code",
          .caption = "盲样号",
          .box = {84, 47, 110, 15},
          .em_min = 8,
          .whole = true},
    Words{.text = &Content::sample_name, .field = "sample_name", .box = {84, 62, 110, 15}, .em_max = 12},
};

constexpr std::array all_layouts{
    Layout{.name = "bench",
           .description = "盲样标签 60 x 40 mm，检测台用",
           .width = 240,
           .height = 160,
           .number = {.x = 8, .y = 7, .width = 224, .height = 16},
           .code = {.x = 8, .y = 32, .width = 76, .height = 76},
           .kind = {.x = 90, .y = 30, .width = 68, .height = 20},
           .words = bench_words,
           .date = {.x = 90, .y = 100, .width = 142, .height = 16},
           .laboratory = Box{.x = 8, .y = 116, .width = 80, .height = 16},
           .status = Box{.x = 8, .y = 138, .width = 224, .height = 16}},
    Layout{.name = "bench-bars",
           .description = "盲样标签 70 x 50 mm，另有一维码供手持扫描枪",
           .width = 280,
           .height = 200,
           .number = {.x = 8, .y = 7, .width = 264, .height = 17},
           .code = {.x = 8, .y = 32, .width = 76, .height = 76},
           .bars = Box{.x = 8, .y = 124, .width = 264, .height = 40},
           .kind = {.x = 90, .y = 30, .width = 68, .height = 20},
           .words = bench_bars_words,
           .date = {.x = 166, .y = 30, .width = 108, .height = 20},
           .status = Box{.x = 8, .y = 176, .width = 264, .height = 16}},
    Layout{.name = "sampling",
           .description = "抽样标签 80 x 60 mm，现场用，写明受检单位，不随样品进检测台",
           .width = 320,
           .height = 240,
           .blind = false,
           .number = {.x = 8, .y = 8, .width = 304, .height = 18},
           .code = {.x = 8, .y = 36, .width = 76, .height = 76},
           .kind = {.x = 92, .y = 35, .width = 66, .height = 21},
           .words = sampling_words,
           .date = {.x = 92, .y = 109, .width = 130, .height = 17},
           .laboratory = Box{.x = 228, .y = 109, .width = 84, .height = 17},
           .status = Box{.x = 8, .y = 214, .width = 304, .height = 18}},
    Layout{.name = "tube",
           .description = "盲样小标签 50 x 25 mm，离心管和小瓶用",
           .width = 200,
           .height = 100,
           .number = {.x = 6, .y = 4, .width = 188, .height = 14},
           .code = {.x = 8, .y = 26, .width = 66, .height = 66},
           .kind = {.x = 84, .y = 26, .width = 54, .height = 18},
           .words = tube_words,
           .date = {.x = 84, .y = 78, .width = 110, .height = 15}},
};

}  // namespace

std::span<const Layout> layouts() { return all_layouts; }

const Layout* find_layout(std::string_view name) {
  const auto* layout = std::ranges::find(all_layouts, name, &Layout::name);
  return layout == all_layouts.end() ? nullptr : layout;
}

std::string layout_names() {
  std::string names;
  for (const Layout& layout : all_layouts) (names += names.empty() ? "" : ", ") += layout.name;
  return names;
}

}  // namespace lab::label
