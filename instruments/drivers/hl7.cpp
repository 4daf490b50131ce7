#include "instruments/drivers/hl7.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/hl7_text.hpp"
#include "instruments/drivers/hl7_value.hpp"
#include "instruments/drivers/line_ends.hpp"
#include "instruments/drivers/read_value.hpp"
#include "instruments/drivers/text.hpp"

namespace lab::drivers {
namespace {

using namespace hl7;

struct Line {
  std::string_view text;
  std::size_t number = 0;  // 1-based
  std::size_t offset = 0;  // in the capture
};

class MessageReader {
 public:
  MessageReader(model::Decoding& decoding, bool ends_open) : decoding_(decoding), ends_open_(ends_open) {}

  // Empty, or why the capture is refused. `is_last`: nothing stands behind the line, not even a line end.
  std::string read(const Line& line, bool is_last) {
    const std::string_view name = line.text.substr(0, 3);
    if (!has_header_ && name != "MSH" && name != "FHS" && name != "BHS") {
      return fmt::format("第 {} 行之前没有 MSH 段，不属于任何报文", line.number);
    }
    if (name == "MSH" || name == "FHS" || name == "BHS") return begin(line, name == "MSH");
    if (!is_segment(line.text, delimiters_.field)) return read_stray(line);
    matters_ = name == "OBX" || name == "OBR" || name == "SPM";
    if (!reports_results_) return {};
    has_escapes_ = line.text.find(delimiters_.escape) != std::string_view::npos;
    if (name == "OBX") {
      read_result(line, is_last && ends_open_);
    } else if (name == "OBR") {
      begin_order(line);
    } else if (name == "SPM") {
      read_specimen(line);
    }
    return {};
  }

  void finish() { finish_order(); }

  // What the messages were that hold no result: "ADT^A01, MFN^M02".
  [[nodiscard]] const std::string& other_types() const { return other_types_; }

 private:
  struct Specimen {
    std::string_view id;
    std::string_view role;  // SPM-11
  };

  std::string begin(const Line& line, bool is_message) {
    finish_order();
    const auto delimiters = read_delimiters(line.text);
    if (!delimiters) return fmt::format("第 {} 行：{} 没有正确定义分隔符", line.number, line.text.substr(0, 3));
    delimiters_ = *delimiters;
    has_header_ = true;
    matters_ = true;
    specimen_first_ = false;
    specimens_.clear();
    order_ = {};
    has_order_ = false;
    reports_results_ = false;
    if (is_message) read_header_line(line);
    return {};
  }

  void read_header_line(const Line& line) {
    Fields& fields = fields_;
    split_fields(line.text, delimiters_.field, 16, fields);
    instrument_ = plain(part(fields[3], delimiters_.component, 1));
    if (instrument_.empty()) instrument_ = plain(part(fields[4], delimiters_.component, 1));
    run_ = plain(fields[10]);
    const std::string_view type = trim(part(fields[9], delimiters_.component, 1));
    reports_results_ = type == "ORU" || type == "OUL";
    if (!reports_results_) note_other_type(line, fields[9]);
    const std::string_view processing = trim(part(fields[11], delimiters_.component, 1));
    processing_ = processing == "T" || processing == "D" ? processing : std::string_view{};
    if (reports_results_ && !processing_.empty()) {
      remark(line, "MSH-11 写明是培训或调试报文，结果不能用于判定；请在仪器上改为 P（正式）");
    }
    // Table 0155 has no figures; analysers that put one there mean sample (0), calibration (1) or control (2).
    const std::string_view kind = trim(fields[16]);
    message_kind_ = kind == "1" ? "calibration" : kind == "2" ? "control" : "";
  }

  void note_other_type(const Line& line, std::string_view field) {
    const std::string_view bare = trim(field).substr(0, 20);
    const std::string type = bare.empty() ? "MSH-9 为空" : std::string{bare};
    if (other_types_.find(type) == std::string::npos && other_types_.size() < 200) {
      other_types_ += (other_types_.empty() ? "" : "、") + type;
    }
    remark(line, "报文不是检验结果（ORU、OUL），其中的内容没有采用");
  }

  std::string read_stray(const Line& line) {
    if (matters_) {
      return fmt::format("第 {} 行不是 HL7 段，前一段可能被换行打断；请重新导出或重发", line.number);
    }
    remark(line, "不是 HL7 段，已忽略");
    decoding_.covered_bytes -= std::min(decoding_.covered_bytes, line.text.size());
    return {};
  }

  void begin_order(const Line& line) {
    finish_order();
    if (!specimen_first_) specimens_.clear();
    has_order_ = true;
    Fields& fields = fields_;
    split_fields(line.text, delimiters_.field, 7, fields);
    order_ = {.placer = trim(part(fields[2], delimiters_.component, 1)),
              .filler = trim(part(fields[3], delimiters_.component, 1)),
              .time = trim(part(fields[7], delimiters_.component, 1)),
              .line = line};
  }

  void read_specimen(const Line& line) {
    if (!has_order_) specimen_first_ = true;
    if (specimen_first_) {
      finish_order();
      specimens_.clear();
      order_ = {};
    }
    Fields& fields = fields_;
    split_fields(line.text, delimiters_.field, 11, fields);
    std::string_view id;
    for (const std::size_t n : {1U, 2U}) {
      if (id.empty()) id = trim(part(part(fields[2], delimiters_.component, n), delimiters_.subcomponent, 1));
    }
    specimens_.push_back({.id = id, .role = trim(part(fields[11], delimiters_.component, 1))});
  }

  void read_result(const Line& line, bool is_open) {
    Fields& fields = fields_;
    split_fields(line.text, delimiters_.field, 14, fields);
    model::Observation& observation = decoding_.observations.emplace_back();
    observation.flags.reserve(flags_usual);
    observation.offset = line.offset;
    tests_.push_back(fields[3]);
    name_analyte(fields[3], line, observation);
    Value value = read_value(trim(fields[2]), fields[5], delimiters_);
    if (!value.remark.empty()) remark(line, value.remark);
    observation.value = std::move(value.read);
    observation.unit = plain_here(first_filled(fields[6], delimiters_));
    observation.instrument = instrument_;
    observation.run = run_;
    const std::string_view time = trim(part(fields[14], delimiters_.component, 1));
    observation.time = time.empty() ? order_.time : time;
    if (value.is_response) observation.flags.emplace_back(flag_response);
    add_flags(fields, observation);
    // Only the last octets of a file can be missing: behind a delimiter the value is whole.
    if (is_open && fields[5].data() + fields[5].size() == line.text.data() + line.text.size()) {
      observation.flags.emplace_back(flag_unterminated);
      remark(line, "文件在这个值之后没有行尾，可能不完整，请核对");
    }
  }

  void name_analyte(std::string_view field, const Line& line, model::Observation& observation) {
    const auto component = [&](std::size_t n) { return trim(part(field, delimiters_.component, n)); };
    std::string_view code = component(1);
    if (code.empty()) code = component(4);
    std::string_view name = component(2);
    if (name.empty()) name = component(5);
    observation.analyte = plain_here(name.empty() ? code : name);
    if (!name.empty() && !code.empty() && code != name) {
      observation.flags.push_back(std::string{flag_code}.append(plain_here(code)));
    }
    if (observation.analyte.empty()) remark(line, "结果没有项目（OBX-3 字段）");
  }

  void add_flags(const Fields& fields, model::Observation& observation) const {
    for (std::string_view rest = fields[8]; !rest.empty();) {
      const std::size_t end = std::min(rest.find(delimiters_.repeat), rest.size());
      const std::string_view flag = trim(part(rest.substr(0, end), delimiters_.component, 1));
      if (!flag.empty()) observation.flags.push_back(plain_here(flag));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const std::string_view status = trim(fields[11]);
    if (status == "C") {
      observation.flags.emplace_back(flag_corrected);  // as final as F (table 0085)
    } else if (!status.empty() && status != "F") {
      observation.flags.push_back(std::string{flag_status}.append(status));
    }
    if (!processing_.empty()) observation.flags.push_back(std::string{flag_status}.append(processing_));
    const std::string_view sub_id = trim(fields[4]);
    if (!sub_id.empty()) observation.flags.push_back(std::string{flag_sub_id}.append(plain_here(sub_id)));
  }

  // The specimen may stand behind the results of its order, so they get their sample only now.
  void finish_order() {
    const std::size_t begin = std::exchange(first_of_order_, decoding_.observations.size());
    if (begin == decoding_.observations.size()) return;
    std::string_view id;
    std::string_view role;
    bool conflict = false;
    for (const Specimen& specimen : specimens_) {
      conflict = conflict || (!id.empty() && !specimen.id.empty() && id != specimen.id);
      if (id.empty()) id = specimen.id;
      if (role.empty()) role = specimen.role;
    }
    if (id.empty()) id = order_.filler;
    const bool from_placer = id.empty();
    if (id.empty()) id = order_.placer;
    const Line& line = order_.line;
    if (conflict) remark(line, "同一申请下有几个不同的标本（SPM-2），不能确定结果属于哪一个");
    if (id.empty()) remark(line, "SPM-2、OBR-3、OBR-2 都没有样品编号");
    const std::string sample = conflict ? std::string{} : plain(id);
    if (sample != sample_of_tests_) tests_of_sample_.clear();
    sample_of_tests_ = sample;
    for (std::size_t i = begin; i < decoding_.observations.size(); ++i) {
      model::Observation& observation = decoding_.observations[i];
      observation.sample_id = sample;
      observation.sample_type = role.empty() ? std::string{message_kind_} : plain(role);
      if (from_placer && !sample.empty()) observation.flags.emplace_back(flag_sample_from_placer);
      tell_apart(i, tests_[i - begin], line);
    }
    tests_.clear();
  }

  // Two tests of one sample must not be reported under one name.
  void tell_apart(std::size_t index, std::string_view test, const Line& line) {
    model::Observation& observation = decoding_.observations[index];
    const auto same_name = [&](const Test& known) {
      return decoding_.observations[known.observation].analyte == observation.analyte;
    };
    const auto known = std::ranges::find_if(tests_of_sample_, same_name);
    if (known == tests_of_sample_.end() && tests_of_sample_.size() < tests_max) {
      tests_of_sample_.push_back({index, test});
    } else if (known == tests_of_sample_.end() || known->field != test) {
      remark(line, "同一样品另有同名项目，改用完整的项目代码（OBX-3）");
      observation.analyte = plain(test);
    }
  }

  // Of a field of the OBX being read.
  [[nodiscard]] std::string plain_here(std::string_view text) const {
    return has_escapes_ ? plain(text) : std::string{trim(text)};
  }

  [[nodiscard]] std::string plain(std::string_view text) const {
    text = trim(text);
    return text.find(delimiters_.escape) == std::string_view::npos ? std::string{text} : unescape(text, delimiters_);
  }

  void remark(const Line& line, std::string_view message) {
    add_diagnostic(
        decoding_,
        {.offset = line.offset, .where = fmt::format("第 {} 行", line.number), .message = std::string{message}});
  }

  struct Test {
    std::size_t observation = 0;
    std::string_view field;  // OBX-3
  };

  struct Order {
    std::string_view placer{};  // OBR-2
    std::string_view filler{};  // OBR-3
    std::string_view time{};    // OBR-7
    Line line{};
  };

  static constexpr std::size_t tests_max = 256;  // tests of one sample; panels have dozens
  static constexpr std::size_t flags_usual = 3;  // the code, normal or not, one more

  model::Decoding& decoding_;
  bool ends_open_;
  bool has_header_ = false;
  bool reports_results_ = false;  // the message is one of results
  bool matters_ = false;          // a broken line would touch a result
  bool specimen_first_ = false;   // SPM came before any OBR
  bool has_order_ = false;
  bool has_escapes_ = false;  // in the segment being read
  Delimiters delimiters_;
  Fields fields_{};  // of the segment being read
  Order order_;
  std::vector<Specimen> specimens_;      // of the open order
  std::size_t first_of_order_ = 0;       // observation
  std::vector<std::string_view> tests_;  // OBX-3 of its observations
  std::vector<Test> tests_of_sample_;    // the first of each name
  std::string sample_of_tests_;
  std::string instrument_;
  std::string run_;
  std::string_view processing_;  // "T" or "D"; empty for production
  std::string_view message_kind_;
  std::string other_types_;
};

// `where_in_capture` maps an offset of the decoded text, growing from call to call.
template <class Offsets>
model::Decoding read_segments(std::string_view text, model::Decoding decoding, Offsets where_in_capture) {
  const bool ends_open = !text.empty() && !ends_segment(text.back());
  MessageReader reader{decoding, ends_open};
  // An OBX is seldom shorter; and line ends alone must not ask for more memory than results need.
  constexpr std::size_t octets_usual = 48;
  constexpr std::size_t reserved_max = 4096;
  decoding.observations.reserve(std::min(text.size() / octets_usual, reserved_max));
  LineEnds<5> ends{text, {'\r', '\n', '\x0B', '\x1C', '\0'}};  // as ends_segment() has them
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = ends.behind(at);
    // CR LF is one line end; an empty line still counts, as editors count.
    const bool is_pair = end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n';
    const std::string_view line = text.substr(at, end - at);
    ++number;
    if (!trim(line).empty()) {
      const std::size_t indent = line.find_first_not_of(' ');
      std::string why = reader.read({.text = line.substr(indent), .number = number, .offset = where_in_capture(at)},
                                    end == text.size());
      if (!why.empty()) return refuse(hl7_profile, decoding.total_bytes, std::move(why));
    }
    at = end + (is_pair ? 2 : 1);
  }
  reader.finish();
  if (decoding.observations.empty()) {
    const std::string& types = reader.other_types();
    return refuse(hl7_profile, decoding.total_bytes,
                  types.empty() ? std::string{"报文里没有结果（OBX 段），没有可采用的内容"}
                                : fmt::format("报文类型 {} 不是检验结果；请让仪器发送 ORU^R01", types));
  }
  return decoding;
}

}  // namespace

model::Decoding decode_hl7(BytesView capture) {
  if (capture.size() > capture_octets_max) {
    return refuse(hl7_profile, capture.size(), "文件超过 256 MB，请分成几个文件");
  }
  const auto text = hl7::decode(capture);
  if (!text) return refuse(hl7_profile, capture.size(), to_text(text.error()));
  LineOffsets lines{capture, *text};
  model::Decoding decoding{.profile = std::string{hl7_profile},
                           .observations = {},
                           .diagnostics = {},
                           .covered_bytes = capture.size(),
                           .total_bytes = capture.size(),
                           .refused = {}};
  return read_segments(text->utf8, std::move(decoding), [&](std::size_t offset) { return lines.in_capture(offset); });
}

bool looks_like_hl7(BytesView capture) {
  constexpr std::size_t window = 4096;
  const auto text = decode_instrument_text(first_lines(capture, window));
  if (!text) return false;
  const std::size_t begin = text->utf8.find_first_not_of(std::string_view{"\r\n\x0B \0", 5});
  return begin != std::string::npos && read_delimiters(std::string_view{text->utf8}.substr(begin, 12)).has_value();
}

}  // namespace lab::drivers
