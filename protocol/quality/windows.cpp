#include "protocol/quality/windows.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/quality/row.hpp"

namespace lab::quality {
namespace {

Window read_class(Row& row) {
  Window window;
  window.scheme = row.text("scheme");
  if (window.scheme.empty()) row.reject("scheme is missing");
  window.from = row.number("conc_min_mg_kg");
  window.below = row.optional_number("conc_max_mg_kg");
  window.confidence = row.text("confidence");
  if (window.below && *window.below <= window.from) row.reject("conc_max_mg_kg is not above conc_min_mg_kg");
  return window;
}

// Classes of one scheme in ascending order must meet, or a concentration would have two windows or none.
Result<void> check_classes(std::vector<Window> windows) {
  std::ranges::sort(windows, [](const Window& a, const Window& b) {
    return a.scheme != b.scheme ? a.scheme < b.scheme : a.from < b.from;
  });
  for (std::size_t i = 1; i < windows.size(); ++i) {
    const Window& lower = windows[i - 1];
    const Window& upper = windows[i];
    if (lower.scheme != upper.scheme) continue;
    if (!lower.below || *lower.below != upper.from) {
      return fail(
          ErrorCode::malformed,
          fmt::format("the class below the one from {} mg/kg does not end where that begins", upper.from.to_text()),
          fmt::format("scheme {}", upper.scheme));
    }
  }
  return {};
}

template <class Read>
Result<std::vector<Window>> read_rows(const rules::Table& table, Read read_bounds) {
  std::vector<Window> windows;
  for (std::size_t i = 0; i < table.size(); ++i) {
    Row row{table, i};
    Window window = read_class(row);
    read_bounds(row, window);
    if (window.least > window.most) row.reject("the window is empty: its lower end is above its upper end");
    if (row.error()) return tl::unexpected(*row.error());
    windows.push_back(std::move(window));
  }
  if (auto good = check_classes(windows); !good) return fail(std::move(good));
  return windows;
}

}  // namespace

Result<Windows> Windows::load_recovery(std::string_view csv) {
  const auto table = rules::Table::load(csv, {"scheme", "conc_min_mg_kg", "conc_max_mg_kg", "recovery_min_pct",
                                              "recovery_max_pct", "rsd_max_pct", "confidence"});
  if (!table) return tl::unexpected(table.error());
  auto rows = read_rows(*table, [](Row& row, Window& window) {
    window.least = row.number("recovery_min_pct");
    window.most = row.number("recovery_max_pct");
    window.rsd_most = row.optional_number("rsd_max_pct");
  });
  if (!rows) return fail(std::move(rows));
  Windows windows;
  windows.rows_ = *std::move(rows);
  return windows;
}

Result<Windows> Windows::load_duplicates(std::string_view csv) {
  const auto table =
      rules::Table::load(csv, {"scheme", "conc_min_mg_kg", "conc_max_mg_kg", "rpd_max_pct", "confidence"});
  if (!table) return tl::unexpected(table.error());
  auto rows = read_rows(*table, [](Row& row, Window& window) { window.most = row.number("rpd_max_pct"); });
  if (!rows) return fail(std::move(rows));
  Windows windows;
  windows.rows_ = *std::move(rows);
  return windows;
}

const Window* Windows::find(std::string_view scheme, const Decimal& mg_per_kg) const {
  const auto holds = [&](const Window& window) {
    return window.scheme == scheme && window.from <= mg_per_kg && (!window.below || mg_per_kg < *window.below);
  };
  const auto found = std::ranges::find_if(rows_, holds);
  return found == rows_.end() ? nullptr : &*found;
}

}  // namespace lab::quality
