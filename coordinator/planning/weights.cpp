#include "coordinator/planning/weights.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace lab::planning {
namespace {

constexpr std::array columns{Column{{"项目", "programme"}}, Column{{"市州", "city"}}, Column{{"类别", "category"}},
                             Column{{"权重", "weight"}}, Column{{"来源", "source"}}};
enum Field : std::size_t { programme, city, category, weight, source };

constexpr std::uint32_t batches_max = 1'000'000'000;

struct Lists {
  const std::vector<Programme>& programmes;
  const Divisions& divisions;
  const Categories& categories;
};

std::optional<StratumWeight> weight_in(Reader& reader, const Lists& lists) {
  const auto of = std::ranges::find_if(
      lists.programmes, [&](const Programme& one) { return one.code.value() == reader.cell(programme); });
  const City* const where = lists.divisions.find_city(reader.cell(city));
  const Category* const what = lists.categories.find(reader.cell(category));
  if (of == lists.programmes.end()) reader.complain(programme, "项目表里没有这个项目");
  if (where == nullptr) reader.complain(city, "区划表里没有这个市州");
  if (what == nullptr) reader.complain(category, "类别表里没有这个类别");
  const auto batches = reader.whole_number(weight, 1, batches_max);
  const auto from = reader.text(source);
  if (of == lists.programmes.end() || where == nullptr || what == nullptr || !batches || !from) return std::nullopt;
  return StratumWeight{
      .programme = of->code, .city = where->code, .category = what->code, .batches = *batches, .source = *from};
}

}  // namespace

Result<std::vector<StratumWeight>> load_weights(const Table& table, const std::vector<Programme>& programmes,
                                                const Divisions& divisions, const Categories& categories) {
  Reader reader{table, columns};
  const Lists lists{programmes, divisions, categories};
  std::vector<StratumWeight> weights;
  std::set<std::tuple<model::ProgrammeCode, model::CityCode, model::CategoryCode>> seen;
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    auto read = weight_in(reader, lists);
    if (!read) continue;
    if (!seen.emplace(read->programme, read->city, read->category).second) {
      reader.complain(category, "这个项目、市州和类别已有一行权重");
    }
    weights.push_back(std::move(*read));
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return weights;
}

}  // namespace lab::planning
