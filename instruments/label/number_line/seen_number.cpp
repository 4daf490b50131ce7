#include "instruments/label/number_line/seen_number.hpp"

#include <algorithm>

#include "instruments/label/number_line/number_in_line.hpp"

namespace lab::label {
namespace {

// As measured on the labels of tests/instruments/label/number_line; see docs/decisions/0021.
constexpr float plausible_score = -20;  // below: another kind of line
constexpr float clear_score = -1;       // the recogniser sees that text itself, or nearly
constexpr float agreeing_lead = 2;
constexpr float faint_score = -3;  // of lines that only together say the number
constexpr float joint_lead = 2.5F;
constexpr float suggesting_lead = 3;
constexpr float own_lead = 2;                  // a person will read this text beside the code
constexpr float differing_gap = 8;             // by which the code's number is less likely; misread letters reach 7
constexpr std::ptrdiff_t differences_max = 3;  // more: the number of something else

bool agrees(const SeenNumber& seen) {
  return seen.expected_score >= clear_score && seen.expected_lead >= agreeing_lead;
}

/// Blurred lines that have nothing in common but the number: two or more, for none of which another is likelier.
bool agree_together(const std::vector<SeenNumber>& seen, std::string_view expected) {
  float lead = 0;
  int lines = 0;
  for (const auto& one : seen) {
    if (one.text != expected || one.score < faint_score) continue;
    lead += one.lead;
    ++lines;
  }
  return lines > 1 && lead >= joint_lead;
}

std::ptrdiff_t differences(std::string_view a, std::string_view b) {
  std::ptrdiff_t count = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

bool differs(const SeenNumber& seen, std::string_view expected) {
  return seen.text != expected && seen.score >= clear_score && seen.lead >= own_lead &&
         seen.score - seen.expected_score >= differing_gap && differences(seen.text, expected) <= differences_max;
}

/// A row of letters may be cut at its end, and a part of a letter is another letter: two lines have to say it.
bool is_sure(const SeenNumber& different, const std::vector<SeenNumber>& seen, std::string_view expected) {
  const bool at_the_end_only =
      std::string_view{different.text}.substr(0, expected.size() - 1) == expected.substr(0, expected.size() - 1);
  return !at_the_end_only || std::ranges::count(seen, different.text, &SeenNumber::text) > 1;
}

PrintedNumber suggestion(const std::vector<SeenNumber>& seen) {
  PrintedNumber printed{.text = {}, .agrees = Agreement::not_compared};
  for (const auto& one : seen) {
    if (one.score < clear_score || one.lead < suggesting_lead || !model::SampleNumber::parse(one.text)) continue;
    if (!printed.text.empty() && printed.text != one.text) return {.text = {}, .agrees = Agreement::not_compared};
    printed.text = one.text;
  }
  return printed;
}

/// The line's text with the check character that it must be, where its looks leave two: the one that is right, or else
/// the code's, because a misprint keeps it.
std::string settled(std::string text, std::string_view expected) {
  std::string other = text;
  other.back() = look_alike(text.back());
  if (other == text || model::SampleNumber::parse(text)) return text;
  const bool is_expected = !expected.empty() && other.back() == expected.back();
  return is_expected || model::SampleNumber::parse(other) ? other : text;
}

}  // namespace

std::optional<SeenNumber> seen_in(const LineScores& line, std::string_view expected) {
  auto likeliest = likeliest_number(line);
  if (likeliest.score < plausible_score) return std::nullopt;
  SeenNumber seen{.text = settled(std::move(likeliest.text), expected), .score = likeliest.score};
  seen.lead = lead_of(line, seen.text);
  const bool is_expected = expected.empty() || seen.text == expected;
  seen.expected_score = is_expected ? seen.score : score_of(line, as_it_looks(line, expected));
  seen.expected_lead = is_expected ? seen.lead : lead_of(line, expected);
  return seen;
}

PrintedNumber judge_printed(const std::vector<SeenNumber>& seen, std::string_view expected) {
  if (expected.empty()) return suggestion(seen);
  const auto different = std::ranges::find_if(
      seen, [&](const SeenNumber& one) { return differs(one, expected) && is_sure(one, seen, expected); });
  if (different != seen.end()) return {.text = different->text, .agrees = Agreement::differ};
  if (std::ranges::any_of(seen, agrees) || agree_together(seen, expected))
    return {.text = std::string{expected}, .agrees = Agreement::agree};
  return {.text = {}, .agrees = Agreement::unreadable};
}

}  // namespace lab::label
