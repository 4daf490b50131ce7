#include "instruments/drivers/sics_reply.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/read_value.hpp"

namespace lab::drivers {
namespace {

// Words between blanks; a word in quotation marks may hold blanks. Nothing when a quotation mark is left open.
std::optional<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = line.find_first_not_of(' '); at < line.size(); at = line.find_first_not_of(' ', at)) {
    const bool quoted = line[at] == '"';
    const std::size_t begin = quoted ? at + 1 : at;
    const std::size_t end = line.find(quoted ? '"' : ' ', begin);
    if (quoted && end == std::string_view::npos) return std::nullopt;
    words.emplace_back(line.substr(begin, end - begin));
    if (end == std::string_view::npos) break;
    at = quoted ? end + 1 : end;
  }
  return words;
}

bool is_command(std::string_view word) {
  if (word.empty() || word.size() > 5) return false;
  return std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '@'; });
}

bool answers_with_weight(std::string_view command) {
  constexpr std::array<std::string_view, 6> commands{"S", "SI", "SIR", "SR", "SU", "SIU"};
  return std::ranges::find(commands, command) != commands.end();
}

bool is_unit(std::string_view word) {
  if (word.empty() || word.size() > 5 || (word.front() >= '0' && word.front() <= '9')) return false;
  return std::ranges::all_of(word, [](char c) { return c > ' ' && c != '"'; });
}

std::optional<SicsStatus> plain_status(std::string_view word) {
  if (word.size() != 1) return std::nullopt;
  switch (word.front()) {
    case 'A':
      return SicsStatus::done;
    case 'B':
      return SicsStatus::more_follows;
    case 'I':
      return SicsStatus::not_executable;
    case 'L':
      return SicsStatus::wrong_parameter;
    case '+':
      return SicsStatus::overload;
    case '-':
      return SicsStatus::underload;
    case 'S':
      return SicsStatus::done;
    case 'D':
      return SicsStatus::done_dynamic;
    default:
      return std::nullopt;
  }
}

std::optional<SicsReply> line_error(std::string_view word) {
  if (word == "ES") return SicsReply{.command = {}, .status = SicsStatus::syntax_error};
  if (word == "ET") return SicsReply{.command = {}, .status = SicsStatus::transmission_error};
  if (word == "EL") return SicsReply{.command = {}, .status = SicsStatus::logical_error};
  return std::nullopt;
}

// "S S     100.00 g"
std::optional<SicsReply> weight_reply(std::vector<std::string> words) {
  if (words.size() != 4 || !is_unit(words[3])) return std::nullopt;
  SicsReply reply{.command = words[0],
                  .status = words[1] == "S" ? SicsStatus::weight_stable : SicsStatus::weight_dynamic,
                  .parameters = {words[2], words[3]},
                  .weight = interpret_cell(words[2]),
                  .unit = words[3]};
  if (reply.weight.state != model::ValueState::numeric) return std::nullopt;
  return reply;
}

const char* load_error(std::string_view command, bool above) {
  if (command.starts_with('Z')) {
    return above ? "超出置零范围，请取下秤盘上的物品后再置零（upper limit of zero setting range）"
                 : "低于置零范围，请检查秤盘是否放好后再置零（lower limit of zero setting range）";
  }
  if (command.starts_with('T')) {
    return above ? "超出去皮范围，请换用较轻的容器（upper limit of taring range）"
                 : "低于去皮范围，请先置零再去皮（lower limit of taring range）";
  }
  return above ? "超载，请减轻秤盘上的物品后重新称量（overload）" : "欠载，请检查秤盘是否放好后重新称量（underload）";
}

}  // namespace

std::optional<SicsReply> parse_sics_line(std::string_view line) {
  auto words = split_words(line);
  if (!words || words->empty()) return std::nullopt;
  if (words->size() == 1) return line_error(words->front());
  if (!is_command(words->front())) return std::nullopt;
  const std::string& status = (*words)[1];
  const bool weighing = answers_with_weight(words->front());
  if (weighing && (status == "S" || status == "D")) return weight_reply(*std::move(words));
  const auto plain = plain_status(status);
  if (!plain) return std::nullopt;
  SicsReply reply{.command = words->front(), .status = *plain};
  reply.parameters.assign(words->begin() + 2, words->end());
  return reply;
}

std::string sics_error_text(const SicsReply& reply) {
  switch (reply.status) {
    case SicsStatus::weight_stable:
    case SicsStatus::weight_dynamic:
    case SicsStatus::done:
    case SicsStatus::done_dynamic:
    case SicsStatus::more_follows:
      return {};
    case SicsStatus::not_executable:
      return "天平现在不能执行，读数可能没有稳定，请稍候重试（not executable at present）";
    case SicsStatus::wrong_parameter:
      return "天平不接受命令的参数，请检查天平型号和接口设置（wrong parameter）";
    case SicsStatus::overload:
      return load_error(reply.command, true);
    case SicsStatus::underload:
      return load_error(reply.command, false);
    case SicsStatus::syntax_error:
      return "天平不认识命令，请检查天平的接口设置是否为 MT-SICS（syntax error）";
    case SicsStatus::transmission_error:
      return "传输有误，请检查波特率和校验位（transmission error）";
    case SicsStatus::logical_error:
      return "天平不能执行命令，请检查天平的状态后重试（logical error）";
  }
  return {};
}

model::Decoding decode_sics(BytesView capture) {
  if (capture.size() > capture_octets_max)
    return refuse(sics_profile, capture.size(), "文件超过 256 MB，请分成几个文件");
  model::Decoding decoding;
  decoding.profile = sics_profile;
  decoding.covered_bytes = decoding.total_bytes = capture.size();
  std::size_t line_number = 0;
  for (std::size_t at = 0; at < capture.size();) {
    ++line_number;
    const std::size_t end = capture.find('\n', at);
    if (end == BytesView::npos) {
      return refuse(sics_profile, capture.size(),
                    fmt::format("第 {} 行没有结束：天平的回答不完整，请重新称量", line_number));
    }
    const std::string_view line = trim(capture.substr(at, end - at));
    const std::size_t offset = std::exchange(at, end + 1);
    if (line.empty()) continue;
    const auto reply = parse_sics_line(line);
    const std::string where = fmt::format("第 {} 行", line_number);
    if (!reply) return refuse(sics_profile, capture.size(), where + "不是 MT-SICS 回答，请检查接口设置");
    if (const std::string error = sics_error_text(*reply); !error.empty()) {
      add_diagnostic(decoding, {.offset = offset, .where = where, .message = error});
    }
    if (reply->status != SicsStatus::weight_stable) continue;
    model::Observation& observation = decoding.observations.emplace_back();
    observation.analyte = "weight";
    observation.value = reply->weight;
    observation.unit = reply->unit;
    observation.offset = offset;
  }
  if (decoding.observations.empty())
    return refuse(sics_profile, capture.size(), "没有稳定的重量，请等读数稳定后重新称量");
  return decoding;
}

bool looks_like_sics(BytesView capture) {
  const std::size_t begin = capture.find_first_not_of(" \r\n");
  if (begin == BytesView::npos) return false;
  const BytesView head = capture.substr(begin, sics_line_octets_max);
  return parse_sics_line(trim(head.substr(0, head.find('\n')))).has_value();
}

}  // namespace lab::drivers
