// The story of an enterprise whose lots are inspected one after the other by GB/T 2828.1-2012: ten that please lead to
// reduced inspection, two that do not to tightened, five more to none at all, and a corrective action back. Both cores
// take part, and every verdict is signed by three people.

#include <fmt/format.h>

#include <gmock/gmock.h>

#include "coordinator/dispatch/lots.hpp"
#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/status.hpp"
#include "coordinator/reports/summary.hpp"
#include "lab-node/judging/lot.hpp"
#include "tests/flow/two_programs.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::flow {
namespace {

namespace tables = coordinator::tables;
using acceptance::State;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* enterprise = "成都某电器厂";
constexpr const char* plan_of_lots =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数,批量,检验水平,AQL,受检单位\n"
    "LTS,510100,510104,C3,电热水壶,流通,2,APPL,40,1000,II,1.0,成都某电器厂\n";

class Lots : public TwoPrograms {
 protected:
  void SetUp() override {
    the_province_sets_up();
    a_bench_pc_enrols_and_says_hello();
    a_plan_is_imported_allocated_and_granted(plan_of_lots);
  }

  model::Sample newest() const { return sample(numbers_at_the_node().back()); }
  tables::Series series() const { return *tables::series(*store->read(), model::SeriesId{1}); }

  void its_items_are_inspected(const std::string& number, std::uint64_t nonconforming) {
    const bench::LotInspection inspection{
        .number = number, .count = {.inspected = sample(number).grant.lot->to_inspect, .nonconforming = nonconforming}};
    const auto judged = at_node([&](journal::Draft& draft) {
      return station.node.on_lot_inspected(draft, inspection, model::PersonId{"sun"}, now);
    });
    ASSERT_TRUE(judged) << judged.error().detail;
  }

  // The lot that was granted last, from the shelf to its series; the next one is granted when there is one.
  void a_lot(std::uint64_t nonconforming) {
    const std::string number = newest().grant.number.text();
    ASSERT_EQ(sample(number).state, model::SampleState::assigned) << "no lot is granted";
    the_sample_is_drawn(number, "电热水壶");
    receive(station, number, "包装完好");
    its_items_are_inspected(number, nonconforming);
    review_and_approval_by_two_other_people(number);
    EXPECT_EQ(sample(number).disposition, model::Disposition::counted);
    the_coordinator_works();
  }

  void the_authority_wants_reduced_inspection() {
    ASSERT_TRUE(at_coordinator([&](journal::Draft& draft) {
      return coordinator.on_conditions(draft,
                                       {.series = model::SeriesId{1}, .person = "wang", .reason = "现场检查,生产稳定"},
                                       {.steady = true, .approved = true}, now);
    }));
  }

  void the_enterprise_corrects_what_was_wrong() {
    ASSERT_TRUE(at_coordinator([&](journal::Draft& draft) {
      return coordinator.on_corrective_action(
          draft, {.series = model::SeriesId{1}, .person = "wang", .reason = "整改已验收"}, now);
    }));
    the_coordinator_works();
  }
};

TEST_F(Lots, LeadAnEnterpriseThroughEverySeverityAndBack) {
  EXPECT_EQ(newest().grant.lot->inspection, "normal");
  for (int lot = 1; lot <= 9; ++lot) a_lot(1);
  the_authority_wants_reduced_inspection();
  a_lot(1);
  EXPECT_EQ(series().history.state, State::reduced);
  EXPECT_EQ(newest().grant.lot->to_inspect, 32U);

  a_lot(2);  // reduced: Ac 1
  EXPECT_EQ(series().history.state, State::normal);
  for (const std::uint64_t nonconforming : {3U, 0U, 0U, 0U, 3U}) a_lot(nonconforming);
  EXPECT_EQ(series().history.state, State::tightened);
  EXPECT_EQ(newest().grant.lot->ac, 1U);

  for (int lot = 1; lot <= 5; ++lot) a_lot(2);
  EXPECT_EQ(series().history.state, State::discontinued);
  const auto held = numbers_at_the_node();
  EXPECT_EQ(held.size(), 21U);
  EXPECT_EQ(newest().state, model::SampleState::approved) << "nothing is granted any more";
  const auto status = reports::status(*store->read());
  ASSERT_EQ(status.stopped.size(), 1U);
  EXPECT_EQ(status.stopped[0].waiting, 19U);
  const auto next = *tables::task(*store->read(), {model::PlanId{1}, 1, 22});
  EXPECT_THAT(dispatch::why_waiting(*store->read(), next).value(), HasSubstr("已暂停检验"));

  the_enterprise_corrects_what_was_wrong();
  EXPECT_EQ(numbers_at_the_node().size(), held.size() + 1);
  EXPECT_EQ(newest().grant.lot->inspection, "tightened");
  for (int lot = 1; lot <= 5; ++lot) a_lot(0);
  EXPECT_EQ(series().history.state, State::normal);
}

TEST_F(Lots, AreExplainedWithTheirPlanAndTheirSeverity) {
  const std::string number = newest().grant.number.text();
  a_lot(3);
  EXPECT_EQ(
      judging::explain_lot(sample(number)),
      "批量 1000 件，GB/T 2828.1-2012 检验水平 II，AQL 1.0，正常检验，字码 J，随机抽检 80 件，接收数 Ac=2，拒收数 "
      "Re=3；实检 80 件，不合格数 3，3 ≥ Re，批不接收：不合格。");
}

TEST_F(Lots, AreCountedAsAnIndependentRecountCountsThem) {
  for (const std::uint64_t nonconforming : {0U, 3U, 2U}) a_lot(nonconforming);
  const auto view = store->read();
  const auto summary = reports::summarize(*view, {}, {});
  EXPECT_EQ(summary.total.counts.pass, 2U);
  EXPECT_EQ(summary.total.counts.fail, 1U);
  const auto recount =
      oracle::recount(reports::export_orders(*view, "")->bytes, reports::export_events(*view, "")->bytes);
  EXPECT_EQ(recount.counted, 3U);
  EXPECT_EQ(recount.unsupported, 0U);
  EXPECT_EQ(recount.failed.size(), 1U);
}

TEST_F(Lots, TellTheLaboratoryNothingOfTheEnterprise) {
  a_lot(0);
  Bytes at_the_bench;
  station.store->read()->scan(Bytes(1, '\1'), Bytes(1, '\x7f'), [&](BytesView key, BytesView record) {
    at_the_bench += key;
    at_the_bench += record;
    return true;
  });
  EXPECT_THAT(at_the_bench, HasSubstr("电热水壶"));
  EXPECT_THAT(at_the_bench, Not(HasSubstr(enterprise)));
}

}  // namespace
}  // namespace lab::flow
