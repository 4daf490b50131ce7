#pragma once
// Operating characteristic: how probable it is that a plan accepts a lot of a given quality. Probabilities are binary
// floating point, good to 1e-9 and usually to 1e-13; plans and verdicts never are.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/result.hpp"

namespace lab::acceptance {

/// binomial:       items that conform or not, out of a long-running process; p is the fraction nonconforming.
/// poisson:        nonconformities, several per item possible; p is their mean number per item.
/// hypergeometric: items out of one lot of known size; quality is a count, see hypergeometric_pa.
enum class OcModel : std::uint8_t { binomial, poisson, hypergeometric };

std::optional<OcModel> parse_oc_model(std::string_view text);  // "binomial", "poisson", "hypergeometric"

constexpr std::uint64_t sample_size_max = 100'000'000;  // far above every table; keeps sums over a sample short
constexpr std::uint64_t lot_size_max = 1'000'000'000'000;

/// A single plan as the curve sees it.
struct OcPlan {
  std::uint64_t n = 0;
  std::uint64_t ac = 0;
};

/// P(accept) at quality p. Malformed when n is 0 or over sample_size_max, p is not within 0..1 (poisson: not finite or
/// negative).
Result<double> binomial_pa(const OcPlan& plan, double p);
Result<double> poisson_pa(const OcPlan& plan, double p);

/// The quality p that is accepted with probability pa, relative error below 1e-12. Malformed unless 0 < pa < 1;
/// binomial also when ac >= n, where every lot is accepted.
Result<double> binomial_p(const OcPlan& plan, double pa);
Result<double> poisson_p(const OcPlan& plan, double pa);

/// P(accept) of a lot of `lot_size` items of which `defectives` are nonconforming. Malformed when the sample or the
/// nonconforming items are more than the lot, or a size is over its maximum.
Result<double> hypergeometric_pa(const OcPlan& plan, std::uint64_t lot_size, std::uint64_t defectives);

/// The largest number of nonconforming items with which that lot is still accepted with probability pa or more: between
/// counts there is no quality. Malformed unless 0 < pa <= 1, or as above.
Result<std::uint64_t> hypergeometric_defectives(const OcPlan& plan, std::uint64_t lot_size, double pa);

}  // namespace lab::acceptance
