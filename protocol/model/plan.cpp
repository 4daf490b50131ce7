#include "protocol/model/plan.hpp"

#include <array>

namespace lab::model {
namespace {

struct StageName {
  Stage stage;
  const char* english;
  const char* chinese;
};

constexpr std::array stage_names{
    StageName{Stage::production_base, "production_base", "生产基地"},
    StageName{Stage::slaughterhouse, "slaughterhouse", "屠宰场"},
    StageName{Stage::transport, "transport", "运输"},
    StageName{Stage::wholesale_market, "wholesale_market", "批发市场"},
    StageName{Stage::farmers_market, "farmers_market", "农贸市场"},
    StageName{Stage::supermarket, "supermarket", "超市"},
    StageName{Stage::manufacturer, "manufacturer", "生产企业"},
    StageName{Stage::distribution, "distribution", "流通"},
    StageName{Stage::catering, "catering", "餐饮"},
};

const StageName& entry(Stage stage) { return stage_names[static_cast<std::size_t>(stage)]; }

}  // namespace

const char* name_of(Stage stage) { return entry(stage).english; }
const char* chinese_name_of(Stage stage) { return entry(stage).chinese; }

std::optional<Stage> parse_stage(std::string_view text) {
  for (const StageName& known : stage_names) {
    if (text == known.english || text == known.chinese) return known.stage;
  }
  return std::nullopt;
}

}  // namespace lab::model
