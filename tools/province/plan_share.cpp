#include "tools/province/plan_share.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "protocol/base/csv.hpp"

namespace lab::province {
namespace {

Result<std::size_t> column(const CsvRow& header, std::string_view chinese, std::string_view english) {
  const auto found =
      std::ranges::find_if(header.cells, [&](const auto& cell) { return cell == chinese || cell == english; });
  if (found == header.cells.end())
    return fail(ErrorCode::malformed, fmt::format("column {} is missing", english), "line 1");
  return static_cast<std::size_t>(found - header.cells.begin());
}

Result<long> number_in(const CsvRow& row, std::size_t at) {
  long value = 0;
  const std::string& cell = at < row.cells.size() ? row.cells[at] : std::string{};
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc{} || end != cell.data() + cell.size()) {
    return fail(ErrorCode::malformed, fmt::format("'{}' is no number", cell), fmt::format("line {}", row.line));
  }
  return value;
}

}  // namespace

Result<std::string> share_of_plan(std::string_view csv, int divide_by) {
  auto rows = parse_csv(csv);
  if (!rows) return fail(std::move(rows));
  if (rows->empty()) return fail(ErrorCode::malformed, "the plan is empty");
  const auto quota = column(rows->front(), "样品数", "quota");
  if (!quota) return tl::unexpected<Error>(quota.error());
  std::string share = format_csv_row(rows->front().cells);
  long carried = 0;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    CsvRow& row = (*rows)[i];
    const auto whole = number_in(row, *quota);
    if (!whole) return tl::unexpected<Error>(whole.error());
    carried += *whole;
    if (carried / divide_by == 0) continue;
    row.cells[*quota] = std::to_string(carried / divide_by);
    carried %= divide_by;
    share += format_csv_row(row.cells);
  }
  return share;
}

Result<long> samples_in_plan(std::string_view csv) {
  auto rows = parse_csv(csv);
  if (!rows) return fail(std::move(rows));
  if (rows->empty()) return fail(ErrorCode::malformed, "the plan is empty");
  const auto quota = column(rows->front(), "样品数", "quota");
  if (!quota) return tl::unexpected<Error>(quota.error());
  long sum = 0;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    auto samples = number_in((*rows)[i], *quota);
    if (!samples) return samples;
    sum += *samples;
  }
  return sum;
}

Result<long> lots_that_wait(std::string_view csv) {
  auto rows = parse_csv(csv);
  if (!rows) return fail(std::move(rows));
  if (rows->empty()) return fail(ErrorCode::malformed, "the plan is empty");
  const auto quota = column(rows->front(), "样品数", "quota");
  const auto commodity = column(rows->front(), "产品名称", "commodity");
  const auto aql = column(rows->front(), "AQL", "aql");
  const auto enterprise = column(rows->front(), "受检单位", "enterprise");
  if (!quota || !commodity) return tl::unexpected<Error>(quota ? commodity.error() : quota.error());
  if (!aql || !enterprise) return 0;  // a plan without lots has no such columns
  long lots = 0;
  std::set<std::string> series;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    const auto& cells = (*rows)[i].cells;
    if (cells.size() <= *enterprise || cells[*enterprise].empty()) continue;
    auto here = number_in((*rows)[i], *quota);
    if (!here) return here;
    lots += *here;
    series.insert(fmt::format("{}\n{}\n{}", cells.at(*enterprise), cells.at(*commodity), cells.at(*aql)));
  }
  return lots - static_cast<long>(series.size());
}

Result<ChosenLaboratories> choose_laboratories(std::string_view csv, int count, long samples) {
  auto rows = parse_csv(csv);
  if (!rows) return fail(std::move(rows));
  if (rows->size() < 2) return fail(ErrorCode::malformed, "the list of laboratories is empty");
  const auto id = column(rows->front(), "编号", "id");
  const auto name = column(rows->front(), "实验室", "name");
  const auto capacity = column(rows->front(), "容量", "capacity");
  const auto panels = column(rows->front(), "检测包", "panels");
  for (const auto* found : {&id, &name, &capacity, &panels}) {
    if (!*found) return tl::unexpected<Error>(found->error());
  }
  std::set<std::string> all_panels;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    std::istringstream words((*rows)[i].cells.at(*panels));
    for (std::string word; words >> word;) all_panels.insert(word);
  }
  const std::size_t taken = std::min<std::size_t>(static_cast<std::size_t>(count), rows->size() - 1);
  ChosenLaboratories chosen{.csv = format_csv_row(rows->front().cells), .laboratories = {}};
  for (std::size_t i = 1; i <= taken; ++i) {
    CsvRow& row = (*rows)[i];
    if (taken < rows->size() - 1) {
      row.cells[*capacity] = std::to_string(samples * 5 / (4 * static_cast<long>(taken)) + 1);  // a quarter to spare
      row.cells[*panels] = fmt::format("{}", fmt::join(all_panels, " "));
    }
    const auto number = number_in(row, *id);
    if (!number) return tl::unexpected<Error>(number.error());
    chosen.csv += format_csv_row(row.cells);
    chosen.laboratories.emplace_back(static_cast<int>(*number), row.cells[*name]);
  }
  return chosen;
}

}  // namespace lab::province
