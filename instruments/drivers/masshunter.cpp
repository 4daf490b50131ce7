#include "instruments/drivers/masshunter.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <string>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/masshunter_layout.hpp"
#include "instruments/drivers/masshunter_table.hpp"
#include "instruments/drivers/masshunter_words.hpp"
#include "instruments/drivers/text.hpp"

namespace lab::drivers {
namespace {

Result<void> read_layout(const masshunter::Table& table, model::Decoding& decoding) {
  const std::string& first = table.groups.front().name;
  if (first == "Compound Method") return masshunter::read_compound_table(table, decoding);
  if (first == "Sample" || first.empty()) return masshunter::read_wide(table, decoding);
  return fail(ErrorCode::malformed,
              fmt::format("第一格是“{}”，应为 Sample 或 Compound Method；请重新导出批处理表", first), "第 1 行第 1 列");
}

// MassHunter writes no line end behind the last row, so a file that was cut inside its last cell looks whole.
void mark_unterminated(std::string_view text, model::Decoding& decoding) {
  if (text.ends_with('\n') || text.ends_with('\r') || decoding.observations.empty()) return;
  const std::size_t last_row = decoding.observations.back().offset;
  std::size_t first = decoding.observations.size();
  while (first > 0 && decoding.observations[first - 1].offset == last_row) --first;
  for (std::size_t i = first; i < decoding.observations.size(); ++i) {
    decoding.observations[i].flags.emplace_back(flag_unterminated);
  }
  add_diagnostic(decoding, {.offset = last_row, .where = "最后一行", .message = "最后一行没有行尾，无法证明文件完整"});
}

void report_invalid_values(model::Decoding& decoding) {
  for (const model::Observation& observation : decoding.observations) {
    if (observation.value.state != model::ValueState::invalid) continue;
    add_diagnostic(decoding, {.offset = observation.offset,
                              .where = fmt::format("{}, {}", observation.sample_id, observation.analyte),
                              .message = fmt::format("“{}”不是结果，没有采用", observation.value.text)});
  }
}

}  // namespace

model::Decoding decode_masshunter(BytesView capture) {
  if (capture.size() > capture_octets_max)
    return refuse(masshunter_profile, capture.size(), "文件超过 256 MB，请分成几个文件导出");
  const auto text = decode_instrument_text(capture);
  if (!text) return refuse(masshunter_profile, capture.size(), to_text(text.error()));
  const auto table = masshunter::read_table(text->utf8);
  if (!table) return refuse(masshunter_profile, capture.size(), to_text(table.error()));
  model::Decoding decoding{.profile = std::string{masshunter_profile},
                           .observations = {},
                           .diagnostics = {},
                           .covered_bytes = capture.size(),
                           .total_bytes = capture.size(),
                           .refused = {}};
  if (auto read = read_layout(*table, decoding); !read) {
    return refuse(masshunter_profile, capture.size(), to_text(read.error()));
  }
  if (decoding.observations.empty())
    return refuse(masshunter_profile, capture.size(), "没有一行有结果，请检查导出的列和样品");
  mark_unterminated(text->utf8, decoding);
  report_invalid_values(decoding);
  LineOffsets lines{capture, *text};
  std::size_t last = 0;
  std::size_t last_in_capture = lines.in_capture(0);
  for (model::Observation& observation : decoding.observations) {
    if (observation.offset != last) last_in_capture = lines.in_capture(last = observation.offset);
    observation.offset = last_in_capture;
  }
  return decoding;
}

bool looks_like_masshunter(BytesView capture) {
  constexpr std::size_t window = std::size_t{1} << 20;  // the two header rows of a batch of a thousand compounds
  const BytesView head = capture.substr(0, window);
  const std::size_t first_end = head.find('\n');
  if (first_end == BytesView::npos) return false;
  const std::size_t second_end = std::min(head.find('\n', first_end + 1), head.size());
  const bool wide = head[0] == '\xFF' || head[0] == '\xFE';  // UTF-16: the rows cannot be cut at an octet
  const auto text = decode_instrument_text(wide ? capture : capture.substr(0, second_end));
  if (!text) return false;
  const std::string_view rows = text->utf8;
  const std::string_view groups = rows.substr(0, rows.find('\n'));
  const std::string_view below = rows.substr(std::min(groups.size() + 1, rows.size()));
  const std::string_view titles = below.substr(0, below.find('\n'));
  const bool named = groups.starts_with("Compound Method") || groups.find(" Results") != std::string_view::npos;
  const bool titled = titles.find("Area") != std::string_view::npos || titles.find("Conc.") != std::string_view::npos ||
                      titles.find("RT") != std::string_view::npos;
  return (named && titled) || masshunter::looks_chinese(groups, titles);
}

}  // namespace lab::drivers
