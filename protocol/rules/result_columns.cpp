#include "protocol/rules/result_columns.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "protocol/base/check.hpp"

namespace lab::rules {
namespace {

// The number of `value` in `index`, given anew when it is not there yet.
template <class Value, class Number>
Number intern(const Value& value, std::vector<Value>& values, std::map<Value, Number>& index) {
  const auto [place, fresh] = index.emplace(value, static_cast<Number>(values.size()));
  if (fresh) values.push_back(value);
  return place->second;
}

// One number of a kept column.
template <class Number>
Number element(BytesView column, std::size_t at) {
  Number number{};
  std::memcpy(&number, column.data() + at * sizeof(Number), sizeof(Number));
  return number;
}

template <class Number>
void append(std::vector<Number>& to, BytesView column) {
  const std::size_t before = to.size();
  to.resize(before + column.size() / sizeof(Number));
  std::memcpy(to.data() + before, column.data(), column.size());
}

bool fits(Decimal::Mantissa mantissa) {
  return mantissa >= std::numeric_limits<std::int64_t>::min() && mantissa <= std::numeric_limits<std::int64_t>::max();
}

}  // namespace

ResultColumns::Form form_of(const model::Determination& result, std::uint8_t portion) {
  const auto& number = result.value.number;
  const bool wide = number && !fits(number->mantissa());
  return {.exponent = number && !wide ? number->exponent() : 0,  // of a wide one it is with the number
          .state = result.value.state,
          .comparator = result.value.comparator,
          .has_number = number.has_value(),
          .wide = wide,
          .portion = portion,
          .unit = result.unit};
}

std::int64_t digits_of(const model::Determination& result, std::vector<Decimal>& wide) {
  const auto& number = result.value.number;
  if (!number) return 0;
  if (fits(number->mantissa())) return static_cast<std::int64_t>(number->mantissa());
  wide.push_back(*number);
  return static_cast<std::int64_t>(wide.size() - 1);
}

std::uint32_t ResultColumns::add_panel(model::Panel panel) {
  LAB_CHECK(panel.items.size() <= items_max);
  panels_.push_back(std::move(panel));
  return static_cast<std::uint32_t>(panels_.size() - 1);
}

void ResultColumns::reserve(std::size_t further) {
  const std::size_t all = digits_.size() + further;
  digits_.reserve(all);
  items_.reserve(all);
  form_of_.reserve(all);
  outcomes_.reserve(all);
  reasons_.reserve(all);
}

std::optional<std::uint16_t> ResultColumns::number_of(const Form& form) {
  if (forms_.size() == forms_max && !form_index_.contains(form)) return std::nullopt;
  return intern(form, forms_, form_index_);
}

void ResultColumns::begin(const SampleFacts& sample, std::uint32_t panel) {
  LAB_CHECK(panel < panels_.size());
  samples_.push_back({.begin = digits_.size(),
                      .context = intern(Context{panel, sample.commodity, sample.category}, contexts_, context_index_),
                      .city = sample.city.value(),
                      .day = to_day_number(sample.sampled_on)});
}

void ResultColumns::add_determination(const StoredDetermination& stored) {
  const auto form = number_of(rules::form_of(stored.result, stored.portion));
  if (!form) {
    ++left_out_;
    return;
  }
  form_of_.push_back(*form);
  digits_.push_back(digits_of(stored.result, wide_));
  items_.push_back(stored.result.item);
  outcomes_.push_back(static_cast<std::uint8_t>(stored.outcome));
  reasons_.push_back(static_cast<std::uint8_t>(stored.reason));
}

void ResultColumns::add(const SampleFacts& sample, std::uint32_t panel,
                        std::span<const StoredDetermination> determinations) {
  begin(sample, panel);
  for (const StoredDetermination& stored : determinations) {
    if (stored.result.item < panels_[panel].items.size()) {
      add_determination(stored);
      samples_.back().has_further_portions |= stored.portion > 1;
    } else {
      ++left_out_;
    }
  }
}

void ResultColumns::add(const SampleFacts& sample, std::uint32_t panel, const KeptColumns& kept,
                        std::span<const std::optional<std::uint16_t>> forms, std::span<const Decimal> wide,
                        std::size_t left_out) {
  begin(sample, panel);
  left_out_ += left_out;
  samples_.back().has_further_portions =
      std::ranges::any_of(forms, [this](const auto& form) { return form && forms_[*form].portion > 1; });
  const std::size_t items = panels_[panel].items.size();
  bool as_they_are = wide.empty() && std::ranges::all_of(forms, [](const auto& form) { return form.has_value(); });
  for (std::size_t at = 0; at < kept.count; ++at) as_they_are &= element<std::uint16_t>(kept.items, at) < items;
  if (as_they_are) {
    add_whole(kept, forms);
  } else {
    add_one_by_one(kept, forms, wide, items);
  }
}

void ResultColumns::add_whole(const KeptColumns& kept, std::span<const std::optional<std::uint16_t>> forms) {
  append(digits_, kept.digits);
  append(items_, kept.items);
  append(outcomes_, kept.outcomes);
  append(reasons_, kept.reasons);
  const std::size_t before = form_of_.size();
  append(form_of_, kept.forms);
  for (std::size_t at = before; at < form_of_.size(); ++at) form_of_[at] = *forms[form_of_[at]];
}

void ResultColumns::add_one_by_one(const KeptColumns& kept, std::span<const std::optional<std::uint16_t>> forms,
                                   std::span<const Decimal> wide, std::size_t items) {
  for (std::size_t at = 0; at < kept.count; ++at) {
    const auto item = element<std::uint16_t>(kept.items, at);
    const auto form = forms[element<std::uint16_t>(kept.forms, at)];
    if (item >= items || !form) {
      ++left_out_;
      continue;
    }
    auto digits = element<std::int64_t>(kept.digits, at);
    if (forms_[*form].wide) {
      wide_.push_back(wide[static_cast<std::size_t>(digits)]);
      digits = static_cast<std::int64_t>(wide_.size() - 1);
    }
    digits_.push_back(digits);
    items_.push_back(item);
    form_of_.push_back(*form);
    outcomes_.push_back(element<std::uint8_t>(kept.outcomes, at));
    reasons_.push_back(element<std::uint8_t>(kept.reasons, at));
  }
}

model::Determination ResultColumns::determination(std::size_t at) const {
  const Form& form = forms_[form_of_[at]];
  model::Determination result{.item = items_[at], .value = {}, .unit = form.unit};
  result.value.state = form.state;
  result.value.comparator = form.comparator;
  if (form.wide) {
    result.value.number = wide_[static_cast<std::size_t>(digits_[at])];
  } else if (form.has_number) {
    result.value.number = Decimal{digits_[at], form.exponent};
  }
  return result;
}

}  // namespace lab::rules
