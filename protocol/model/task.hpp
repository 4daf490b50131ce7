#pragma once
// One sample to be drawn and tested: what the coordinator knows of it, and the part of it that a laboratory is told.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/lot.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/sample_number.hpp"
#include "protocol/model/serials.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::model {

/// Stored as its number: append only. sync.md section 3; judged means: an approved verdict has been counted.
enum class TaskState : std::uint8_t { planned, allocated, granted, judged, cancelled };

const char* name_of(TaskState state);

/// The coordinator's record of a task. The enterprise is not in it: whom a sample was taken from and whose lots a
/// series is made of have tables of their own and never travel.
struct Task {
  TaskId id;
  ProgrammeCode programme;
  CityCode city;
  CountyCode county;
  CategoryCode category;
  std::string commodity;
  Stage stage = Stage::production_base;
  std::uint8_t round = 1;
  PanelCode panel;
  CivilDate due{};
  SampleNumber number;
  std::string blind_code;
  TaskState state = TaskState::planned;
  LaboratoryId laboratory;            // once allocated
  NodeId node;                        // once granted
  Token token;                        // of the newest grant
  std::optional<LotTerms> lot;        // of a lot; nothing for an ordinary sample
  SeriesId series;                    // of a lot
  std::optional<LotOrder> lot_order;  // of a lot that is granted, as the newest grant has it

  bool operator==(const Task&) const = default;
};

/// A second laboratory tests the reserve of a sample whose first verdict is disputed.
struct Retest {
  std::uint16_t version = 2;          // of the verdict it is to give
  CivilDate sampled_on{};             // the sample was drawn long ago
  std::vector<std::string> analytes;  // what is disputed, as the limits name it; nothing else is tested

  bool operator==(const Retest&) const = default;
};

/// A task given to a node, as far as the node may know it.
struct Grant {
  TaskId task;
  Token token;
  SampleNumber number;
  std::string blind_code;
  ProgrammeCode programme;
  CityCode city;  // where to draw the sample
  CountyCode county;
  CategoryCode category;
  std::string commodity;
  Stage stage = Stage::production_base;
  std::uint8_t round = 1;
  PanelCode panel;
  CivilDate due{};
  std::optional<LotOrder> lot;  // how many items to inspect, and what decides; nothing for an ordinary sample
  std::optional<Retest> retest{};

  bool operator==(const Grant&) const = default;
};

struct Revocation {
  TaskId task;
  Token token;  // the grant that ends
  std::string reason;

  bool operator==(const Revocation&) const = default;
};

/// The reserve of a sample is not to be destroyed while an objection or a retest is open, or is free again.
struct Hold {
  TaskId task;
  bool held = true;
  std::string reason;  // names no enterprise

  bool operator==(const Hold&) const = default;
};

using Command = std::variant<Grant, Revocation, SerialBlock, Hold>;

/// One entry of the coordinator's gap-free stream to one node.
struct Order {
  std::uint64_t sequence = 0;  // 1, 2, 3 ... per node
  UtcTime at{};
  Command what;

  bool operator==(const Order&) const = default;
};

}  // namespace lab::model
