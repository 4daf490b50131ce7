#include "instruments/profiles/decode_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <utility>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/text.hpp"
#include "instruments/profiles/condition.hpp"
#include "instruments/profiles/fold.hpp"
#include "instruments/profiles/json_records.hpp"
#include "instruments/profiles/walk.hpp"
#include "instruments/sheet/split.hpp"
#include "protocol/base/text.hpp"
#include "protocol/base/unit.hpp"

namespace lab::profiles {
namespace {

using model::Decoding;
using sheet::Row;

std::string first_line(const std::vector<Row>& rows) {
  const auto first = std::ranges::find_if(rows, [](const Row& row) { return !is_blank(row); });
  if (first == rows.end()) return {};
  std::string line;
  for (const std::string& cell : first->cells) line += (line.empty() ? "" : " | ") + cell;
  constexpr std::size_t shown = 120;
  return tidy(line, shown);
}

// Units and states come from the cells once the decimal mark of the whole file is known.
Result<void> read_values(const Profile& profile, Walked& walked) {
  const auto comma = uses_decimal_comma(profile, walked.values);
  if (!comma) return fail(comma.error().code, comma.error().message);
  for (std::size_t i = 0; i < walked.observations.size(); ++i) {
    model::Observation& observation = walked.observations[i];
    ValueAndUnit read = read_cell(profile, walked.values[i], *comma);
    observation.value = std::move(read.value);
    if (observation.unit.empty()) observation.unit = std::move(read.unit);
    if (profile.units.empty()) continue;
    const auto unit = profile.units.find(fold(observation.unit));
    if (unit == profile.units.end()) continue;
    observation.flags.push_back(fmt::format("unit={}", observation.unit));  // as it was given
    observation.unit = unit->second;
  }
  return {};
}

std::string_view stem_of(std::string_view file_name) {
  const std::size_t slash = file_name.find_last_of("/\\");
  if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
  return file_name.substr(0, file_name.rfind('.'));
}

// Two numbers for one thing: nobody can say which one counts. Words beside a number ("OVER", then 2 from the next
// range) are no contradiction.
Result<void> check_unique(const Profile& profile, const std::vector<SheetRows>& sheets, Walked& walked) {
  if (profile.unique.empty()) return {};
  std::set<std::string> seen;
  for (std::size_t i = 0; i < walked.observations.size(); ++i) {
    model::Observation& observation = walked.observations[i];
    if (observation.value.state != model::ValueState::numeric) continue;
    std::string key;
    for (const Field field : profile.unique) key += field_of(observation, field) + '\x1F';
    if (seen.insert(std::move(key)).second) continue;
    return fail(ErrorCode::malformed,
                fmt::format("样品“{}”的“{}”出现了两次，无法确定用哪一个；请改正样品号后重新导出",
                            tidy(observation.sample_id), tidy(observation.analyte)),
                to_text(walked.places[i], sheets));
  }
  return {};
}

void name_samples(const Profile& profile, std::string_view file_name, Walked& walked) {
  if (!profile.sample_from_file || file_name.empty()) return;
  for (model::Observation& observation : walked.observations) {
    if (!observation.sample_id.empty()) continue;
    observation.sample_id = stem_of(file_name);
    observation.flags.emplace_back(drivers::flag_sample_from_file);
  }
}

// One form for all times whose day and month are certain; what was written stays with the result.
void write_times(const Profile& profile, const std::vector<SheetRows>& sheets, Walked& walked) {
  if (profile.dates == DateOrder::as_written) return;
  std::vector<std::string> times;
  for (const model::Observation& observation : walked.observations) {
    if (times.empty() || times.back() != observation.time) times.push_back(observation.time);
  }
  const DateOrder order = order_in(profile.dates, times);
  std::size_t unclear = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < walked.observations.size(); ++i) {
    model::Observation& observation = walked.observations[i];
    if (observation.time.empty()) continue;
    auto time = iso_time(observation.time, order);
    if (!time) {
      if (unclear++ == 0) first = i;
    } else if (*time != observation.time) {
      observation.flags.push_back(fmt::format("{}{}", drivers::flag_time, observation.time));
      observation.time = *std::move(time);
    }
  }
  if (unclear == 0) return;
  walked.diagnostics.push_back(
      {.offset = walked.observations[first].offset,
       .where = to_text(walked.places[first], sheets),
       .message = fmt::format("从这里开始有 {} 个结果的时间不能确定是哪一天（“{}”），按原样保留", unclear,
                              tidy(walked.observations[first].time))});
}

void report_values(const Walked& walked, const std::vector<SheetRows>& sheets, Decoding& decoding) {
  std::size_t unnamed = 0;
  std::size_t first_unnamed = 0;
  for (std::size_t i = 0; i < walked.observations.size(); ++i) {
    const model::Observation& observation = walked.observations[i];
    if (observation.value.state == model::ValueState::invalid) {
      drivers::add_diagnostic(decoding,
                              {.offset = observation.offset,
                               .where = to_text(walked.places[i], sheets),
                               .message = fmt::format("{}, {}：“{}”不是结果，没有采用", tidy(observation.sample_id),
                                                      tidy(observation.analyte), tidy(observation.value.text))});
    }
    if (observation.sample_id.empty() && unnamed++ == 0) first_unnamed = i;
  }
  if (unnamed == 0) return;
  drivers::add_diagnostic(decoding,
                          {.offset = walked.observations[first_unnamed].offset,
                           .where = to_text(walked.places[first_unnamed], sheets),
                           .message = fmt::format("从这里开始有 {} 个结果没有样品号，不能对应到样品", unnamed)});
}

// Kana, ideographs and what stands behind them: three octets of UTF-8 from E3 on.
bool has_ideographs(std::string_view utf8) {
  return std::ranges::any_of(utf8, [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
}

// GB18030 leaves hardly any pair of octets unread: "µg/L" in another set is a rare character and "/L".
void report_doubtful_units(const Profile& profile, const Walked& walked, const std::vector<SheetRows>& sheets,
                           Decoding& decoding) {
  std::size_t doubtful = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < walked.observations.size(); ++i) {
    const std::string& unit = walked.observations[i].unit;
    if (!has_ideographs(unit) || profile.units.contains(fold(unit)) || parse_unit(unit)) continue;
    if (doubtful++ == 0) first = i;
  }
  if (doubtful == 0) return;
  drivers::add_diagnostic(
      decoding, {.offset = walked.observations[first].offset,
                 .where = to_text(walked.places[first], sheets),
                 .message = fmt::format("从这里开始有 {} 个结果的单位含有不认识的汉字（“{}”）。文件的字符集是推测的 "
                                        "GB18030，可能不对，请核对单位；字符集可在格式文件（text.charset）中指定",
                                        doubtful, tidy(walked.observations[first].unit))});
}

// In growing order, as LineOffsets wants to be asked.
void place_in_capture(BytesView capture, const drivers::InstrumentText& text, const std::vector<Row>& rows,
                      const Walked& walked, Decoding& decoding) {
  drivers::LineOffsets lines{capture, text};
  std::vector<std::size_t> at;  // of each row, in the capture
  at.reserve(rows.size() + 1);
  for (const Row& row : rows) at.push_back(row.offset == 0 ? 0 : lines.in_capture(row.offset));
  at.push_back(capture.size());
  const auto in_capture = [&](std::size_t offset) {
    const auto row = std::ranges::lower_bound(rows, offset, {}, &Row::offset);
    return std::min(at[static_cast<std::size_t>(row - rows.begin())], capture.size() - 1);
  };
  for (model::Observation& observation : decoding.observations) observation.offset = in_capture(observation.offset);
  for (model::Diagnostic& diagnostic : decoding.diagnostics) diagnostic.offset = in_capture(diagnostic.offset);
  for (const std::size_t row : walked.unknown_rows) decoding.covered_bytes -= at[row + 1] - at[row];
}

// What is no text has no place in the capture: the share of its rows that some rule knows is covered.
void cover_by_rows(const std::vector<SheetRows>& sheets, const Walked& walked, Decoding& decoding) {
  std::size_t rows = 0;
  for (const SheetRows& sheet : sheets) rows += sheet.rows->size();
  decoding.covered_bytes = decoding.total_bytes - decoding.total_bytes / rows * walked.unknown_rows.size();
}

void report_other_sheets(const std::vector<sheet::Sheet>& sheets, const Match& match, Decoding& decoding) {
  if (!match.profile->sheets.empty()) return;
  const std::string_view why = match.profile->every_sheet ? "这个工作表没有读取：它不是结果表的样子"
                                                          : "这个工作表没有读取：一个文件只读第一个工作表";
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const bool is_read = std::ranges::find(match.sheets, i) != match.sheets.end();
    if (is_read || sheets[i].hidden || sheets[i].rows.empty()) continue;
    drivers::add_diagnostic(decoding, {.offset = 0, .where = tidy(sheets[i].name), .message = std::string{why}});
  }
}

Result<sheet::Sheet> split_text(const Profile& profile, const Match& match, const drivers::InstrumentText& text) {
  auto rows = profile.quoted_rows ? sheet::split_quoted_rows(text.utf8, match.delimiter)
                                  : sheet::split(text.utf8, match.delimiter);
  if (rows) return rows;
  return fail(rows.error().code, "文件里有一个引号没有配对，文件可能不完整，请重新导出；" + rows.error().where);
}

// Named like its path, so that a place in it can be told.
Result<sheet::Sheet> records_of(const Profile& profile, const drivers::InstrumentText& text) {
  const auto json = JsonDocument::parse(text.utf8);
  if (!json) return tl::unexpected<Error>(json.error());
  auto sheet = json->records(profile.records);
  if (sheet) sheet->name = profile.records;
  return sheet;
}

}  // namespace

Decoding decode_table(BytesView capture, const sheet::Document& document, const Match& match,
                      std::string_view file_name) {
  const Profile& profile = *match.profile;
  const std::string name = profile.identity();
  const auto refuse = [&](std::string reason) { return drivers::refuse(name, capture.size(), std::move(reason)); };
  const drivers::InstrumentText* text = profile.records.empty() ? document.text() : nullptr;
  sheet::Sheet made;
  if (document.text() != nullptr) {
    auto sheet = text != nullptr ? split_text(profile, match, *text) : records_of(profile, *document.text());
    if (!sheet) return refuse(to_text(sheet.error()));
    made = *std::move(sheet);
  }
  std::vector<SheetRows> sheets;
  if (document.text() != nullptr) sheets.push_back({&made.rows, made.name});
  for (const std::size_t i : match.sheets)
    sheets.push_back({&(*document.sheets())[i].rows, (*document.sheets())[i].name});
  const std::vector<Row>& rows = *sheets.front().rows;
  const bool terminated = text == nullptr || text->utf8.ends_with('\n') || text->utf8.ends_with('\r');
  auto walked = walk(profile, sheets, terminated);
  if (!walked) return refuse(to_text(walked.error()));
  if (walked->observations.empty()) {
    return refuse(fmt::format("按“{}”读不出任何结果；文件的第一行是“{}”", profile.title, first_line(rows)));
  }
  if (auto read = read_values(profile, *walked); !read) return refuse(to_text(read.error()));
  if (auto checked = check_unique(profile, sheets, *walked); !checked) return refuse(to_text(checked.error()));
  name_samples(profile, file_name, *walked);
  write_times(profile, sheets, *walked);
  Decoding decoding{.profile = name,
                    .observations = {},
                    .diagnostics = {},
                    .covered_bytes = capture.size(),
                    .total_bytes = capture.size(),
                    .refused = {}};
  for (model::Diagnostic& diagnostic : walked->diagnostics) {
    drivers::add_diagnostic(decoding, std::move(diagnostic));
  }
  report_values(*walked, sheets, decoding);
  const bool is_guess = document.text() != nullptr && drivers::is_guessed(*document.text()) && !profile.charset;
  if (is_guess) report_doubtful_units(profile, *walked, sheets, decoding);
  decoding.observations = std::move(walked->observations);
  if (text != nullptr) {
    place_in_capture(capture, *text, rows, *walked, decoding);
  } else {
    cover_by_rows(sheets, *walked, decoding);
    if (document.sheets() != nullptr) report_other_sheets(*document.sheets(), match, decoding);
  }
  return decoding;
}

}  // namespace lab::profiles
