#pragma once
// One sample of an enforcement programme, first at laboratory 1; laboratories 2, 3 and 4 could test it again, 5 has no
// node and 6 does not offer the panel.

#include <optional>
#include <vector>

#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/objections.hpp"
#include "coordinator/tables/retests.hpp"
#include "protocol/rules/reference_set.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {

using namespace coordinator::testing;
namespace tables = coordinator::tables;

constexpr const char* canary = "CANARY-ENTERPRISE";

class Disputed : public ::testing::Test {
 protected:
  explicit Disputed(const std::string& programme = "NCJ") {
    for (std::uint32_t id = 1; id <= 5; ++id) world.add_laboratory(id);
    world.add_laboratory(6, {"OTHER"});
    benches.push_back(world.enrol(1));
    const Bytes bundle = rules::bundle(
        {{"limits.csv",
          "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
          "铅,,蔬菜,<=,0.3,mg/kg,GB 2762,4.1,,\n"},
         {"panels.csv", "panel,panel_name,analyte,method,unit,lod,loq,reference_only\nVEGA,v,铅,m,mg/kg,0.01,,0\n"},
         {"categories.csv", "code,name_zh,parent\nV1,蔬菜,\n"}});
    edition = crypto::sha256(bundle);
    world.turn([&](journal::Draft& draft) { tables::put_reference(draft, edition, bundle); });
    auto row = cell(2);
    row.programme = model::ProgrammeCode{programme};
    world.dispatched_plan({row});
    for (const std::uint32_t id : {2U, 3U, 4U, 6U}) benches.push_back(world.enrol(id));
    grant = world.grants_of(benches.front()).front();
    world.turn([&](journal::Draft& draft) { tables::put_sampled_unit(draft, grant.task, {canary, "L", "A"}); });
  }

  // Approved at 16:00 on 3 June by the wall, 08:00Z; counted an hour later.
  void fails(Bench& bench, const model::Grant& under) { conclude(bench, under, model::SampleOutcome::fail, 1); }
  model::Ack conclude(Bench& bench, const model::Grant& under, model::SampleOutcome outcome, std::uint16_t version) {
    const std::uint64_t before = bench.size();
    model::Judged what = judged(under, outcome, version);
    what.edition = edition;
    const Hash record = bench.happen(under, "analyst", what);
    bench.happen(under, "reviewer", reviewed(under, record));
    bench.happen(under, "approver", approved(under, record, outcome, version));
    return world.acknowledged(bench, bench.events(before + 1, 3));
  }
  void first_fails() { fails(benches.front(), grant); }

  // What leaves for nodes in a turn is added to `sent`.
  template <class Decide>
  auto turn(Decide decide) {
    auto result = world.turn(decide);
    note_sent();
    return result;
  }
  void note_sent() {
    for (const Bench& bench : benches) {
      for (const model::Order& order : world.orders_of(bench)) sent += wire::encode(order);
    }
  }

  Result<tables::Notice> send(const std::string& person = "ming", const std::string& to = {}) {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_notice_sent(
          draft, {.task = grant.task, .person = model::PersonId{person}, .addressee = to, .way = "专人送达"},
          world.now);
    });
  }
  Result<tables::Notice> receive(const char* at) {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_notice_received(
          draft, {.task = grant.task, .person = model::PersonId{"ming"}, .received = *parse_utc(at), .how = "签收"},
          world.now);
    });
  }
  void at(const char* time) { world.now = *parse_utc(time); }
  int tick() {
    const auto before = entries(tables::DiaryKind::clock_fired);
    world.work();
    return entries(tables::DiaryKind::clock_fired) - before;
  }
  int entries(tables::DiaryKind kind) const {
    int count = 0;
    tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
      count += entry.kind == kind;
      return true;
    });
    return count;
  }
  std::optional<clocks::Clock> clock(clocks::Kind kind) const {
    return tables::clock_table.find(*world.view(), grant.task, kind);
  }
  std::optional<tables::Notice> notice() const { return tables::notice(*world.view(), grant.task); }

  World world;
  std::vector<Bench> benches;
  model::Grant grant;
  Hash edition;
  Bytes sent;
};

}  // namespace lab::dispatch
