#include "instruments/drivers/jcamp.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/jcamp_labels.hpp"
#include "instruments/drivers/jcamp_ordinates.hpp"
#include "instruments/drivers/read_value.hpp"
#include "instruments/drivers/text.hpp"

namespace lab::drivers {
namespace {

using namespace jcamp;

// What the labels say about one axis.
struct Axis {
  std::string unit{};
  std::string name{};  // of n-tuples
  Decimal factor{1, 0};
  std::optional<Decimal> first{};
  std::optional<Decimal> last{};
  std::optional<Decimal> step{};
  std::optional<std::size_t> points{};
};

std::optional<std::size_t> read_count(std::string_view text) {
  const auto value = read_decimal(text);
  if (!value || value->is_negative() || *value > Decimal{static_cast<std::int64_t>(points_max), 0}) return std::nullopt;
  return static_cast<std::size_t>(to_double(*value));
}

// x of the point at `index`; nothing when the labels do not tell.
std::optional<Decimal> place_of(const Axis& x, std::size_t points, std::size_t index) {
  if (!x.first || points == 0) return std::nullopt;
  if (index == 0) return x.first;
  if (index + 1 == points && x.last) return x.last;
  if (!x.step) return std::nullopt;
  const auto distance = x.step->times(Decimal{static_cast<std::int64_t>(index), 0});
  return distance ? x.first->plus(*distance) : std::nullopt;
}

class FileReader {
 public:
  explicit FileReader(std::string_view text) : labels_(text) {}

  JcampFile read() {
    while (file_.refused.empty()) {
      auto record = labels_.next();
      if (!record) break;
      take(*record);
    }
    if (file_.refused.empty() && !blocks_.empty()) check_open_end();
    if (file_.refused.empty() && file_.spectra.empty()) file_.refused = "文件里没有谱图数据表，没有可采用的内容";
    if (!file_.refused.empty()) file_.spectra.clear();
    return std::move(file_);
  }

 private:
  struct Block {
    Labels labels;
    std::string page;
    bool all_counted = true;  // every table has agreed with a number of points
  };

  void take(const LabelRecord& record) {
    if (record.label == "TITLE") {
      if (blocks_.size() >= blocks_max) return refuse(record, "数据块嵌套过深");
      blocks_.emplace_back();
    }
    if (blocks_.empty()) return refuse(record, "第一个标签不是 ##TITLE=");
    Block& block = blocks_.back();
    if (record.label == "END") {
      blocks_.pop_back();
    } else if (record.label == "PAGE") {
      block.page = text_of(record.value);
    } else if (record.label == "ENDNTUPLES") {
      block.page.clear();
    } else if (const auto form = table_form(record)) {
      take_table(record, *form, block);
    } else {
      block.labels.set(record);
    }
  }

  void take_table(const LabelRecord& record, const TableForm& form, Block& block) {
    if (form.kind == TableForm::Kind::unsupported) {
      return remark(record, fmt::format("##{}= 的形式“{}”不是数值的谱图，没有读取", record.label, form.text));
    }
    if (form.kind == TableForm::Kind::ordinates) {
      take_ordinates(record, form, block);
    } else {
      take_groups(record, form, block);
    }
  }

  void take_ordinates(const LabelRecord& record, const TableForm& form, Block& block) {
    Axis x = axis_of(block.labels, form.symbols[0], 'X');
    const Axis y = axis_of(block.labels, form.symbols[1], 'Y');
    auto ordinates = read_ordinates(form.data, points_max - points_);
    if (!ordinates) return refuse(record, to_text(ordinates.error()));
    const std::size_t points = ordinates->y.size();
    points_ += points;
    if (!counts_agree(record, x.points ? x.points : y.points, points, block)) return;
    if (points == 0) return refuse(record, "数据表里没有点");
    complete(x, ordinates->lines, points);
    if (std::string why = misplaced(x, ordinates->lines); !why.empty()) return refuse(record, why);
    Spectrum spectrum = describe(record, block, x, y);
    spectrum.y = std::move(ordinates->y);
    spectrum.first_x = x.first ? x.first->to_text() : "";
    if (const auto last = place_of(x, points, points - 1)) spectrum.last_x = last->to_text();
    check_labels(record, block.labels, spectrum);
    file_.spectra.push_back(std::move(spectrum));
  }

  void take_groups(const LabelRecord& record, const TableForm& form, Block& block) {
    const Axis x = axis_of(block.labels, form.symbols[0], 'X');
    const Axis y = axis_of(block.labels, form.symbols[1], 'Y');
    auto columns = read_groups(form.data, form.symbols.size());
    if (!columns) return refuse(record, to_text(columns.error()));
    const std::size_t points = columns->front().size();
    if (!counts_agree(record, x.points ? x.points : y.points, points, block)) return;
    if (points == 0) return refuse(record, "数据表里没有点");
    Spectrum spectrum = describe(record, block, x, y);
    spectrum.is_continuous = false;
    const auto ends = (*columns)[0].summary(x.factor);
    spectrum.first_x = ends.first;
    spectrum.last_x = ends.last;
    spectrum.x = std::move((*columns)[0]);
    spectrum.y = std::move((*columns)[1]);
    check_labels(record, block.labels, spectrum);
    file_.spectra.push_back(std::move(spectrum));
  }

  // From the n-tuple lists when they name the variable, else from the labels of plain spectra.
  static Axis axis_of(const Labels& labels, std::string_view symbol, char plain) {
    const std::string prefix(1, plain);
    const auto column = labels.position_in("SYMBOL", symbol);
    const auto text = [&](const char* list, const std::string& label) {
      return std::string{column ? labels.item(list, *column) : labels.get(label)};
    };
    Axis axis{.unit = text("UNITS", prefix + "UNITS"),
              .name = column ? std::string{labels.item("VARNAME", *column)} : std::string{},
              .first = read_decimal(text("FIRST", "FIRST" + prefix)),
              .last = read_decimal(text("LAST", "LAST" + prefix))};
    if (const auto factor = read_decimal(text("FACTOR", prefix + "FACTOR")); factor && !factor->is_zero()) {
      axis.factor = *factor;
    }
    if (plain == 'X' && !column) axis.step = read_decimal(labels.get("DELTAX"));
    axis.points = read_count(labels.get("NPOINTS"));
    if (!axis.points && column) axis.points = read_count(labels.item("VARDIM", *column));
    return axis;
  }

  // FIRSTX, LASTX and the number of points give the distance more exactly than a rounded DELTAX. What no label says
  // comes from the table itself.
  static void complete(Axis& x, const std::vector<LineStart>& lines, std::size_t points) {
    if (!x.first && !lines.empty()) x.first = decimal_of(lines.front().x * to_double(x.factor));
    if (x.first && x.last && points > 1) {
      const double step = (to_double(*x.last) - to_double(*x.first)) / static_cast<double>(points - 1);
      if (!x.step || std::abs(to_double(*x.step) - step) > 0) x.step = decimal_of(step);
    }
    if (x.step || lines.size() < 2 || lines[1].index == 0) return;
    const double step = (lines[1].x - lines[0].x) * to_double(x.factor) / static_cast<double>(lines[1].index);
    x.step = decimal_of(step);
  }

  static std::optional<Decimal> decimal_of(double value) { return read_decimal(shortest_text(value)); }

  // A line that does not begin where its number of points says: points are lost, or belong to another file.
  static std::string misplaced(const Axis& x, const std::vector<LineStart>& lines) {
    if (!x.first || !x.step) return {};
    const double first = to_double(*x.first);
    const double step = to_double(*x.step);
    const double factor = to_double(x.factor);
    for (const LineStart& line : lines) {
      const double expected = first + step * static_cast<double>(line.index);
      const double found = line.x * factor;
      const double tolerance = 1.01 * std::abs(step) + std::abs(factor) * line.resolution + 1e-6 * std::abs(expected);
      if (std::abs(found - expected) <= tolerance) continue;
      return fmt::format("数据表第 {} 行的横坐标是 {}，按点数应为 {}：有点丢失或混入（X 校验）", line.line,
                         shortest_text(found), shortest_text(expected));
    }
    return {};
  }

  bool counts_agree(const LabelRecord& record, std::optional<std::size_t> declared, std::size_t found, Block& block) {
    if (!declared) block.all_counted = false;
    if (!declared || *declared == found) return true;
    refuse(record, fmt::format("写明有 {} 个点，数据表里有 {} 个，文件可能不完整，请重新导出", *declared, found));
    return false;
  }

  static Spectrum describe(const LabelRecord& record, const Block& block, const Axis& x, const Axis& y) {
    const Labels& labels = block.labels;
    std::string type{labels.get("DATATYPE")};
    if (!y.name.empty()) type += (type.empty() ? "" : " ") + y.name;
    std::string time{labels.get("LONGDATE")};
    if (time.empty()) time = std::string{labels.get("DATE")}.append(" ").append(labels.get("TIME"));
    return {.title = std::string{labels.get("TITLE")},
            .data_type = std::move(type),
            .page = block.page,
            .x_unit = x.unit,
            .y_unit = y.unit,
            .instrument = std::string{labels.get("SPECTROMETERDATASYSTEM")},
            .time = std::string{trim(time)},
            .offset = record.offset,
            .y_factor = y.factor,
            .x_factor = x.factor};
  }

  void check_labels(const LabelRecord& record, const Labels& labels, Spectrum& spectrum) {
    spectrum.ordinates = spectrum.y.summary(spectrum.y_factor);
    const Column::Summary& found = spectrum.ordinates;
    if (found.first.empty()) return;
    const double span = std::abs(to_double(found.greatest)) + std::abs(to_double(found.least));
    for (const auto& [label, value] :
         {std::pair{"FIRSTY", &found.first}, std::pair{"MAXY", &found.greatest}, std::pair{"MINY", &found.least}}) {
      const auto declared = read_decimal(labels.get(label));
      // Declared values are rounded freely; only a plain contradiction is worth a word.
      if (!declared || std::abs(to_double(*declared) - to_double(*value)) <= 0.01 * span) continue;
      remark(record, fmt::format("##{}= 写的是 {}，数据表里是 {}", label, declared->to_text(), *value));
    }
  }

  // A file that ends without ##END= may have been cut off; a number of points that agrees says that it was not.
  void check_open_end() {
    for (const Block& block : blocks_) {
      if (!block.all_counted) file_.refused = "文件没有以 ##END= 结束，也没有点数可以核对，可能不完整，请重新导出";
    }
  }

  void refuse(const LabelRecord& record, const std::string& why) {
    file_.refused = fmt::format("第 {} 行 ##{}=：{}", record.line, record.label, why);
  }

  void remark(const LabelRecord& record, std::string message) {
    if (file_.diagnostics.size() >= diagnostics_max) return;
    file_.diagnostics.push_back(
        {.offset = record.offset, .where = fmt::format("第 {} 行", record.line), .message = std::move(message)});
  }

  static constexpr std::size_t blocks_max = 16;  // LINK blocks in LINK blocks; real files have two levels

  LabelReader labels_;
  JcampFile file_;
  std::vector<Block> blocks_;
  std::size_t points_ = 0;  // of the whole file
};

model::Observation observe(const Spectrum& spectrum, std::size_t offset) {
  const Column::Summary& ordinates = spectrum.ordinates;
  model::Observation observation{
      .sample_id = spectrum.title,
      .sample_type = {},
      .analyte = spectrum.data_type,
      .value = {.text = fmt::format("谱图，{} 点", spectrum.y.size()),
                .number = {},
                .comparator = {},
                .state = model::ValueState::invalid},
      .unit = spectrum.y_unit,
      .flags = {std::string{flag_response}, std::string{flag_spectrum}},
      .instrument = spectrum.instrument,
      .run = spectrum.page,
      .time = spectrum.time,
      .offset = offset,
  };
  observation.flags.push_back(fmt::format("npoints={}", spectrum.y.size()));
  for (const auto& [name, value] :
       {std::pair{"firstx", &spectrum.first_x}, std::pair{"lastx", &spectrum.last_x},
        std::pair{"firsty", &ordinates.first}, std::pair{"lasty", &ordinates.last}, std::pair{"miny", &ordinates.least},
        std::pair{"maxy", &ordinates.greatest}, std::pair{"xunit", &spectrum.x_unit}}) {
    if (!value->empty()) observation.flags.push_back(fmt::format("{}={}", name, *value));
  }
  return observation;
}

}  // namespace

JcampFile read_jcamp(std::string_view utf8) { return FileReader{utf8}.read(); }

model::Decoding decode_jcamp(BytesView capture) {
  if (capture.size() > capture_octets_max) {
    return refuse(jcamp_profile, capture.size(), "文件超过 256 MB，请分成几个文件");
  }
  const auto text = decode_instrument_text(capture);
  if (!text) return refuse(jcamp_profile, capture.size(), to_text(text.error()));
  JcampFile file = read_jcamp(text->utf8);
  if (!file.refused.empty()) return refuse(jcamp_profile, capture.size(), std::move(file.refused));
  model::Decoding decoding{.profile = std::string{jcamp_profile},
                           .observations = {},
                           .diagnostics = std::move(file.diagnostics),
                           .covered_bytes = capture.size(),
                           .total_bytes = capture.size(),
                           .refused = {}};
  LineOffsets lines{capture, *text};
  for (const Spectrum& spectrum : file.spectra) {
    decoding.observations.push_back(observe(spectrum, lines.in_capture(spectrum.offset)));
  }
  return decoding;
}

bool looks_like_jcamp(BytesView capture) {
  constexpr std::size_t window = 4096;
  const auto text = decode_instrument_text(capture.substr(0, window));
  const std::string_view head = text ? std::string_view{text->utf8} : capture.substr(0, window);
  LabelReader labels{head};
  const auto first = labels.next();
  return first && first->label == "TITLE";
}

}  // namespace lab::drivers
