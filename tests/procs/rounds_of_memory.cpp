// Rounds in which somebody forgets: stores that are put back, and machines that are copied.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/procs/rounds.hpp"

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

}  // namespace

void Round::add_restored_node(int node) {
  needs_ |= needs_of(node) | needs_memory_of(node);
  const std::uint64_t variant = random_() % 3;
  constexpr std::array variants{"its folder", "its file, written over in place", "a backup"};
  what_ += fmt::format(" node {} gets {} back;", node, variants.at(variant));
  const auto copy = std::make_shared<fs::path>(world_.options().folder / fmt::format("old-{}", node));
  const auto resyncs = std::make_shared<std::uint64_t>(0);
  const auto resyncs_now = [this, node] {
    const json one = World::node_in(world_.status(), node);
    return one.is_null() ? std::uint64_t{0} : one.at("resyncs").get<std::uint64_t>();
  };
  Fault fault{.lasts = some_ms(1'500, 4'000)};
  fault.begin = [this, node, copy, variant, resyncs, resyncs_now] {
    fs::remove_all(*copy);
    *resyncs = resyncs_now();
    if (variant == 2) return world_.qlims({"backup", "--data", world_.data(node).string(), "--out", copy->string()});
    world_.kill(node);
    fs::copy(world_.data(node), *copy, fs::copy_options::recursive);
    world_.start(node);
  };
  fault.end = [this, node, copy, variant] {
    world_.kill(node);
    put_back(node, *copy, variant);
    world_.start(node);
  };
  fault.is_healed = [this, node, resyncs, resyncs_now, counted = std::make_shared<bool>(false)] {
    if (world_.acks(node).state().rehydrating != 0) return false;
    if (!*counted && resyncs_now() > *resyncs) {
      *counted = true;
      ++fired_;
    }
    return true;
  };
  faults_.push_back(std::move(fault));
  hit_.push_back(node);
}

void Round::put_back(int node, const fs::path& copy, std::uint64_t variant) {
  const fs::path& data = world_.data(node);
  if (variant == 1) {  // the same file, so that nothing beside the store tells
    fs::copy(copy, data, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    return;
  }
  fs::remove_all(data);
  if (variant == 2) return world_.qlims({"restore", "--backup", copy.string(), "--data", data.string()});
  fs::copy(copy, data, fs::copy_options::recursive);
}

// Both machines run until the coordinator has noticed; then a person says which is the station.
void Round::add_clone(int node) {
  needs_ |= needs_of(node) | needs_memory_of(node);
  const bool copy_stays = random_() % 2 == 0;
  what_ += fmt::format(" node {} is cloned, {} stays;", node, copy_stays ? "the copy" : "the original");
  const auto copy = std::make_shared<int>(0);
  Fault fault{.lasts = 3s};
  fault.begin = [this, node, copy] {
    world_.kill(node);
    *copy = world_.add_copy(node);
    world_.start(node);
    world_.start(*copy);
  };
  fault.may_end = [this, node, copy] {
    if (!is_noticed(node, *copy)) return Clock::now() > began_ + healing_patience;
    ++fired_;
    return true;
  };
  const auto chosen = std::make_shared<bool>(false);
  fault.end = [this, node, copy, copy_stays, chosen] {
    *chosen = choose_station(node, *copy, copy_stays);
    world_.end_copy(node, *copy, copy_stays);
    world_.start(node);
  };
  fault.is_healed = [this, node, copy, copy_stays, chosen] {
    if (!*chosen) *chosen = choose_station(node, *copy, copy_stays);
    return *chosen && world_.acks(node).state().rehydrating == 0;
  };
  faults_.push_back(std::move(fault));
  hit_.push_back(node);
}

// Frozen; or, when a person has chosen before, both were met and one is kept out.
bool Round::is_noticed(int node, int copy) {
  const json one = World::node_in(world_.status(), node);
  if (one.is_null()) return false;
  if (one.at("frozen").get<bool>()) return true;
  const auto standing = world_.api().get(fmt::format("/api/v1/nodes/{}/standing", one.at("id").get<int>()));
  if (!standing || standing->at("chosen") == "0") return false;
  const auto boots = standing->at("boots").get<std::vector<std::string>>();
  return std::ranges::all_of(std::array{node, copy}, [&](int member) {
    return std::ranges::find(boots, fmt::format("{}", world_.acks(member).state().boot)) != boots.end();
  });
}

bool Round::choose_station(int node, int copy, bool copy_stays) {
  const json one = World::node_in(world_.status(), node);
  if (one.is_null()) return false;
  const std::uint64_t boot = world_.acks(copy_stays ? copy : node).state().boot;
  const auto answer = world_.api().post(fmt::format("/api/v1/nodes/{}/station", one.at("id").get<int>()),
                                        {{"boot", fmt::format("{}", boot)}, {"reason", "演练：选定工作站"}});
  if (!answer) complaint_ = "the station cannot be chosen: " + to_text(answer.error());
  return true;
}

void Round::add_restored_coordinator() {
  needs_ |= needs_of(0) | needs_all_memory;
  what_ += " the coordinator gets a backup back;";
  const auto backup = std::make_shared<fs::path>(world_.options().folder / "backup");
  const auto generation = std::make_shared<std::uint64_t>(0);
  Fault fault{.lasts = some_ms(1'500, 4'000)};
  fault.begin = [this, backup] {
    fs::remove_all(*backup);
    world_.qlims({"backup", "--data", world_.data(0).string(), "--out", backup->string()});
  };
  fault.end = [this, backup, generation] {
    world_.save_orders();
    *generation = world_.status().at("generation").get<std::uint64_t>();
    world_.kill(0);
    fs::remove_all(world_.data(0));
    world_.qlims({"restore", "--backup", backup->string(), "--data", world_.data(0).string()});
    world_.start(0);
  };
  fault.is_healed = [this, generation, counted = std::make_shared<bool>(false)] {
    const json now = world_.status();
    if (now.is_null() || now.at("mode") != "normal") return false;
    if (now.at("generation").get<std::uint64_t>() > *generation && !std::exchange(*counted, true)) ++fired_;
    return true;
  };
  faults_.push_back(std::move(fault));
  hits_all_ = true;
}

// Over the same interval. What was acknowledged in it is gone on both sides: the judge must say so.
void Round::add_both_restored(int node) {
  needs_ |= needs_of(0) | needs_of(node) | needs_all_memory;
  what_ += fmt::format(" the coordinator and node {} get backups of the same time back;", node);
  const fs::path of_coordinator = world_.options().folder / "backup";
  const fs::path of_node = world_.options().folder / fmt::format("old-{}", node);
  Fault fault{.lasts = 4s};
  fault.begin = [this, node, of_coordinator, of_node] {
    fs::remove_all(of_coordinator);
    fs::remove_all(of_node);
    world_.qlims({"backup", "--data", world_.data(0).string(), "--out", of_coordinator.string()});
    world_.qlims({"backup", "--data", world_.data(node).string(), "--out", of_node.string()});
  };
  fault.end = [this, node, of_coordinator, of_node] {
    world_.save_orders();
    world_.kill(0);
    world_.kill(node);
    fs::remove_all(world_.data(0));
    world_.qlims({"restore", "--backup", of_coordinator.string(), "--data", world_.data(0).string()});
    put_back(node, of_node, 2);
    world_.start(0);
    world_.start(node);
    ++fired_;
  };
  fault.is_healed = [this] {
    const json now = world_.status();
    return !now.is_null() && now.at("mode") == "normal";
  };
  faults_.push_back(std::move(fault));
  hits_all_ = true;
}

}  // namespace lab::procs
