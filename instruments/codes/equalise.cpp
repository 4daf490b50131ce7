#include "instruments/codes/equalise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "protocol/base/check.hpp"

namespace lab::codes {
namespace {

constexpr int reach = 2;
constexpr int width = 2 * reach + 1;
constexpr std::size_t taps = width * width;
constexpr std::size_t unknowns = taps + 3;  // and a constant with two slopes: light that falls everywhere
constexpr int turns = 8;

/// How much of each neighbour's darkness a module was seen with.
struct Mixture {
  std::array<double, taps> weight{};
  std::array<double, 3> light{};  // constant, by column, by row
  double variance = 1;            // of what it does not explain
};

std::size_t tap(int dx, int dy) {
  return static_cast<std::size_t>(dy + reach) * static_cast<std::size_t>(width) + static_cast<std::size_t>(dx + reach);
}

class Equaliser {
 public:
  Equaliser(const SoftModules& seen, const KnownModules& known)
      : seen_(seen), known_(known), belief_(seen.columns(), seen.rows()) {
    for_each([&](int column, int row) {
      const float darkness = std::clamp(1.5F * seen_.at(column, row), -1.0F, 1.0F);
      belief_.at(column, row) = known_.at(column, row) != 0 ? static_cast<float>(known_.at(column, row)) : darkness;
    });
  }

  SoftModules run() {
    if (!begin()) return seen_;
    SoftModules sureness(seen_.columns(), seen_.rows());
    for (int turn = 0; turn < turns; ++turn) {
      const auto mixture = estimate(Trust::all);
      if (!mixture) return seen_;
      const SoftModules evidence = gathered(*mixture, unexplained(*mixture));
      double energy = 0;
      for (const double weight : mixture->weight) energy += weight * weight;
      // The log of how much likelier dark is than light, all else as believed.
      for_each([&](int column, int row) {
        const double correlation = evidence.at(column, row) + energy * belief_.at(column, row);
        sureness.at(column, row) = static_cast<float>(2 * correlation / mixture->variance);
      });
      // Later turns believe more in what the model says.
      const double trust = 0.5 + 0.5 * turn / turns;
      for_each([&](int column, int row) {
        if (!is_free(column, row)) return;
        const double wanted = std::tanh(trust * sureness.at(column, row) / 2);
        float& belief = belief_.at(column, row);
        belief = static_cast<float>(0.5 * belief + 0.5 * wanted);
      });
    }
    return sureness;
  }

 private:
  using System = std::array<std::array<double, unknowns + 1>, unknowns>;

  /// Whom an estimate of the mixture asks: all modules alike, or those the more whose neighbours are known beforehand.
  enum class Trust { all, known };

  /// First beliefs: the mixture by what is known, and the modules that explain best, as if they could have any
  /// darkness, what was seen (least squares by conjugate gradients).
  bool begin() {
    const auto mixture = estimate(Trust::known);
    if (!mixture) return false;
    constexpr int steps = 25;
    constexpr double smallness = 0.05;  // how much large values are disliked
    SoftModules rest = unexplained(*mixture);
    SoftModules change(seen_.columns(), seen_.rows());
    SoftModules gradient = gathered(*mixture, rest);
    for_each([&](int column, int row) {
      float& value = gradient.at(column, row);
      value = is_free(column, row) ? value - static_cast<float>(smallness * belief_.at(column, row)) : 0.0F;
    });
    SoftModules direction = gradient;
    double length = dot(gradient, gradient);
    for (int step = 0; step < steps && length > 1e-6; ++step) {
      const SoftModules image = spread(*mixture, direction);
      const double curvature = dot(image, image) + smallness * dot(direction, direction);
      const auto far = static_cast<float>(length / std::max(curvature, 1e-12));
      for_each([&](int column, int row) {
        change.at(column, row) += far * direction.at(column, row);
        rest.at(column, row) -= far * image.at(column, row);
      });
      gradient = gathered(*mixture, rest);
      for_each([&](int column, int row) {
        float& value = gradient.at(column, row);
        const float held = belief_.at(column, row) + change.at(column, row);
        value = is_free(column, row) ? value - static_cast<float>(smallness) * held : 0.0F;
      });
      const double next = dot(gradient, gradient);
      const auto kept = static_cast<float>(next / length);
      length = next;
      for_each([&](int column, int row) {
        direction.at(column, row) = gradient.at(column, row) + kept * direction.at(column, row);
      });
    }
    for_each([&](int column, int row) {
      float& belief = belief_.at(column, row);
      if (is_free(column, row)) belief = std::clamp(belief + change.at(column, row), -1.0F, 1.0F);
    });
    return true;
  }

  [[nodiscard]] bool is_free(int column, int row) const { return known_.at(column, row) == 0; }

  double dot(const SoftModules& a, const SoftModules& b) const {
    double sum = 0;
    for_each([&](int column, int row) { sum += static_cast<double>(a.at(column, row)) * b.at(column, row); });
    return sum;
  }

  /// What the modules would look like, mixed. Outside there is nothing.
  SoftModules spread(const Mixture& mixture, const SoftModules& modules) const { return mixed(mixture, modules, 1); }
  /// How much each module has to do with what was seen: the transpose of `spread`.
  SoftModules gathered(const Mixture& mixture, const SoftModules& seen) const { return mixed(mixture, seen, -1); }

  SoftModules mixed(const Mixture& mixture, const SoftModules& from, int direction) const {
    SoftModules out(from.columns(), from.rows());
    for_each([&](int column, int row) {
      double sum = 0;
      for (int dy = -reach; dy <= reach; ++dy) {
        for (int dx = -reach; dx <= reach; ++dx) {
          const int x = column + direction * dx;
          const int y = row + direction * dy;
          if (x < 0 || y < 0 || x >= from.columns() || y >= from.rows()) continue;
          sum += mixture.weight[tap(dx, dy)] * from.at(x, y);
        }
      }
      out.at(column, row) = static_cast<float>(sum);
    });
    return out;
  }

  /// Of the neighbourhood, those known beforehand; outside everything is.
  double known_share(int column, int row) const {
    int count = 0;
    for (int dy = -reach; dy <= reach; ++dy) {
      for (int dx = -reach; dx <= reach; ++dx) {
        const int x = column + dx;
        const int y = row + dy;
        const bool is_outside = x < 0 || y < 0 || x >= seen_.columns() || y >= seen_.rows();
        if (is_outside || !is_free(x, y)) ++count;
      }
    }
    return static_cast<double>(count) / static_cast<double>(taps);
  }

  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (int row = 0; row < seen_.rows(); ++row) {
      for (int column = 0; column < seen_.columns(); ++column) visit(column, row);
    }
  }

  [[nodiscard]] double believed(int column, int row) const {
    if (column < 0 || row < 0 || column >= seen_.columns() || row >= seen_.rows()) return -1;
    return belief_.at(column, row);
  }

  std::array<double, unknowns> neighbourhood(int column, int row) const {
    std::array<double, unknowns> around{};
    for (int dy = -reach; dy <= reach; ++dy) {
      for (int dx = -reach; dx <= reach; ++dx) around[tap(dx, dy)] = believed(column + dx, row + dy);
    }
    around[taps] = 1;
    around[taps + 1] = 2.0 * column / seen_.columns() - 1;
    around[taps + 2] = 2.0 * row / seen_.rows() - 1;
    return around;
  }

  /// Least squares with a small preference for no mixture at all.
  std::optional<Mixture> estimate(Trust trust) const {
    System system{};
    double total = 0;
    for_each([&](int column, int row) {
      const auto around = neighbourhood(column, row);
      const double weight = trust == Trust::all ? 1 : std::pow(known_share(column, row), 4);
      const double seen = weight * seen_.at(column, row);
      total += weight;
      for (std::size_t i = 0; i < unknowns; ++i) {
        const double weighted = weight * around[i];
        for (std::size_t j = i; j < unknowns; ++j) system[i][j] += weighted * around[j];
        system[i][unknowns] += around[i] * seen;
      }
    });
    for (std::size_t i = 0; i < unknowns; ++i) {
      for (std::size_t j = 0; j < i; ++j) system[i][j] = system[j][i];
    }
    const double stiffness = 0.02 * total;
    for (std::size_t i = 0; i < taps; ++i) system[i][i] += stiffness;
    system[tap(0, 0)][unknowns] += 0.7 * stiffness;
    const auto solution = solved(system);
    if (!solution) return std::nullopt;
    Mixture mixture;
    std::copy_n(solution->begin(), taps, mixture.weight.begin());
    std::copy_n(solution->begin() + taps, mixture.light.size(), mixture.light.begin());
    mixture.variance = variance_left(mixture);
    return mixture;
  }

  /// Gauss's elimination with pivots.
  static std::optional<std::array<double, unknowns>> solved(System& system) {
    for (std::size_t pivot = 0; pivot < unknowns; ++pivot) {
      std::size_t best = pivot;
      for (std::size_t row = pivot + 1; row < unknowns; ++row) {
        if (std::abs(system[row][pivot]) > std::abs(system[best][pivot])) best = row;
      }
      if (std::abs(system[best][pivot]) < 1e-9) return std::nullopt;
      std::swap(system[pivot], system[best]);
      for (std::size_t row = pivot + 1; row < unknowns; ++row) {
        const double factor = system[row][pivot] / system[pivot][pivot];
        for (std::size_t i = pivot; i <= unknowns; ++i) system[row][i] -= factor * system[pivot][i];
      }
    }
    std::array<double, unknowns> solution{};
    for (std::size_t row = unknowns; row-- > 0;) {
      double rest = system[row][unknowns];
      for (std::size_t i = row + 1; i < unknowns; ++i) rest -= system[row][i] * solution[i];
      solution[row] = rest / system[row][row];
    }
    return solution;
  }

  double explained(int column, int row, const Mixture& mixture) const {
    const auto around = neighbourhood(column, row);
    double sum = 0;
    for (std::size_t i = 0; i < taps; ++i) sum += mixture.weight[i] * around[i];
    for (std::size_t i = 0; i < mixture.light.size(); ++i) sum += mixture.light[i] * around[taps + i];
    return sum;
  }

  double variance_left(const Mixture& mixture) const {
    constexpr double floor = 0.003;  // rounding and the grid's own faults
    double sum = 0;
    for_each([&](int column, int row) {
      const double rest = seen_.at(column, row) - explained(column, row, mixture);
      sum += rest * rest;
    });
    return sum / (seen_.columns() * seen_.rows()) + floor;
  }

  SoftModules unexplained(const Mixture& mixture) const {
    SoftModules rest(seen_.columns(), seen_.rows());
    for_each([&](int column, int row) {
      rest.at(column, row) = static_cast<float>(seen_.at(column, row) - explained(column, row, mixture));
    });
    return rest;
  }

  const SoftModules& seen_;
  const KnownModules& known_;
  SoftModules belief_;
};

}  // namespace

SoftModules equalised(const SoftModules& seen, const KnownModules& known) {
  LAB_CHECK(seen.columns() >= 8 && seen.rows() >= 8);
  LAB_CHECK(seen.columns() == known.columns() && seen.rows() == known.rows());
  return Equaliser(seen, known).run();
}

}  // namespace lab::codes
