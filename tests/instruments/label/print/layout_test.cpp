#include "instruments/label/print/layout.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <utility>
#include <vector>

#include "tests/instruments/label/print/contents.hpp"
#include "tests/instruments/label/print/printed_dots.hpp"

namespace lab::label {
namespace {

using NamedBox = std::pair<std::string, Box>;

Box wider(const Box& box, int by) {
  return {.x = box.x - by, .y = box.y - by, .width = box.width + 2 * by, .height = box.height + 2 * by};
}

std::vector<NamedBox> boxes_of(const Layout& layout) {
  std::vector<NamedBox> boxes{
      {"number", layout.number}, {"code", layout.code}, {"kind", layout.kind}, {"date", layout.date}};
  for (const Words& words : layout.words) boxes.emplace_back(words.field, words.box);
  if (layout.bars) boxes.emplace_back("bars", *layout.bars);
  if (layout.laboratory) boxes.emplace_back("laboratory", *layout.laboratory);
  // With the line above it.
  if (layout.status)
    boxes.emplace_back("status",
                       Box{layout.status->x, layout.status->y - 4, layout.status->width, layout.status->height + 4});
  return boxes;
}

bool overlap(const Box& a, const Box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool holds(const Box& box, int x, int y) {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

TEST(Layouts, KeepWhatTheyHoldApartAndOffTheEdges) {
  for (const Layout& layout : layouts()) {
    const auto boxes = boxes_of(layout);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const auto& [name, box] = boxes[i];
      EXPECT_TRUE(box.x >= 4 && box.y >= 4 && box.x + box.width <= layout.width - 4 &&
                  box.y + box.height <= layout.height - 4)
          << layout.name << " " << name << " is less than 1 mm from an edge";
      for (std::size_t j = i + 1; j < boxes.size(); ++j) {
        EXPECT_FALSE(overlap(box, boxes[j].second)) << layout.name << ": " << name << " and " << boxes[j].first;
      }
    }
  }
}

TEST(Layouts, EveryBlindOneLeavesOutWhoWasSampledAndWhere) {
  int open = 0;
  for (const Layout& layout : layouts()) {
    open += layout.blind ? 0 : 1;
    for (const Words& words : layout.words) {
      const bool names = words.text == &LabelContent::sampled_party || words.text == &LabelContent::place ||
                         words.text == &LabelContent::sampler || words.text == &LabelContent::batch;
      EXPECT_FALSE(layout.blind && names) << layout.name << " " << words.field;
    }
  }
  EXPECT_EQ(open, 1) << "only the sampling label";
}

// Contents that fill every box to its brim, at both resolutions.
TEST(Layouts, NothingIsDrawnOutsideItsBoxAndTheCodeKeepsItsWhite) {
  for (const Layout& layout : layouts()) {
    LabelContent content = full_content();
    content.sample_name = content.storage = content.batch = content.sampler = content.place = content.sampled_party =
        "";
    for (int i = 0; i < 30; ++i) {
      content.sample_name += "鱻";
      content.storage += "g龘";
      content.batch += "Wj";
    }
    content.payload.laboratory = "WWWWWWWW";
    content.payload.copy = content.copies = 99;
    for (const int dots_per_mm : {dots_per_mm_203, dots_per_mm_300}) {
      const auto label = print_label(content, {.layout = layout.name, .dots_per_mm = dots_per_mm});
      ASSERT_TRUE(label.has_value()) << layout.name << " " << to_text(label.error());
      const auto boxes = boxes_of(layout);
      for (int y = 0; y < label->height_dots; ++y) {
        for (int x = 0; x < label->width_dots; ++x) {
          if (!label->is_dark(x, y)) continue;
          const int at_x = x * 4 / dots_per_mm;
          const int at_y = y * 4 / dots_per_mm;
          ASSERT_TRUE(std::ranges::any_of(boxes, [&](const NamedBox& box) { return holds(box.second, at_x, at_y); }))
              << layout.name << " " << x << "," << y;
        }
      }
    }
  }
}

TEST(Layouts, FourModulesAroundTheCodeStayWhite) {
  for (const Layout& layout : layouts()) {
    for (const auto& [name, box] : boxes_of(layout)) {
      if (name == "code") continue;
      // Every QR code here has modules of half a millimetre or less, and stands in the upper left of its box.
      Box code = wider(layout.code, 8);
      code.width -= 8 + 2;  // to the right and below, the box is a little larger than any code
      code.height -= 8;
      EXPECT_FALSE(overlap(code, box)) << layout.name << " " << name;
    }
  }
}

TEST(Layouts, TheNumberIsBoldAndAtLeastThreeMillimetresHigh) {
  for (const Layout& layout : layouts()) {
    for (const int dots_per_mm : {dots_per_mm_203, dots_per_mm_300}) {
      const auto label = print_label(full_content(), {.layout = layout.name, .dots_per_mm = dots_per_mm});
      ASSERT_TRUE(label.has_value());
      const Box& box = layout.number;
      int rows = 0;
      int longest_run = 0;
      for (int y = box.y * dots_per_mm / 4; y < (box.y + box.height) * dots_per_mm / 4; ++y) {
        bool inked = false;
        int run = 0;
        for (int x = box.x * dots_per_mm / 4; x < (box.x + box.width) * dots_per_mm / 4; ++x) {
          inked = inked || label->is_dark(x, y);
          run = label->is_dark(x, y) ? run + 1 : 0;
          longest_run = std::max(longest_run, run);
        }
        rows += inked ? 1 : 0;
      }
      EXPECT_GE(rows, 3 * dots_per_mm) << layout.name;
      EXPECT_GE(longest_run, dots_per_mm / 2) << layout.name << ": strokes of half a millimetre";
    }
  }
}

TEST(Layouts, AreFoundByName) {
  EXPECT_EQ(find_layout("tube")->name, "tube");
  EXPECT_EQ(find_layout("Tube"), nullptr);
  EXPECT_EQ(layout_names(), "bench, bench-bars, sampling, tube");
}

}  // namespace
}  // namespace lab::label
