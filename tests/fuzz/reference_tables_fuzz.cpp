// The tables that every node judges by, alone and as the bundle they travel in. Input: one letter that says which, then
// its octets. What is read answers a question without harm; what is not is refused with what is wrong.

#include <algorithm>
#include <cstdint>

#include "protocol/base/check.hpp"
#include "protocol/clocks/calendar.hpp"
#include "protocol/clocks/deadlines.hpp"
#include "protocol/forms/sampling_fields.hpp"
#include "protocol/quality/windows.hpp"
#include "protocol/rules/panel_table.hpp"
#include "protocol/rules/reference_set.hpp"

namespace {

using namespace lab;

constexpr CivilDate day{std::chrono::year{2013}, std::chrono::June, std::chrono::day{20}};

template <class T>
void is_said(const Result<T>& result) {
  if (!result) LAB_CHECK(!result.error().message.empty());
}

void read_limits(const rules::EditionTexts& texts) {
  const auto limits = rules::LimitCatalogue::load(texts);
  is_said(limits);
  if (!limits) return;
  static_cast<void>(limits->find("铅", "菠菜", {"蔬菜", "叶菜类蔬菜"}, day));
  static_cast<void>(limits->change_days());
}

void open_bundle(BytesView octets) {
  is_said(rules::open_bundle(octets));
  const auto files = rules::unbundle(octets);
  if (!files) return;
  const auto again = rules::unbundle(rules::bundle(*files));
  LAB_CHECK(again && std::ranges::equal(*again, *files, {}, &rules::ReferenceFile::text, &rules::ReferenceFile::text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView text{reinterpret_cast<const char*>(data) + 1, size - 1};
  constexpr BytesView no_limits =
      "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to,source,confidence,"
      "note\n";
  switch (data[0]) {
    case 'l':
      read_limits({.limits = text});
      break;
    case 'a':
      read_limits({.limits = no_limits, .analytes = text});
      break;
    case 'b':
      read_limits({.limits = no_limits, .banned_pesticides = text});
      break;
    case 'v':
      read_limits({.limits = no_limits, .banned_veterinary = text});
      break;
    case 'c':
      is_said(rules::CategoryTree::load(text));
      break;
    case 'p':
      is_said(rules::read_panels(text));
      break;
    case 'h':
      if (const auto calendar = clocks::Calendar::load(text)) static_cast<void>(calendar->is_working_day(day));
      break;
    case 't':
      is_said(clocks::Deadlines::load(text));
      break;
    case 'f':
      is_said(forms::SamplingFields::load(text));
      break;
    case 'r':
      is_said(quality::Windows::load_recovery(text));
      break;
    case 'd':
      is_said(quality::Windows::load_duplicates(text));
      break;
    default:
      open_bundle(text);
  }
  return 0;
}
