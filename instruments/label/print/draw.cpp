#include "instruments/label/print/draw.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>

#include "instruments/label/print/canvas.hpp"
#include "instruments/label/print/symbol.hpp"
#include "protocol/base/text.hpp"

namespace lab::label {
namespace {

// A module of QR is as large as fits, up to half a millimetre: a phone at 30 cm still has three pixels for it. Below
// three eighths, thermal printers burn neighbours together.
constexpr int module_eighths_max = 4;
constexpr int module_eighths_min = 3;
constexpr int bar_quarters = 1;  // 0.25 mm, "10 mil": what every hand scanner reads
constexpr int quiet_bars = 10;   // ISO/IEC 15417, 4.2: white on both sides of Code 128
constexpr double number_millimetres_min = 3;
constexpr int round_letters_dots = 2;  // S and C reach a dot above and below the other capitals

/// What is drawn, in quarters of a millimetre, with the dots it comes to.
struct Drawing {
  Canvas canvas;
  int dots_per_mm;

  [[nodiscard]] int dots(int quarters) const { return quarters * dots_per_mm / 4; }
  [[nodiscard]] Box dots(const Box& box) const {
    return {.x = dots(box.x), .y = dots(box.y), .width = dots(box.width), .height = dots(box.height)};
  }
};

/// An error in a text names its field; the character stays in the message.
Result<void> in_field(Result<void> written, const char* field) {
  if (!written && written.error().code != ErrorCode::not_found) written.error().where = field;
  return written;
}

Result<void> write_number(Drawing& drawing, const LabelContent& content, const Layout& layout) {
  const Box box = drawing.dots(layout.number);
  const int em_min = static_cast<int>(std::ceil(number_millimetres_min * drawing.dots_per_mm / number_capital_height));
  const int em_max = static_cast<int>((box.height - round_letters_dots) / number_capital_height);
  const TextStyle style{.face = Face::number, .em_max = em_max, .em_min = em_min, .may_be_cut = false};
  return in_field(drawing.canvas.write(content.payload.number.text(), box, style), "number");
}

Result<void> draw_code(Drawing& drawing, const LabelContent& content, const Layout& layout) {
  const auto code = encode_symbol(Symbology::qr, code_text(content.payload));
  if (!code) return fail(Result<Modules>{code});
  const Box box = drawing.dots(layout.code);
  const int module = std::min(box.width / code->width, drawing.dots_per_mm * module_eighths_max / 8);
  if (module < drawing.dots_per_mm * module_eighths_min / 8) {
    return fail(ErrorCode::too_large, "编号太长，这种标签上二维码印不清，请换大一些的标签", "number");
  }
  for (int y = 0; y < code->height; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if (!code->is_dark(x, y)) continue;
      drawing.canvas.fill({.x = box.x + x * module, .y = box.y + y * module, .width = module, .height = module});
    }
  }
  return {};
}

Result<void> draw_bars(Drawing& drawing, const LabelContent& content, const Layout& layout) {
  if (!layout.bars) return {};
  const auto code = encode_symbol(Symbology::code128, content.payload.number.text());
  if (!code) return fail(Result<Modules>{code});
  const Box box = drawing.dots(*layout.bars);
  const int bar = drawing.dots(bar_quarters);
  if ((code->width + 2 * quiet_bars) * bar > drawing.dots(layout.width)) {
    return fail(ErrorCode::too_large, "编号太长，这种标签放不下一维码，请换没有一维码的标签", "number");
  }
  const int left = (drawing.dots(layout.width) - code->width * bar) / 2;
  for (int x = 0; x < code->width; ++x) {
    if (!code->is_dark(x, 0)) continue;
    drawing.canvas.fill({.x = left + x * bar, .y = box.y, .width = bar, .height = box.height});
  }
  return {};
}

Result<void> write_captioned(Drawing& drawing, const std::string& caption, const std::string& text,
                             const Words& words) {
  const TextStyle style{
      .em_max = drawing.dots(words.em_max), .em_min = drawing.dots(words.em_min), .may_be_cut = !words.whole};
  const Box box = drawing.dots(words.box);
  if (text.empty() && !words.ruled) return {};
  const std::string line = caption.empty() ? text : caption + " " + text;
  if (auto written = in_field(drawing.canvas.write(line, box, style), words.field); !written) return written;
  if (!text.empty()) return {};
  const int begin = drawing.canvas.width_of(caption + "  ", style.face, style.em_max);
  const int thickness = drawing.dots(1) / 2;
  drawing.canvas.fill(
      {.x = box.x + begin, .y = box.y + box.height - drawing.dots(2), .width = box.width - begin, .height = thickness});
  return {};
}

Result<void> write_words(Drawing& drawing, const LabelContent& content, const Layout& layout) {
  for (const Words& words : layout.words) {
    const std::string text{trim(content.*words.text)};
    if (auto written = write_captioned(drawing, words.caption, text, words); !written) return written;
  }
  const std::string date = to_text(content.payload.sampled_on);
  const Words dated{.field = "sampled_on", .box = layout.date, .whole = true};
  if (auto written = write_captioned(drawing, "抽样", date, dated); !written) return written;
  if (!layout.laboratory) return {};
  const Words laboratory{.field = "laboratory", .box = *layout.laboratory, .em_min = 7, .whole = true};
  return write_captioned(drawing, "实验室", content.payload.laboratory, laboratory);
}

/// Test sample or reserve is told at a glance, before anything is read.
Result<void> draw_kind(Drawing& drawing, const LabelContent& content, const Layout& layout) {
  const Box box = drawing.dots(layout.kind);
  const std::string text =
      fmt::format("{} {}/{}", chinese_name_of(kind_of(content)), content.payload.copy, content.copies);
  drawing.canvas.frame(box, drawing.dots(1));
  const int edge = drawing.dots(2);
  const Box inside{.x = box.x + edge, .y = box.y, .width = box.width - 2 * edge, .height = box.height};
  const TextStyle style{.em_max = drawing.dots(16), .em_min = drawing.dots(9), .may_be_cut = false, .centred = true};
  return drawing.canvas.write(text, inside, style);
}

/// The state of a sample is ticked by hand.
Result<void> draw_status(Drawing& drawing, const Layout& layout) {
  constexpr std::array captions{"待检", "在检", "已检", "留样"};
  if (!layout.status) return {};
  const Box row = *layout.status;
  const int step = row.width / static_cast<int>(captions.size());
  drawing.canvas.fill({.x = drawing.dots(row.x),
                       .y = drawing.dots(row.y - 4),
                       .width = drawing.dots(row.width),
                       .height = drawing.dots(1) / 2});
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const int left = row.x + static_cast<int>(i) * step;
    const Box square{.x = left, .y = row.y + 1, .width = row.height - 2, .height = row.height - 2};
    drawing.canvas.frame(drawing.dots(square), drawing.dots(1));
    const Box beside{.x = left + row.height + 2, .y = row.y, .width = step - row.height - 2, .height = row.height};
    const TextStyle style{.em_max = drawing.dots(13), .em_min = drawing.dots(10)};
    if (auto written = drawing.canvas.write(captions[i], drawing.dots(beside), style); !written) return written;
  }
  return {};
}

}  // namespace

Result<LabelBitmap> draw(const LabelContent& content, const Layout& layout, int dots_per_mm) {
  auto canvas = Canvas::create(layout.width * dots_per_mm / 4, layout.height * dots_per_mm / 4, dots_per_mm);
  if (!canvas) return fail(std::move(canvas));
  Drawing drawing{.canvas = *std::move(canvas), .dots_per_mm = dots_per_mm};
  for (const auto& part : {write_number, draw_code, draw_bars, write_words, draw_kind}) {
    if (auto drawn = part(drawing, content, layout); !drawn) return fail(std::move(drawn));
  }
  if (auto drawn = draw_status(drawing, layout); !drawn) return fail(std::move(drawn));
  return drawing.canvas.bitmap();
}

}  // namespace lab::label
