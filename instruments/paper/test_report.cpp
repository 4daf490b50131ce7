#include "instruments/paper/test_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "instruments/paper/sheet.hpp"

namespace lab::paper {
namespace {

constexpr double padding = 2;

struct Column {
  const char* name;
  double part;  // of the width between the margins
  std::string ReportItem::*field;
};
constexpr std::array columns{
    Column{"检验项目", 0.15, &ReportItem::analyte}, Column{"检验方法", 0.19, &ReportItem::method},
    Column{"检验结果", 0.15, &ReportItem::result},  Column{"单位", 0.09, &ReportItem::unit},
    Column{"限量", 0.12, &ReportItem::limit},       Column{"判定依据", 0.20, &ReportItem::basis},
    Column{"单项判定", 0.10, &ReportItem::verdict}};

/// One pass over the report. The first counts the pages, the second says of how many each is one.
class Writing {
 public:
  Writing(Sheets& sheets, const TestReport& report, int pages) : sheets_(sheets), report_(report), pages_(pages) {}

  int write() {
    begin_page();
    title();
    for (std::size_t i = 0; i < report_.head.size(); i += 2) head_row(i);
    y_ += 10;
    table_header();
    for (const ReportItem& item : report_.items) item_row(item);
    y_ += 10;
    paragraph("检验结论", report_.conclusion, {.size = 11, .bold = true});
    y_ += 6;
    for (const Signer& signer : report_.signers) signer_row(signer);
    y_ += 6;
    for (const std::string& note : report_.notes) paragraph("", note, {.size = 7.5});
    end_page();
    return page_;
  }

 private:
  void begin_page() {
    ++page_;
    y_ = margin;
    std::string line = fmt::format("报告编号 {}  第 {} 版", report_.number, report_.version);
    if (!report_.replaces.empty()) line += fmt::format("  代替 {}", report_.replaces);
    if (!report_.replaced_by.empty()) line += fmt::format("  已作废，由 {} 代替", report_.replaced_by);
    sheets_.write(line, left, y_, right - left, {.size = 8});
    y_ += 14;
    sheets_.line(left, y_, right, y_);
    y_ += 8;
  }
  void end_page() { sheets_.end_page(page_, pages_); }
  // True when a new page was begun.
  bool make_room(double height) {
    if (y_ + height <= bottom) return false;
    end_page();
    begin_page();
    return true;
  }

  void title() {
    const Words words{.size = 20, .bold = true, .centred = true};
    sheets_.write("检 验 报 告", left, y_, right - left, words);
    y_ += sheets_.height_of("检 验 报 告", right - left, words) + 8;
  }

  void head_row(std::size_t first) {
    const double half = (right - left) / 2;
    double height = 0;
    for (std::size_t i = first; i < std::min(first + 2, report_.head.size()); ++i) {
      height = std::max(height, sheets_.height_of(text_of(report_.head[i]), half - 4 * padding, {}));
    }
    make_room(height + 3);
    for (std::size_t i = first; i < std::min(first + 2, report_.head.size()); ++i) {
      sheets_.write(text_of(report_.head[i]), left + static_cast<double>(i - first) * half, y_, half - 4 * padding, {});
    }
    y_ += height + 3;
  }
  static std::string text_of(const Field& field) { return field.name + "：" + field.value; }

  void table_header() {
    cells([](const Column& column) { return std::string{column.name}; }, {.size = 8.5, .bold = true}, false);
  }
  void item_row(const ReportItem& item) {
    cells([&](const Column& column) { return item.*column.field; }, {.size = 8}, true);
  }
  void cells(const std::function<std::string(const Column&)>& text, const Words& words, bool repeats_header) {
    double height = 0;
    for (const Column& column : columns) {
      height = std::max(height, sheets_.height_of(text(column), width_of(column) - 2 * padding, words));
    }
    height += 2 * padding;
    if (make_room(height) && repeats_header) table_header();
    double x = left;
    sheets_.line(left, y_, right, y_);
    for (const Column& column : columns) {
      sheets_.line(x, y_, x, y_ + height);
      sheets_.write(text(column), x + padding, y_ + padding, width_of(column) - 2 * padding, words);
      x += width_of(column);
    }
    sheets_.line(right, y_, right, y_ + height);
    y_ += height;
    sheets_.line(left, y_, right, y_);
  }
  static double width_of(const Column& column) { return column.part * (right - left); }

  void paragraph(const std::string& name, const std::string& text, const Words& words) {
    const std::string whole = name.empty() ? text : name + "：" + text;
    const double height = sheets_.height_of(whole, right - left, words);
    make_room(height + 3);
    sheets_.write(whole, left, y_, right - left, words);
    y_ += height + 3;
  }

  void signer_row(const Signer& signer) {
    const std::string text = fmt::format("{}：{}    {}", signer.role, signer.person, signer.at);
    make_room(28);
    sheets_.write(text, left, y_, right - left, {.size = 10});
    y_ += 14;
    sheets_.write("记录 " + signer.hash, left, y_, right - left, {.size = 7});
    y_ += 13;
  }

  Sheets& sheets_;
  const TestReport& report_;
  int pages_;
  int page_ = 0;
  double y_ = 0;
};

}  // namespace

Result<Bytes> print_test_report(const TestReport& report) {
  const std::string title = "检验报告 " + report.number;
  return print_counted(title, report.signed_at, [&](Sheets& sheets, int pages) {
    return Writing{sheets, report, pages}.write();
  });
}

}  // namespace lab::paper
