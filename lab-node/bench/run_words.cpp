#include "lab-node/bench/run_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/text.hpp"

namespace lab::bench {
namespace {

constexpr std::size_t word_octets_max = 80;  // a method or an analyte has 40; a row's name is a sample number
// Of an event's 128 KB: texts take up to 7 octets more on the wire, each check 80 beside them.
constexpr std::size_t listed_octets_max = 64 * 1024;
constexpr std::size_t check_octets = 130;

std::string word(const std::string& text) { return tidy(text, word_octets_max); }

std::string calculated(const quality::CheckOutcome& outcome) {
  if (!outcome.figure) return {};
  if (outcome.kind == model::CheckKind::calibration) return fmt::format("r² {:.6f}", *outcome.figure);
  return fmt::format("{:.2f} %", *outcome.figure);
}

std::string bounds(const quality::CheckOutcome& outcome) {
  if (!outcome.window) return {};
  const std::string most = outcome.window->most.to_text();
  if (outcome.kind == model::CheckKind::duplicate) return "≤ " + most + " %";
  return outcome.window->least.to_text() + "-" + most + " %";
}

std::string rules_of(const quality::CheckOutcome& outcome) {
  std::string names;
  for (const quality::ControlRule rule : outcome.rules) {
    if (!names.empty()) names += ' ';
    names += quality::name_of(rule);
  }
  return names;
}

std::size_t octets_of(const model::RunCheck& check) {
  return check_octets + check.method.size() + check.analyte.size() + check.row.size() + check.figure.size() +
         check.window.size() + check.rules.size();
}

std::size_t octets_of(const model::RunShortage& shortage) {
  return check_octets + shortage.method.size() + shortage.analyte.size();
}

// Takes from the end what does not fit any more; returns how many that were.
template <class List>
std::uint32_t keep_within(List& list, std::size_t& room) {
  std::size_t kept = 0;
  while (kept < list.size() && octets_of(list[kept]) <= room) room -= octets_of(list[kept++]);
  const std::size_t left = list.size() - kept;
  list.resize(kept);
  return static_cast<std::uint32_t>(left);
}

}  // namespace

std::string with_unit(std::string value, const std::string& unit) {
  return value.empty() || unit.empty() ? value : std::move(value) + " " + unit;
}

model::RunCheck in_words(const quality::CheckOutcome& outcome, const std::string& method, const CheckWords& words) {
  return {.kind = outcome.kind,
          .method = word(method),
          .analyte = word(outcome.analyte),
          .row = word(words.row),
          .finding = outcome.finding,
          .reason = outcome.reason,
          .figure = word(words.figure.empty() ? calculated(outcome) : words.figure),
          .window = word(words.window.empty() ? bounds(outcome) : words.window),
          .rules = rules_of(outcome)};
}

void keep_within_event(model::RunAssessed& assessed) {
  std::ranges::stable_sort(assessed.checks, std::ranges::greater{}, &model::RunCheck::finding);
  std::size_t room = listed_octets_max / 2;
  assessed.unlisted = keep_within(assessed.shortages, room);
  room += listed_octets_max / 2;
  assessed.unlisted += keep_within(assessed.checks, room);
}

}  // namespace lab::bench
