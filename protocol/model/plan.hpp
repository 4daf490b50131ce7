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

/// One analyte of a panel: what is measured, how, and how little the method can see.
struct PanelItem {
  std::string analyte;
  std::string method;
  std::string unit;
  std::optional<Decimal> lod;   // in `unit`
  std::optional<Decimal> loq;   // in `unit`
  bool reference_only = false;  // judged and shown, never fails the sample

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
  std::uint32_t capacity = 0;  // samples per plan
  std::vector<PanelCode> panels;

  bool operator==(const Laboratory&) const = default;
};

}  // namespace lab::model
