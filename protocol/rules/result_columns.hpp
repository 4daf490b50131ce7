#pragma once
// Stored determinations side by side in columns, so that all of them can be judged anew against another edition or rule
// at the speed of memory. One determination is 13 octets; what it shares with others (panel, product, unit, the way it
// was written) is kept once.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// What a sample brings to every one of its determinations.
struct SampleFacts {
  model::CityCode city;
  model::CategoryCode category;
  std::string commodity;
  CivilDate sampled_on{};
};

/// One determination with the verdict it was given; `result` must not outlive its origin.
struct StoredDetermination {
  const model::Determination& result;
  model::ItemOutcome outcome = model::ItemOutcome::undetermined;
  model::Reason reason = model::Reason::no_basis;
  std::uint8_t portion = 1;  // of the sample; the verdict of the item stands at the first
};

/// Columns of one sample as a store keeps them: `count` little-endian numbers each, with no alignment.
struct KeptColumns {
  std::size_t count = 0;
  BytesView digits;    // 64 bits
  BytesView items;     // 16 bits
  BytesView forms;     // 16 bits
  BytesView outcomes;  // 8 bits
  BytesView reasons;   // 8 bits
};

class ResultColumns {
 public:
  static constexpr std::size_t items_max = 1U << 16;
  /// Units, exponents and states in use make a hundred or two; what comes after this many is left out.
  static constexpr std::size_t forms_max = 4'096;

  /// How a result was given: what decides its verdict besides item, limit and digits.
  /// Compared for every determination that comes in: the numbers first.
  struct Form {
    int exponent = 0;
    model::ValueState state = model::ValueState::missing;
    model::Comparator comparator = model::Comparator::none;
    bool has_number = false;
    bool wide = false;  // more than 64 bits: the digits are an index into `wide()`
    std::uint8_t portion = 1;
    std::string unit;

    auto operator<=>(const Form&) const = default;
  };
  /// Panel, product and category of a sample: with a date they choose its limits.
  struct Context {
    std::uint32_t panel = 0;
    std::string commodity;
    model::CategoryCode category;

    auto operator<=>(const Context&) const = default;
  };
  struct Sample {
    std::uint64_t begin = 0;  // its first determination; the last ends where the next sample begins
    std::uint32_t context = 0;
    std::uint32_t city = 0;
    std::int32_t day = 0;  // since 1970-01-01
    bool has_further_portions = false;
  };

  /// A panel, once; samples name it by the number returned.
  std::uint32_t add_panel(model::Panel panel);
  /// Determinations whose item the panel does not have, or of one form too many, are left out and counted.
  /// Precondition: the panel was added.
  void add(const SampleFacts& sample, std::uint32_t panel, std::span<const StoredDetermination> determinations);

  /// Room for so many more determinations.
  void reserve(std::size_t further);
  /// The number of a form, given out when it is first asked for; nothing when there are forms_max already.
  std::optional<std::uint16_t> number_of(const Form& form);
  /// As add(), from kept columns: `forms` are the numbers here of the forms they count in, `wide` the numbers their
  /// wide ones count in. `left_out` is what was left out when they were kept.
  void add(const SampleFacts& sample, std::uint32_t panel, const KeptColumns& kept,
           std::span<const std::optional<std::uint16_t>> forms, std::span<const Decimal> wide, std::size_t left_out);

  [[nodiscard]] std::size_t size() const { return digits_.size(); }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  [[nodiscard]] const std::vector<model::Panel>& panels() const { return panels_; }
  [[nodiscard]] const std::vector<Context>& contexts() const { return contexts_; }
  [[nodiscard]] const std::vector<Form>& forms() const { return forms_; }
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }
  [[nodiscard]] std::uint64_t end_of(std::size_t sample) const {
    return sample + 1 < samples_.size() ? samples_[sample + 1].begin : digits_.size();
  }

  // The columns, all of size().
  [[nodiscard]] std::span<const std::int64_t> digits() const { return digits_; }
  [[nodiscard]] std::span<const std::uint16_t> items() const { return items_; }
  [[nodiscard]] std::span<const std::uint16_t> form_of() const { return form_of_; }
  [[nodiscard]] std::span<const std::uint8_t> outcomes() const { return outcomes_; }
  /// Stored reasons matter to the sample only where they are `no_basis` or `unconfirmed`, so only that is asked.
  [[nodiscard]] std::span<const std::uint8_t> reasons() const { return reasons_; }
  [[nodiscard]] const std::vector<Decimal>& wide() const { return wide_; }

  [[nodiscard]] std::uint8_t portion(std::size_t at) const { return forms_[form_of_[at]].portion; }
  /// Determination `at` as it was given, but for its text.
  [[nodiscard]] model::Determination determination(std::size_t at) const;

 private:
  void begin(const SampleFacts& sample, std::uint32_t panel);
  void add_whole(const KeptColumns& kept, std::span<const std::optional<std::uint16_t>> forms);
  void add_one_by_one(const KeptColumns& kept, std::span<const std::optional<std::uint16_t>> forms,
                      std::span<const Decimal> wide, std::size_t items);
  void add_determination(const StoredDetermination& stored);

  std::vector<model::Panel> panels_;
  std::vector<Context> contexts_;
  std::map<Context, std::uint32_t> context_index_;
  std::vector<Form> forms_;
  std::map<Form, std::uint16_t> form_index_;
  std::vector<Sample> samples_;
  std::vector<std::int64_t> digits_;
  std::vector<std::uint16_t> items_;
  std::vector<std::uint16_t> form_of_;
  std::vector<std::uint8_t> outcomes_;
  std::vector<std::uint8_t> reasons_;
  std::vector<Decimal> wide_;
  std::size_t left_out_ = 0;
};

/// How a determination was given.
ResultColumns::Form form_of(const model::Determination& result, std::uint8_t portion = 1);
/// Its digits; those of a wide number go to the end of `wide`, and their place there is returned.
std::int64_t digits_of(const model::Determination& result, std::vector<Decimal>& wide);

}  // namespace lab::rules
