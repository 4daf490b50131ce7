#include "instruments/profiles/recognise.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "instruments/profiles/condition.hpp"
#include "instruments/profiles/fold.hpp"
#include "instruments/profiles/json_records.hpp"
#include "instruments/sheet/split.hpp"
#include "protocol/base/text.hpp"

namespace lab::profiles {
namespace {

using sheet::Row;

constexpr std::size_t head_octets = std::size_t{256} << 10;  // forty lines of a batch of a thousand compounds

// The beginning of a text, split in each way that some profile asks for.
class Heads {
 public:
  explicit Heads(std::string_view text) : text_(sheet::head_of(text, head_octets)) {}

  const std::vector<Row>& rows(char delimiter, bool quoted_rows) {
    const auto [entry, added] = heads_.try_emplace({delimiter, quoted_rows});
    if (added) {
      auto split = quoted_rows ? sheet::split_quoted_rows(text_, delimiter) : sheet::split(text_, delimiter);
      if (split) entry->second = std::move(split->rows);
    }
    return entry->second;
  }

 private:
  std::string_view text_;
  std::map<std::pair<char, bool>, std::vector<Row>> heads_;
};

const Row* find_row(const Condition& condition, const std::vector<Row>& rows, std::size_t within) {
  for (std::size_t i = 0; i < rows.size() && i < within; ++i) {
    if (!is_blank(rows[i]) && holds(condition, rows[i], {})) return &rows[i];
  }
  return nullptr;
}

std::string reason_of(const Condition& condition, const Row& row) {
  if (!condition.titles.empty()) {
    return fmt::format("第 {} 行有标题 {}", row.number, fmt::join(condition.titles, ", "));
  }
  constexpr std::size_t shown = 40;
  return fmt::format("第 {} 行是“{}”", row.number, tidy(row.cell(first_filled(row)), shown));
}

// Empty when a sign is missing.
std::string reason_for(const Profile& profile, const std::vector<Row>& rows) {
  for (const Condition& condition : profile.never) {
    if (find_row(condition, rows, profile.signs_within) != nullptr) return {};
  }
  std::string reason;
  for (const Condition& condition : profile.signs) {
    const Row* row = find_row(condition, rows, profile.signs_within);
    if (row == nullptr) return {};
    reason += (reason.empty() ? "" : "，") + reason_of(condition, *row);
  }
  return reason;
}

std::optional<Match> match_text(const Profile& profile, Heads& heads) {
  if (!profile.reads_text) return std::nullopt;
  for (const char delimiter : profile.delimiters) {
    const std::string reason = reason_for(profile, heads.rows(delimiter, profile.quoted_rows));
    if (!reason.empty()) return Match{&profile, delimiter, {}, reason};
  }
  return Match{&profile, profile.delimiters.front(), {}, {}};
}

Match match_json(const Profile& profile, const JsonDocument& json) {
  const auto records = json.records(profile.records, profile.signs_within);
  return Match{&profile, ',', {}, records ? reason_for(profile, records->rows) : std::string{}};
}

std::optional<Match> match_text_or_json(const Profile& profile, Heads& heads, const std::optional<JsonDocument>& json) {
  return json && !profile.records.empty() ? match_json(profile, *json) : match_text(profile, heads);
}

std::optional<JsonDocument> json_in(const drivers::InstrumentText& text) {
  if (!looks_like_json(text.utf8)) return std::nullopt;
  auto json = JsonDocument::parse(text.utf8);
  return json ? std::optional{*std::move(json)} : std::nullopt;
}

// Sheets that may hold the results.
std::vector<std::size_t> sheets_for(const Profile& profile, const std::vector<sheet::Sheet>& sheets) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    if (sheets[i].rows.empty()) continue;
    const bool named = std::ranges::find(profile.sheets, fold(sheets[i].name)) != profile.sheets.end();
    if (named || (profile.sheets.empty() && !sheets[i].hidden)) places.push_back(i);
  }
  return places;
}

std::optional<Match> match_workbook(const Profile& profile, const std::vector<sheet::Sheet>& sheets) {
  if (!profile.reads_workbooks) return std::nullopt;
  std::vector<std::size_t> places = sheets_for(profile, sheets);
  if (places.empty()) return std::nullopt;
  if (!profile.every_sheet) places.resize(1);
  const auto shows_no_signs = [&](std::size_t i) { return reason_for(profile, sheets[i].rows).empty(); };
  const std::size_t first = places.front();
  std::erase_if(places, shows_no_signs);
  if (places.empty()) return Match{&profile, ',', {first}, {}};
  std::string reason =
      fmt::format("工作表“{}”{}", tidy(sheets[places.front()].name), reason_for(profile, sheets[places.front()].rows));
  return Match{&profile, ',', std::move(places), std::move(reason)};
}

}  // namespace

std::vector<Match> recognise(const sheet::Document& document, const Library& library,
                             std::optional<drivers::TextCoding> charset) {
  std::vector<Match> matches;
  std::optional<Heads> heads;
  std::optional<JsonDocument> json;
  if (document.text() != nullptr) {
    heads.emplace(document.text()->utf8);
    json = json_in(*document.text());
  }
  for (const Profile& profile : library.all()) {
    if (heads && profile.charset != charset) continue;
    auto match = heads ? match_text_or_json(profile, *heads, json) : match_workbook(profile, *document.sheets());
    if (match && !match->reason.empty()) matches.push_back(*std::move(match));
  }
  return matches;
}

std::vector<Match> match_named(const sheet::Document& document, const Profile& profile) {
  std::optional<Match> match;
  if (document.text() != nullptr) {
    Heads heads{document.text()->utf8};
    match = match_text_or_json(profile, heads, json_in(*document.text()));
  } else {
    match = match_workbook(profile, *document.sheets());
  }
  return match ? std::vector{*std::move(match)} : std::vector<Match>{};
}

}  // namespace lab::profiles
