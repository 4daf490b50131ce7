// qlims lot oc: the operating characteristic of a single plan, a point a line.

#include "protocol/acceptance/oc_curve.hpp"
#include "tools/qlims/jsonl_command.hpp"
#include "tools/qlims/lot_commands.hpp"

namespace lab::qlims {
namespace {

using acceptance::OcModel;
using acceptance::OcPlan;

constexpr const char* example =
    "Fields: n, ac, model (binomial, poisson, hypergeometric; binomial if not given), and either p or pa\n"
    "  p is the fraction nonconforming, for poisson the nonconformities per item.\n"
    "  hypergeometric: lot_size, and defectives (or p, a fraction of the lot that is a whole number of items) or pa\n"
    "Answer: pa, or p when pa was given; hypergeometric then also defectives, the largest number of nonconforming "
    "items\n"
    "  with which the lot is still accepted with that probability or more.\n"
    "Example:\n"
    "  echo '{\"n\":80,\"ac\":2,\"model\":\"binomial\",\"p\":\"0.01\"}' | qlims lot oc";

Result<void> write_number(const char* name, const Result<double>& number, JsonWriter& out) {
  if (!number) return tl::unexpected(number.error());
  out.number(name, *number);
  return {};
}

void require_one_of_p_and_pa(Fields& in) {
  if (in.has("p") == in.has("pa")) in.reject("p", "or pa must be given, and not both");
}

Result<void> curve_line(Fields& in, OcModel model, const OcPlan& plan, JsonWriter& out) {
  require_one_of_p_and_pa(in);
  const auto p = in.number("p");
  const auto pa = in.number("pa");
  if (auto finished = in.finish(); !finished) return finished;
  const bool binomial = model == OcModel::binomial;
  if (p) return write_number("pa", binomial ? binomial_pa(plan, *p) : poisson_pa(plan, *p), out);
  return write_number("p", binomial ? binomial_p(plan, *pa) : poisson_p(plan, *pa), out);
}

// A share of the lot as a number of its items; nothing unless it is a whole one.
std::optional<std::uint64_t> whole_items(const Decimal& share, std::uint64_t lot_size) {
  const auto items = share.times(Decimal{static_cast<Decimal::Mantissa>(lot_size), 0});
  const auto whole = items ? round_to_unit(*items, 0) : std::nullopt;
  if (!whole || *whole != *items || whole->is_negative() || *whole > Decimal{INT64_MAX, 0}) return std::nullopt;
  Decimal::Mantissa count = whole->mantissa();
  for (int i = 0; i < whole->exponent(); ++i) count *= 10;
  return static_cast<std::uint64_t>(count);
}

std::uint64_t read_defectives(Fields& in, std::uint64_t lot_size) {
  if (in.has("defectives")) return read_count(in, "defectives");
  const auto share = in.quantity("p");
  const auto items = share ? whole_items(*share, lot_size) : std::nullopt;
  if (!items) in.reject("p", "of lot_size must be a whole number of items; or give defectives");
  return items.value_or(0);
}

Result<void> lot_line(Fields& in, const OcPlan& plan, JsonWriter& out) {
  const std::uint64_t lot_size = require_count(in, "lot_size");
  if (in.has("p") + in.has("pa") + in.has("defectives") != 1) {
    in.reject("defectives", "or p or pa must be given, and only one of them");
  }
  if (const auto pa = in.number("pa")) {
    if (auto finished = in.finish(); !finished) return finished;
    const auto defectives = hypergeometric_defectives(plan, lot_size, *pa);
    if (!defectives) return tl::unexpected(defectives.error());
    out.number("p", static_cast<double>(*defectives) / static_cast<double>(lot_size));
    out.integer("defectives", static_cast<std::int64_t>(*defectives));
    return {};
  }
  const std::uint64_t defectives = read_defectives(in, lot_size);
  if (auto finished = in.finish(); !finished) return finished;
  return write_number("pa", hypergeometric_pa(plan, lot_size, defectives), out);
}

Result<void> oc_line(Fields& in, JsonWriter& out) {
  const OcPlan plan{.n = require_count(in, "n"), .ac = require_count(in, "ac")};
  const std::string name = in.text("model");
  const auto model = name.empty() ? OcModel::binomial : acceptance::parse_oc_model(name);
  if (!model) in.reject("model", "must be binomial, poisson or hypergeometric");
  return model == OcModel::hypergeometric ? lot_line(in, plan, out)
                                          : curve_line(in, model.value_or(OcModel::binomial), plan, out);
}

}  // namespace

void add_lot_oc_command(CLI::App& lot) {
  add_jsonl_command(lot, "oc", "Probability of acceptance and the quality behind it (JSON Lines)", example, oc_line);
}

}  // namespace lab::qlims
