#include "coordinator/reports/stored_results.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/base/check.hpp"
#include "protocol/rules/panel_table.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

// What was found out about octets of the store, asked for without copying them.
struct HashOfOctets {
  using is_transparent = void;
  std::size_t operator()(std::string_view octets) const { return std::hash<std::string_view>{}(octets); }
};
template <class Value>
using ByOctets = std::unordered_map<Bytes, Value, HashOfOctets, std::equal_to<>>;

class Reader {
 public:
  explicit Reader(const journal::View& store) : store_(store) {}

  StoredResults read(const Part& part) {
    for (const model::PlanEntry& plan : tables::plans(store_)) {
      const std::uint64_t share = plan.tasks / part.of + 1;
      const auto bound = [&](std::uint64_t index) {
        return index == part.of ? UINT32_MAX : static_cast<std::uint32_t>(plan.tasks * index / part.of);
      };
      bool is_first = true;
      tables::for_each_kept_sample(
          store_, tables::ref_of(plan), bound(part.index), bound(part.index + 1ULL),
          [&](const model::TaskId& task, const tables::KeptSample& sample) {
            // Most samples of a plan are as long as its first, and memory that is not used costs nothing.
            if (is_first) results_.columns.reserve(share * std::min(sample.columns.count, rules::panel_items_max));
            is_first = false;
            add_sample(task, sample);
          });
    }
    return std::move(results_);
  }

 private:
  struct Origin {
    std::optional<std::uint32_t> panel;  // in the columns; nothing when the reference set or the panel is not held
    rules::SampleFacts facts;            // without city and date
  };

  std::optional<std::uint32_t> panel_of(const Hash& edition, const model::PanelCode& code) {
    const auto [place, fresh] = panels_.emplace(std::pair{edition, code}, std::nullopt);
    if (!fresh) return place->second;
    const auto bytes = tables::blob(store_, edition);
    if (!bytes) return std::nullopt;
    const auto set = rules::open_bundle(*bytes);
    const model::Panel* panel = set ? set->panel(code) : nullptr;
    if (panel) place->second = results_.columns.add_panel(*panel);
    return place->second;
  }

  Origin& origin_of(BytesView octets) {
    if (const auto known = origins_.find(octets); known != origins_.end()) return known->second;
    tables::Origin read = tables::read_origin(octets);
    Origin origin{.panel = panel_of(read.edition, read.panel),
                  .facts = {.category = std::move(read.category), .commodity = std::move(read.commodity)}};
    return origins_.emplace(octets, std::move(origin)).first->second;
  }

  std::optional<std::uint16_t> form_of(BytesView octets) {
    if (const auto known = forms_.find(octets); known != forms_.end()) return known->second;
    const auto number = results_.columns.number_of(tables::read_form(octets));
    forms_.emplace(octets, number);
    return number;
  }

  void add_sample(const model::TaskId& task, const tables::KeptSample& sample) {
    Origin& origin = origin_of(sample.origin);
    if (!origin.panel) {
      ++results_.without_panel;
      return;
    }
    numbers_.clear();
    for (const BytesView form : sample.forms) numbers_.push_back(form_of(form));
    origin.facts.city = sample.city;
    origin.facts.sampled_on = sample.judged_for;
    results_.columns.add(origin.facts, *origin.panel, sample.columns, numbers_, sample.wide, sample.left_out);
    results_.tasks.push_back(task);
  }

  const journal::View& store_;
  StoredResults results_;
  std::map<std::pair<Hash, model::PanelCode>, std::optional<std::uint32_t>> panels_;
  ByOctets<Origin> origins_;
  ByOctets<std::optional<std::uint16_t>> forms_;
  std::vector<std::optional<std::uint16_t>> numbers_;  // of the forms of the sample at hand
};

}  // namespace

StoredResults stored_results(const journal::View& store, const Part& part) {
  LAB_CHECK(part.index < part.of);
  return Reader{store}.read(part);
}

}  // namespace lab::reports
