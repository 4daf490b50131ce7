#include "instruments/drivers/astm_records.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/drivers/astm_capture.hpp"
#include "instruments/drivers/astm_frame.hpp"
#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/escapes.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/line_ends.hpp"
#include "instruments/drivers/read_value.hpp"
#include "instruments/drivers/text.hpp"

namespace lab::drivers {
namespace {

struct Delimiters {
  char field = '|';
  char repeat = '\\';
  char component = '^';
  char escape = '&';
};

constexpr std::size_t fields_max = 16;  // no field that is read here lies behind it
using Fields = std::array<std::string_view, fields_max>;

// Fields counted as the standard does: 1 is the record type. They are short, so a loop is faster than a search for
// each.
Fields split_fields(std::string_view record, char delimiter) {
  Fields fields{};
  std::size_t field = 1;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < record.size(); ++at) {
    if (record[at] != delimiter) continue;
    fields[field] = record.substr(begin, at - begin);
    begin = at + 1;
    if (++field == fields_max) return fields;
  }
  fields[field] = record.substr(begin);
  return fields;
}

std::optional<char> escaped_character(std::string_view name, const Delimiters& delimiters) {
  if (name == "F") return delimiters.field;
  if (name == "S") return delimiters.component;
  if (name == "R") return delimiters.repeat;
  if (name == "E") return delimiters.escape;
  return std::nullopt;
}

// E1394 6.4.6: &F& &S& &R& &E& stand for the delimiters; other sequences stay as they are.
std::string unescape(std::string_view text, const Delimiters& delimiters) {
  return unescaped(text, delimiters.escape, [&](std::string_view name) { return escaped_character(name, delimiters); });
}

// The first component that is not blank, over all repeats, and how many there are.
struct Filled {
  std::string_view first;
  std::size_t count = 0;
};

Filled filled_components(std::string_view field, const Delimiters& delimiters) {
  Filled filled;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= field.size(); ++i) {
    if (i < field.size() && field[i] != delimiters.component && field[i] != delimiters.repeat) continue;
    const std::string_view component = trim(field.substr(begin, i - begin));
    begin = i + 1;
    if (component.empty()) continue;
    if (filled.count++ == 0) filled.first = component;
  }
  return filled;
}

// H-13 is free text in practice; only a text that names some other standard is refused.
bool names_this_standard(std::string_view version) {
  std::string name;
  for (const char c : version) {
    if (c != ' ' && c != '-') name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const bool letters = std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!letters) return true;  // empty, a version number, a time in the wrong place
  constexpr std::array<std::string_view, 6> families{"LIS", "E1394", "ASTM", "NCCLS", "CLSI", "1394"};
  if (std::ranges::any_of(families, [&](std::string_view family) { return name.starts_with(family); })) return true;
  return name.starts_with('V') && name.size() > 1 && name[1] >= '0' && name[1] <= '9';
}

struct Record {
  std::string_view text;
  std::size_t line = 0;    // 1-based, among the records
  std::size_t offset = 0;  // in the capture
};

class MessageReader {
 public:
  explicit MessageReader(model::Decoding& decoding) : decoding_(decoding) {}

  // Empty, or why the capture is refused.
  std::string read(const Record& record) {
    const char type = record.text.front();
    if (type == 'H') return begin(record);
    if (!open_) return fmt::format("第 {} 条记录（{}）之前没有 H 记录，不属于任何报文", record.line, type);
    has_escapes_ = record.text.find(delimiters_.escape) != std::string_view::npos;
    switch (type) {
      case 'P':
        sample_ = {};
        break;
      case 'O':
        read_order(record);
        break;
      case 'R':
        read_result(record);
        break;
      case 'L':
        finish();
        break;
      case 'C':
      case 'M':
      case 'S':
      case 'Q':
        break;  // comments, curves, scientific records, queries: known, and not results
      default:
        remark(record, "已忽略类型不明的记录");
        decoding_.covered_bytes -= std::min(decoding_.covered_bytes, record.text.size());
    }
    return {};
  }

  [[nodiscard]] bool open() const { return open_; }

 private:
  struct Test {
    std::string_view name;  // first component
    std::string_view id;    // the whole field
  };
  static constexpr std::size_t tests_max = 256;  // tests of one sample; panels have dozens, and are searched in a row

  // A sample of one order record and what has been reported for it.
  struct Sample {
    std::string id;
    bool from_instrument_field = false;
    bool is_control = false;
    std::vector<Test> tests;  // the first of each name
  };

  std::string begin(const Record& record) {
    if (open_) return fmt::format("第 {} 条记录开始了新的报文，而上一份缺少 L 记录", record.line);
    if (record.text.size() < 5) return fmt::format("第 {} 条记录：H 记录没有定义分隔符", record.line);
    delimiters_ = {.field = record.text[1]};
    const std::string_view definition = record.text.substr(2, record.text.find(delimiters_.field, 2) - 2);
    if (auto why = define(definition, record); !why.empty()) return why;
    const Fields fields = split_fields(record.text, delimiters_.field);
    const std::string_view version = trim(fields[13]);
    if (!names_this_standard(version)) {
      return fmt::format("H 记录写明的标准“{}”不是 E1394 或 LIS2（第 {} 条记录第 13 字段）", version, record.line);
    }
    instrument_ = std::string{trim(fields[5])};
    run_ = std::string{trim(fields[3])};
    sample_ = {};
    open_ = true;
    return {};
  }

  // Three characters. An instrument that escapes its backslash sends it twice.
  std::string define(std::string_view definition, const Record& record) {
    std::string characters;
    for (const char c : definition) {
      if (characters.empty() || characters.back() != c) characters += c;
    }
    if (characters.size() != 3 || characters.find(delimiters_.field) != std::string::npos) {
      return fmt::format("第 {} 条记录：分隔符“{}”不是三个不同的字符", record.line, definition);
    }
    if (characters.size() != definition.size()) remark(record, "H 记录里有重复的分隔符，按一个处理");
    delimiters_.repeat = characters[0];
    delimiters_.component = characters[1];
    delimiters_.escape = characters[2];
    return {};
  }

  void read_order(const Record& record) {
    const Fields fields = split_fields(record.text, delimiters_.field);
    sample_ = {};
    std::string_view id = filled_components(fields[3], delimiters_).first;
    if (id.empty()) {
      id = filled_components(fields[4], delimiters_).first;
      sample_.from_instrument_field = !id.empty();
      remark(record, id.empty() ? "O 记录没有样品编号" : "O-3 字段为空，样品编号取自 O-4");
    }
    sample_.id = plain(id);
    sample_.is_control = has_repeat(fields[12], "Q");
  }

  [[nodiscard]] bool has_repeat(std::string_view field, std::string_view wanted) const {
    while (!field.empty()) {
      const std::size_t end = std::min(field.find(delimiters_.repeat), field.size());
      if (trim(field.substr(0, end)) == wanted) return true;
      field.remove_prefix(std::min(end + 1, field.size()));
    }
    return false;
  }

  void read_result(const Record& record) {
    const Fields fields = split_fields(record.text, delimiters_.field);
    if (sample_.id.empty()) remark(record, "结果没有对应的样品");
    // Filled in place: an observation is large, and there is one for every few dozen octets.
    model::Observation& observation = decoding_.observations.emplace_back();
    observation.sample_id = sample_.id;
    if (sample_.is_control) observation.sample_type = "QC";  // O-12, action code Q: a control specimen
    observation.analyte = analyte_of(fields[3], record);
    observation.value = value_of(fields[4], record);
    observation.unit = plain(trim(fields[5]));
    observation.instrument = instrument_;
    observation.run = run_;
    observation.time = trim(fields[13].empty() ? fields[12] : fields[13]);
    observation.offset = record.offset;
    add_flags(fields[7], observation);
    add_status(trim(fields[9]), observation);
    if (sample_.from_instrument_field) observation.flags.emplace_back(flag_instrument_specimen_id);
  }

  // A correction and what the operator has verified are as final as F.
  static void add_status(std::string_view status, model::Observation& observation) {
    if (status.empty() || status == "F") return;
    if (status == "C") {
      observation.flags.emplace_back(flag_corrected);
    } else if (status == "V") {
      observation.flags.emplace_back(flag_operator_verified);
    } else {
      observation.flags.push_back(std::string{flag_status}.append(status));
    }
  }

  void add_flags(std::string_view field, model::Observation& observation) const {
    while (!field.empty()) {
      const std::size_t end = std::min(field.find(delimiters_.repeat), field.size());
      if (const auto text = trim(field.substr(0, end)); !text.empty()) observation.flags.emplace_back(text);
      field.remove_prefix(std::min(end + 1, field.size()));
    }
  }

  // Two tests of one sample must not be reported under one name.
  std::string analyte_of(std::string_view field, const Record& record) {
    const std::string_view name = filled_components(field, delimiters_).first;
    if (name.empty()) remark(record, "结果没有项目（R-3 字段）");
    const auto known = std::ranges::find(sample_.tests, name, &Test::name);
    const bool is_fresh = known == sample_.tests.end() && sample_.tests.size() < tests_max;
    const bool is_same = known != sample_.tests.end() && known->id == field;
    if (is_fresh) sample_.tests.push_back({name, field});
    if (is_fresh || is_same) return plain(name);
    remark(record, "同一样品另有同名项目，改用完整的项目代码");
    const std::size_t begin = field.find_first_not_of(delimiters_.component);
    return plain(field.substr(std::min(begin, field.size())));
  }

  model::ReadValue value_of(std::string_view field, const Record& record) {
    const Filled filled = filled_components(field, delimiters_);
    if (filled.count <= 1) return interpret_cell(plain(filled.first));
    remark(record, "R-4 字段有几个部分，按文字保留，不作数值");
    return {.text = std::string{trim(field)}, .number = {}, .comparator = {}, .state = model::ValueState::invalid};
  }

  [[nodiscard]] std::string plain(std::string_view text) const {
    return has_escapes_ ? unescape(text, delimiters_) : std::string{text};
  }

  void finish() {
    open_ = false;
    sample_ = {};
  }

  void remark(const Record& record, const char* message) {
    add_diagnostic(decoding_,
                   {.offset = record.offset, .where = fmt::format("第 {} 条记录", record.line), .message = message});
  }

  model::Decoding& decoding_;
  bool open_ = false;
  bool has_escapes_ = false;  // in the record being read
  Delimiters delimiters_;
  Sample sample_;
  std::string instrument_;
  std::string run_;
};

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_punctuation(char c) { return c > ' ' && c < '\x7F' && !is_letter_or_digit(c); }

bool is_line_end(char c) { return c == '\r' || c == '\n'; }

// `where_in_capture` maps an offset of the decoded text, growing from call to call.
template <class Offsets>
model::Decoding read_records(std::string_view text, model::Decoding decoding, Offsets where_in_capture) {
  MessageReader reader{decoding};
  // A result is seldom shorter; and line ends alone must not ask for more memory than results need.
  constexpr std::size_t octets_usual = 32;
  constexpr std::size_t reserved_max = 4096;
  decoding.observations.reserve(std::min(text.size() / octets_usual, reserved_max));
  LineEnds<2> ends{text, {'\r', '\n'}};
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (is_line_end(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = ends.behind(at);
    const std::string_view record = text.substr(at, end - at);
    ++line;
    // Lines of blanks, and lines that begin with a number sign in files kept by hand, are no records.
    if (const auto bare = trim(record); !bare.empty() && bare.front() != '#') {
      std::string why = reader.read({.text = bare, .line = line, .offset = where_in_capture(at)});
      if (!why.empty()) return refuse(astm_profile, decoding.total_bytes, std::move(why));
    }
    at = end;
  }
  if (reader.open()) {
    return refuse(astm_profile, decoding.total_bytes, "最后一份报文不完整：缺少 L 记录，请重发");
  }
  if (decoding.observations.empty()) {
    return refuse(astm_profile, decoding.total_bytes,
                  fmt::format("{} 条记录里没有结果（R 记录），没有可采用的内容", line));
  }
  return decoding;
}

}  // namespace

model::Decoding decode_astm(BytesView capture) {
  if (capture.size() > capture_octets_max)
    return refuse(astm_profile, capture.size(), "文件超过 256 MB，请分成几个文件");
  auto records = astm::unwrap(capture);
  if (!records) return refuse(astm_profile, capture.size(), to_text(records.error()));
  const auto text = decode_instrument_text(records->octets);
  if (!text) return refuse(astm_profile, capture.size(), to_text(text.error()));
  model::Decoding decoding{.profile = std::string{astm_profile},
                           .observations = {},
                           .diagnostics = std::move(records->diagnostics),
                           .covered_bytes = capture.size() - records->uncovered,
                           .total_bytes = capture.size(),
                           .refused = {}};
  const std::string first_remark =
      decoding.diagnostics.empty()
          ? std::string{}
          : fmt::format(" ({}: {})", decoding.diagnostics.front().where, decoding.diagnostics.front().message);
  LineOffsets lines{records->octets, *text};
  decoding = read_records(text->utf8, std::move(decoding),
                          [&](std::size_t offset) { return astm::capture_offset(*records, lines.in_capture(offset)); });
  if (!decoding.refused.empty()) decoding.refused += first_remark;
  return decoding;
}

bool looks_like_astm(BytesView capture) {
  constexpr std::size_t window = 4096;  // comment lines at the top of a file kept by hand fit in it
  const std::size_t framed = capture.substr(0, window).find(astm::stx);
  if (framed != BytesView::npos) {
    const BytesView head = capture.substr(framed, 3);
    return head.size() == 3 && head[1] >= '0' && head[1] <= '7' && head[2] == 'H';
  }
  const auto text = decode_instrument_text(first_lines(capture, window));
  if (!text) return false;
  std::string_view rest = text->utf8;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    if (!line.empty() && line.front() != '#') {
      return line.size() >= 5 && line[0] == 'H' && std::ranges::all_of(line.substr(1, 4), is_punctuation);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace lab::drivers
