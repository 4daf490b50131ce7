#pragma once
// What the province ordered: a plan of quota cells, the panels of items to test, and the laboratories that can test
// them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/decimal.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/lot.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::model {

/// Where in the chain a sample is drawn. Stored as its number: append only.
enum class Stage : std::uint8_t {
  production_base,   // 生产基地
  slaughterhouse,    // 屠宰场
  transport,         // 运输
  wholesale_market,  // 批发市场
  farmers_market,    // 农贸市场
  supermarket,       // 超市
  manufacturer,      // 生产企业
  distribution,      // 流通
  catering,          // 餐饮
};

const char* name_of(Stage stage);
std::optional<Stage> parse_stage(std::string_view text);  // the English name or the Chinese one
const char* chinese_name_of(Stage stage);

/// What a part that was not detected counts as in a residue sum. A parameter of the plan.
enum class NonDetects : std::uint8_t {
  unstated,  // it may be anything from zero to its LOD: the verdict stands when both ends give the same
  zero,
  half,  // of the LOD
  full,  // the LOD itself
};

/// One analyte of a panel: what is measured, how, how little the method can see, and what it is judged together with.
struct PanelItem {
  std::string analyte;
  std::string method;
  std::string unit;
  std::optional<Decimal> lod;   // in `unit`
  std::optional<Decimal> loq;   // in `unit`
  bool reference_only = false;  // judged and shown, never fails the sample

  std::string definition{};  // the residue definition it is a part of, as the limits name it; empty when it is none
  Decimal factor = Decimal{1, 0};  // converts the part to what the definition is expressed as
  NonDetects non_detects = NonDetects::unstated;
  std::string total_of{};  // two-step rule: the species of this total, measured only when the total does not suffice

  DecisionRule rule = DecisionRule::simple;
  std::optional<Decimal> relative_uncertainty{};  // U at k = 2 as a fraction of the limit: 0.5 is 50 %
  std::uint8_t confirmations = 0;  // determinations on further portions that a suspected result needs before it counts

  /// Whose limit it is judged by.
  [[nodiscard]] const std::string& limited_as() const { return definition.empty() ? analyte : definition; }

  bool operator==(const PanelItem&) const = default;
};

struct Panel {
  PanelCode code;
  std::string name;
  std::vector<PanelItem> items;

  bool operator==(const Panel&) const = default;
};

/// Quota cell: so many samples of this kind from this county in this round, or so many lots of one enterprise.
struct PlanCell {
  ProgrammeCode programme;
  CityCode city;
  CountyCode county;
  CategoryCode category;
  std::string commodity;  // the product as the limits name it, e.g. "芹菜"
  Stage stage = Stage::production_base;
  std::uint8_t round = 1;  // 1..4
  PanelCode panel;
  std::uint32_t quota = 0;
  std::optional<Lot> lot;  // then each of the samples is a lot of this kind

  bool operator==(const PlanCell&) const = default;
};

struct Plan {
  PlanId id;
  std::uint16_t revision = 1;
  std::uint16_t year = 0;
  std::string title;
  CivilDate due{};  // report deadline
  std::vector<PlanCell> cells;

  bool operator==(const Plan&) const = default;
};

/// A laboratory's offer for the allocation: which panels it can test and how many samples it can take.
struct Laboratory {
  LaboratoryId id;
  std::string name;
  CityCode city;
  std::uint32_t capacity = 0;  // samples a year, of all plans
  std::vector<PanelCode> panels;

  bool operator==(const Laboratory&) const = default;
};

}  // namespace lab::model
