#include "instruments/paper/sampling_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "instruments/paper/sheet.hpp"

namespace lab::paper {
namespace {

constexpr double padding = 3;
constexpr double name_width = (right - left) * 0.18;
constexpr double value_width = (right - left) * 0.32;
constexpr double row_height = 18;        // at least: a value that is written by hand needs it
constexpr double signature_height = 40;  // a name, a date and a stamp
constexpr std::size_t value_short = 60;  // octets: a longer value gets a row of its own

/// One pass over the form. The first counts the pages, the second says of how many each is one.
class Drawing {
 public:
  Drawing(Sheets& sheets, const SamplingFormSheet& form, int pages) : sheets_(sheets), form_(form), pages_(pages) {}

  int draw() {
    begin_page();
    const Words title{.size = 16, .bold = true, .centred = true};
    sheets_.write(form_.title, left, y_, right - left, title);
    y_ += sheets_.height_of(form_.title, right - left, title) + 8;
    for (const FormSection& section : form_.sections) draw_section(section);
    y_ += 6;
    for (std::size_t i = 0; i < form_.signatures.size(); i += 2) draw_signatures(i);
    y_ += 6;
    for (const std::string& note : form_.notes) draw_note(note);
    end_page();
    return page_;
  }

 private:
  void begin_page() {
    ++page_;
    y_ = margin;
    sheets_.write(fmt::format("样品编号 {}", form_.number), left, y_, right - left, {.size = 9, .bold = true});
    y_ += 16;
  }
  void end_page() { sheets_.end_page(page_, pages_); }
  void make_room(double height) {
    if (y_ + height <= bottom) return;
    end_page();
    begin_page();
  }

  void draw_section(const FormSection& section) {
    make_room(16 + row_height);
    sheets_.write(section.name, left, y_ + 2, right - left, {.size = 9.5, .bold = true});
    y_ += 16;
    for (std::size_t i = 0; i < section.fields.size();) i += draw_row(section.fields, i);
    sheets_.line(left, y_, right, y_);
    y_ += 4;
  }

  static bool is_long(const Field& field) { return field.value.size() > value_short; }

  // How many fields the row has taken.
  std::size_t draw_row(const std::vector<Field>& fields, std::size_t first) {
    const bool pair = first + 1 < fields.size() && !is_long(fields[first]) && !is_long(fields[first + 1]);
    const double first_width = pair ? value_width : right - left - name_width;
    double height = std::max(row_height, height_of(fields[first], first_width));
    if (pair) height = std::max(height, height_of(fields[first + 1], value_width));
    make_room(height);
    sheets_.line(left, y_, right, y_);
    draw_field(fields[first], left, first_width, height);
    if (pair) draw_field(fields[first + 1], left + name_width + value_width, value_width, height);
    sheets_.line(right, y_, right, y_ + height);
    y_ += height;
    sheets_.line(left, y_, right, y_);
    return pair ? 2 : 1;
  }
  double height_of(const Field& field, double width) {
    return 2 * padding + std::max(sheets_.height_of(field.name, name_width - 2 * padding, {.size = 8}),
                                  sheets_.height_of(field.value, width - 2 * padding, {.size = 9}));
  }
  void draw_field(const Field& field, double x, double width, double height) {
    sheets_.line(x, y_, x, y_ + height);
    sheets_.write(field.name, x + padding, y_ + padding, name_width - 2 * padding, {.size = 8});
    sheets_.line(x + name_width, y_, x + name_width, y_ + height);
    sheets_.write(field.value, x + name_width + padding, y_ + padding, width - 2 * padding, {.size = 9});
  }

  void draw_signatures(std::size_t first) {
    make_room(signature_height);
    const double half = (right - left) / 2;
    for (std::size_t i = first; i < std::min(first + 2, form_.signatures.size()); ++i) {
      const double x = left + static_cast<double>(i - first) * half;
      sheets_.write(form_.signatures[i] + "：", x, y_, half, {.size = 9});
      sheets_.line(x, y_ + 28, x + half - 20, y_ + 28);
      sheets_.write("      年    月    日", x + half / 2, y_ + 30, half / 2 - 20, {.size = 8});
    }
    y_ += signature_height + 4;
  }

  void draw_note(const std::string& note) {
    const double height = sheets_.height_of(note, right - left, {.size = 7.5});
    make_room(height + 3);
    sheets_.write(note, left, y_, right - left, {.size = 7.5});
    y_ += height + 3;
  }

  Sheets& sheets_;
  const SamplingFormSheet& form_;
  int pages_;
  int page_ = 0;
  double y_ = 0;
};

}  // namespace

Result<Bytes> print_sampling_form(const SamplingFormSheet& form) {
  const std::string title = "抽样单 " + form.number;
  return print_counted(title, form.dated, [&](Sheets& sheets, int pages) {
    return Drawing{sheets, form, pages}.draw();
  });
}

}  // namespace lab::paper
