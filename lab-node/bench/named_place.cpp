#include "lab-node/bench/named_place.hpp"

#include "lab-node/tables/tables.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;

tl::expected<model::Sample, Obstacle> sample_of(const journal::View& store, const std::string& id, bool is_typed) {
  const Meant meant = sample_meant(store, id);
  if (meant.ambiguous && !is_typed) return tl::unexpected(Obstacle::ambiguous);
  const auto task = meant.ambiguous ? tables::task_of_number(store, id) : meant.task;
  auto sample = task ? tables::sample(store, *task) : std::nullopt;
  if (!sample) return tl::unexpected(Obstacle::unknown_sample);
  return std::move(*sample);
}

}  // namespace

const std::string& NamedPlace::analyte() const {
  return edition->panel(sample.grant.panel)->panel().items[item].analyte;
}

tl::expected<NamedPlace, Obstacle> place_named(const journal::View& store, judging::Editions& editions,
                                               const std::string& id, bool is_typed, const std::string& analyte) {
  const PortionId named = portion_in(id);
  auto sample = sample_of(store, named.sample, is_typed);
  if (!sample) return tl::unexpected(sample.error());
  if (const auto obstacle = obstacle_in(*sample, named.portion)) return tl::unexpected(*obstacle);
  auto edition = sample->edition.is_zero() ? editions.current(store) : editions.at(store, sample->edition);
  const judging::PanelIndex* panel = edition ? edition->panel(sample->grant.panel) : nullptr;
  if (!panel) return tl::unexpected(Obstacle::no_reference);
  const auto item = item_meant(*panel, analyte);
  if (!item) return tl::unexpected(item.error());
  return NamedPlace{
      .sample = std::move(*sample), .portion = named.portion, .edition = std::move(edition), .item = *item};
}

}  // namespace lab::bench
