#include "protocol/acceptance/oc_curve.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "protocol/acceptance/guarded.hpp"

namespace lab::acceptance {
namespace {

Result<void> check_sample(const OcPlan& plan) {
  if (plan.n >= 1 && plan.n <= sample_size_max) return {};
  return fail(ErrorCode::malformed, fmt::format("{} is not a sample of 1 to {} items", plan.n, sample_size_max), "n");
}

Result<void> check_probability(double pa) {
  if (pa > 0 && pa < 1) return {};
  return fail(ErrorCode::malformed, "a quality belongs to a probability above 0 and below 1 only", "pa");
}

double as_double(std::uint64_t count) { return static_cast<double>(count); }

Result<void> check_lot(const OcPlan& plan, std::uint64_t lot_size, std::uint64_t defectives) {
  if (auto sample = check_sample(plan); !sample) return sample;
  if (lot_size > lot_size_max) return fail(ErrorCode::malformed, "the lot is too large to be real", "lot_size");
  if (plan.n > lot_size) {
    return fail(ErrorCode::malformed, fmt::format("a sample of {} cannot be drawn from a lot of {}", plan.n, lot_size),
                "n");
  }
  if (defectives > lot_size) {
    return fail(ErrorCode::malformed, fmt::format("{} of {} items cannot be nonconforming", defectives, lot_size),
                "defectives");
  }
  return {};
}

// The distribution of nonconforming items in a sample, up to a factor: terms follow from their neighbours, so that no
// factorial is needed and nothing overflows.
class SampleCounts {
 public:
  SampleCounts(std::uint64_t n, std::uint64_t lot_size, std::uint64_t defectives)
      : n_(n), defectives_(defectives), others_(lot_size - defectives) {}

  [[nodiscard]] std::uint64_t least() const { return n_ > others_ ? n_ - others_ : 0; }
  [[nodiscard]] std::uint64_t most() const { return std::min(n_, defectives_); }
  [[nodiscard]] std::uint64_t mode() const {
    const auto lot = static_cast<long double>(defectives_ + others_);
    const long double centre =
        (static_cast<long double>(n_) + 1) * (static_cast<long double>(defectives_) + 1) / (lot + 2);
    return std::clamp(static_cast<std::uint64_t>(centre), least(), most());
  }
  /// P(x + 1) / P(x). Precondition: least() <= x < most().
  [[nodiscard]] long double ratio(std::uint64_t x) const {
    return static_cast<long double>(defectives_ - x) * static_cast<long double>(n_ - x) /
           (static_cast<long double>(x + 1) * static_cast<long double>(others_ + x + 1 - n_));
  }

 private:
  std::uint64_t n_;
  std::uint64_t defectives_;
  std::uint64_t others_;  // conforming items of the lot
};

constexpr long double negligible = 1e-40L;  // a term next to a sum of 1 or more

// P(X <= ac), summed outwards from the largest term.
double lower_tail(const SampleCounts& counts, std::uint64_t ac) {
  const std::uint64_t mode = counts.mode();
  long double accepted = 0;
  long double refused = 0;
  long double term = 1;
  for (std::uint64_t x = mode;; ++x) {
    (x <= ac ? accepted : refused) += term;
    if (x == counts.most() || term < negligible) break;
    term *= counts.ratio(x);
  }
  term = 1;
  for (std::uint64_t x = mode; x > counts.least(); --x) {
    term /= counts.ratio(x - 1);
    (x - 1 <= ac ? accepted : refused) += term;
    if (term < negligible * accepted || term == 0) break;
  }
  return static_cast<double>(accepted / (accepted + refused));
}

}  // namespace

std::optional<OcModel> parse_oc_model(std::string_view text) {
  if (text == "binomial") return OcModel::binomial;
  if (text == "poisson") return OcModel::poisson;
  if (text == "hypergeometric") return OcModel::hypergeometric;
  return std::nullopt;
}

Result<double> binomial_pa(const OcPlan& plan, double p) {
  if (auto sample = check_sample(plan); !sample) return fail(std::move(sample));
  if (!(p >= 0 && p <= 1)) return fail(ErrorCode::malformed, "a fraction nonconforming is between 0 and 1", "p");
  if (plan.ac >= plan.n) return 1.0;
  return guarded([&] { return boost::math::ibetac(as_double(plan.ac) + 1, as_double(plan.n - plan.ac), p); });
}

Result<double> poisson_pa(const OcPlan& plan, double p) {
  if (auto sample = check_sample(plan); !sample) return fail(std::move(sample));
  const double mean = as_double(plan.n) * p;
  if (!(p >= 0) || !std::isfinite(mean)) {
    return fail(ErrorCode::malformed, "the mean number of nonconformities per item is 0 or more", "p");
  }
  return guarded([&] { return boost::math::gamma_q(as_double(plan.ac) + 1, mean); });
}

Result<double> binomial_p(const OcPlan& plan, double pa) {
  if (auto sample = check_sample(plan); !sample) return fail(std::move(sample));
  if (auto probability = check_probability(pa); !probability) return fail(std::move(probability));
  if (plan.ac >= plan.n) {
    return fail(ErrorCode::malformed, "with an acceptance number of n or more every lot is accepted", "ac");
  }
  // With ac = 0 the answer is closed, and the general way would lose digits next to pa = 1.
  if (plan.ac == 0) return -std::expm1(std::log(pa) / as_double(plan.n));
  return guarded([&] { return boost::math::ibetac_inv(as_double(plan.ac) + 1, as_double(plan.n - plan.ac), pa); });
}

Result<double> poisson_p(const OcPlan& plan, double pa) {
  if (auto sample = check_sample(plan); !sample) return fail(std::move(sample));
  if (auto probability = check_probability(pa); !probability) return fail(std::move(probability));
  return guarded([&] { return boost::math::gamma_q_inv(as_double(plan.ac) + 1, pa) / as_double(plan.n); });
}

Result<double> hypergeometric_pa(const OcPlan& plan, std::uint64_t lot_size, std::uint64_t defectives) {
  if (auto lot = check_lot(plan, lot_size, defectives); !lot) return fail(std::move(lot));
  const SampleCounts counts{plan.n, lot_size, defectives};
  if (counts.most() <= plan.ac) return 1.0;
  if (counts.least() > plan.ac) return 0.0;
  return lower_tail(counts, plan.ac);
}

Result<std::uint64_t> hypergeometric_defectives(const OcPlan& plan, std::uint64_t lot_size, double pa) {
  if (auto lot = check_lot(plan, lot_size, 0); !lot) return fail(std::move(lot));
  if (!(pa > 0 && pa <= 1)) return fail(ErrorCode::malformed, "a probability above 0 and up to 1 is needed", "pa");
  // P(accept) falls with every further nonconforming item: halve the interval in which it passes pa.
  std::uint64_t enough = 0;
  std::uint64_t too_many = lot_size + 1;
  while (too_many - enough > 1) {
    const std::uint64_t middle = enough + (too_many - enough) / 2;
    const auto probability = hypergeometric_pa(plan, lot_size, middle);
    if (!probability) return tl::unexpected(probability.error());
    (*probability >= pa ? enough : too_many) = middle;
  }
  return enough;
}

}  // namespace lab::acceptance
