#pragma once
// Acceptance sampling by variables, k method, one limit: accept when the mean lies at least k standard deviations
// inside the limit. n and k are data: of a contract, or of MIL-STD-414.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/acceptance/names.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"

namespace lab::acceptance {

enum class Side : std::uint8_t { lower, upper };  // which end of the tolerance the limit is

struct OneLimit {
  Side side = Side::upper;
  Decimal value;  // in the unit of the measured values
};

struct VariablesOutcome {
  double q = 0;  // quality index, for people; infinite when nothing varies. Never compare it: `accepted` has the digits
  bool accepted = false;
};

/// Q >= k from a mean and a standard deviation, compared as exact decimals: (U - mean) >= k s.
/// Malformed when s is negative, too_large when the product needs more than 38 digits.
Result<VariablesOutcome> judge_variables(const Decimal& mean, const Decimal& s, const Decimal& k,
                                         const OneLimit& limit);

/// The same from single values, with s of n - 1 degrees of freedom, or with a known sigma. Compared exactly, by
/// squares; only the digits in which values and limit differ count, of which ten values may have twelve. Malformed with
/// fewer than two values (one, when sigma is known) or a negative sigma; too_large when 38 digits do not hold the
/// squares: floating point never decides.
Result<VariablesOutcome> judge_variables(std::span<const Decimal> values, const Decimal& k, const OneLimit& limit,
                                         const std::optional<Decimal>& sigma = std::nullopt);

/// P(accept) of a normally distributed quality with the fraction p beyond the limit; good to 1e-9.
/// Malformed unless n >= 2 and 0 < p < 1.
Result<double> variables_pa(std::uint64_t n, const Decimal& k, double p);
/// With known standard deviation. Malformed unless n >= 1 and 0 < p < 1.
Result<double> variables_pa_known_sigma(std::uint64_t n, const Decimal& k, double p);

/// M: the largest estimated percent nonconforming that (n, k) accepts (MIL-STD-414, form 2). Malformed unless n >= 3.
Result<double> max_percent_nonconforming(std::uint64_t n, const Decimal& k);

/// A row and column of MIL-STD-414, standard deviation method, single limit.
struct VariablesPlan {
  std::uint64_t n = 0;
  Decimal k;
};

/// The k table of MIL-STD-414: normal and tightened, letters B to Q of that standard, which are not those of
/// GB/T 2828.1 (it has I and O). Only looked at after loading: safe from any number of threads.
class Milstd414 {
 public:
  static Milstd414 load();

  /// Nothing when the table has no such plan.
  [[nodiscard]] std::optional<VariablesPlan> plan(Inspection inspection, std::string_view letter, Aql aql) const;

 private:
  struct Row {
    Inspection inspection = Inspection::normal;
    std::string letter;
    std::uint64_t n = 0;
    std::vector<std::optional<Decimal>> k;  // per column of aqls_
  };
  std::vector<Aql> aqls_;
  std::vector<Row> rows_;
};

}  // namespace lab::acceptance
