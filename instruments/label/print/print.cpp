#include "instruments/label/print/print.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

#include "instruments/label/print/bitmap.hpp"
#include "instruments/label/reader/read.hpp"

namespace lab::label {
namespace {

constexpr int margin = 16;  // 2 mm, what a label printer may be off by
constexpr int number_baseline = 64;
constexpr double number_scale = 1.5;  // capitals 33 dots high: 4.1 mm, readable at arm's length
constexpr double words_scale = 0.75;
constexpr int words_step = 34;
constexpr int code_top = 84;

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_letter_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// The name of the first field that cannot be printed; empty when there is none.
std::string wrong_field(const LabelContent& content) {
  const auto& payload = content.payload;
  const auto fits = [](const std::string& text) { return text.size() <= words_chars_max && is_printable(text); };
  if (payload.number.empty()) return "number";
  if (payload.laboratory.empty() || payload.laboratory.size() > laboratory_chars_max ||
      !std::ranges::all_of(payload.laboratory, is_letter_or_digit)) {
    return "laboratory";
  }
  const int year = static_cast<int>(payload.sampled_on.year());
  if (!payload.sampled_on.ok() || year < 0 || year > 9999) return "sampled_on";
  if (content.copies < 1 || content.copies > 99 || payload.copy < 1 || payload.copy > content.copies) return "copy";
  if (!fits(content.blind_code)) return "blind_code";
  if (!fits(content.sample_name)) return "sample_name";
  return {};
}

void write(cv::Mat& paper, const std::string& text, cv::Point baseline, double scale) {
  const int thickness = scale > 1 ? 4 : 2;
  cv::putText(paper, text, baseline, cv::FONT_HERSHEY_SIMPLEX, scale, cv::Scalar(0), thickness, cv::LINE_8);
}

void write_words(cv::Mat& paper, const LabelContent& content, int left) {
  const auto& payload = content.payload;
  const std::array lines{
      content.sample_name,
      content.blind_code,
      "LAB " + payload.laboratory,
      to_text(payload.sampled_on),
      fmt::format("COPY {}/{}", payload.copy, content.copies),
  };
  int baseline = code_top + 26;
  for (const auto& line : lines) {
    if (line.empty()) continue;
    write(paper, line, {left, baseline}, words_scale);
    baseline += words_step;
  }
}

/// The state of a sample is ticked by hand: waiting, in test, tested, reserve sample (待检 在检 已检 留样).
void draw_status_boxes(cv::Mat& paper) {
  constexpr std::array captions{"WAIT", "TEST", "DONE", "KEEP"};
  constexpr int side = 24;
  const int step = (label_width_dots - 2 * margin) / static_cast<int>(captions.size());
  const int top = label_height_dots - margin - side;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const int left = margin + static_cast<int>(i) * step;
    cv::rectangle(paper, {left, top, side, side}, cv::Scalar(0), 2);
    write(paper, captions[i], {left + side + 8, top + 20}, words_scale * 0.8);
  }
}

cv::Mat draw(const LabelContent& content, const Modules& code) {
  cv::Mat paper(label_height_dots, label_width_dots, CV_8UC1, cv::Scalar(255));
  write(paper, content.payload.number.text(), {margin, number_baseline}, number_scale);
  paint(code, {margin, code_top + margin / 2}, {module_dots, module_dots}, paper);
  write_words(paper, content, margin + code.width * module_dots + quiet_zone_modules * module_dots);
  draw_status_boxes(paper);
  return paper;
}

/// In this process: the decoder's habit of aborting concerns photographs, not a clean bitmap of our own.
Result<Bytes> read_back(Bytes png, const LabelContent& content) {
  const auto reading = read(png);
  if (reading.number != content.payload.number || reading.codes.size() != 1 ||
      reading.codes.front().text != code_text(content.payload)) {
    return fail(ErrorCode::conflict,
                "the label that was drawn does not read as what it should say; nothing was printed",
                content.payload.number.text());
  }
  return png;
}

}  // namespace

Result<Bytes> render_png(const LabelContent& content) {
  if (const auto field = wrong_field(content); !field.empty()) {
    return fail(ErrorCode::malformed, "the label cannot be printed: this field is missing or not allowed", field);
  }
  const auto code = encode_symbol(Symbology::qr, code_text(content.payload));
  if (!code) return fail(Result<Modules>{code});
  auto png = encode_png(draw(content, *code));
  if (!png) return png;
  return read_back(*std::move(png), content);
}

}  // namespace lab::label
