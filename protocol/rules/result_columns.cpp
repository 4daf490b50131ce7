#include "protocol/rules/result_columns.hpp"

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

bool fits(Decimal::Mantissa mantissa) {
  return mantissa >= std::numeric_limits<std::int64_t>::min() && mantissa <= std::numeric_limits<std::int64_t>::max();
}

}  // namespace

std::uint32_t ResultColumns::add_panel(model::Panel panel) {
  LAB_CHECK(panel.items.size() <= items_max);
  panels_.push_back(std::move(panel));
  return static_cast<std::uint32_t>(panels_.size() - 1);
}

void ResultColumns::add_determination(const StoredDetermination& stored) {
  const model::Determination& result = stored.result;
  const auto& number = result.value.number;
  const bool wide = number && !fits(number->mantissa());
  const Form form{.exponent = number && !wide ? number->exponent() : 0,  // of a wide one it is with the number
                  .state = result.value.state,
                  .comparator = result.value.comparator,
                  .has_number = number.has_value(),
                  .wide = wide,
                  .portion = stored.portion,
                  .unit = result.unit};
  if (forms_.size() == forms_max && !form_index_.contains(form)) {
    ++left_out_;
    return;
  }
  form_of_.push_back(intern(form, forms_, form_index_));
  if (wide) {
    digits_.push_back(static_cast<std::int64_t>(wide_.size()));
    wide_.push_back(*number);
  } else {
    digits_.push_back(number ? static_cast<std::int64_t>(number->mantissa()) : 0);
  }
  items_.push_back(result.item);
  outcomes_.push_back(static_cast<std::uint8_t>(stored.outcome));
  reasons_.push_back(static_cast<std::uint8_t>(stored.reason));
}

void ResultColumns::add(const SampleFacts& sample, std::uint32_t panel,
                        std::span<const StoredDetermination> determinations) {
  LAB_CHECK(panel < panels_.size());
  samples_.push_back({.begin = digits_.size(),
                      .context = intern(Context{panel, sample.commodity, sample.category}, contexts_, context_index_),
                      .city = sample.city.value(),
                      .day = to_day_number(sample.sampled_on)});
  for (const StoredDetermination& stored : determinations) {
    if (stored.result.item < panels_[panel].items.size()) {
      add_determination(stored);
      samples_.back().has_further_portions |= stored.portion > 1;
    } else {
      ++left_out_;
    }
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
