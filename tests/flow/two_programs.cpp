#include "tests/flow/two_programs.hpp"

#include <fstream>
#include <iterator>

#include "coordinator/planning/allocate.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/session/stream.hpp"

namespace lab::flow {
namespace {

Bytes edition() {
  const std::string rules = "protocol/rules/reference/";
  const std::string plan = "coordinator/reference/sichuan_2013/";
  return rules::bundle({{"limits.csv", file_of(rules + "limits.csv")},
                        {"limits_2013.csv", file_of(plan + "limits_2013.csv")},
                        {"categories.csv", file_of(rules + "categories.csv")},
                        {"panels.csv", file_of(plan + "panels.csv")}});
}

}  // namespace

std::string file_of(const std::string& path) {
  std::ifstream file(std::string{QLIMS_SOURCE_DIR} + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

planning::Table table_of(const std::string& path) { return *planning::read_table(file_of(path), path); }

void TwoPrograms::the_province_sets_up() {
  const Bytes bundle = edition();
  const auto opened = rules::open_bundle(bundle);
  ASSERT_TRUE(opened) << to_text(opened.error());
  at_coordinator([&](journal::Draft& draft) {
    coordinator.on_reference(draft, crypto::sha256(bundle), bundle, {}, now);
    const model::Laboratory laboratory{.id = model::LaboratoryId{1},
                                       .name = "成都市农产品质量安全检测站",
                                       .city = model::CityCode{510100},
                                       .capacity = 1000,
                                       .panels = {model::PanelCode{"VEGA"}, model::PanelCode{"APPL"}}};
    coordinator.on_laboratories(draft, std::span{&laboratory, 1}, now);
  });
}

void TwoPrograms::a_bench_pc_enrols_and_says_hello() {
  const model::Enrol request{.ticket = "ONCE",
                             .curve_key = std::string(40, 'k'),
                             .signing_key = Bytes(node_keys.public_key.begin(), node_keys.public_key.end()),
                             .name = "bench-1"};
  const model::Message answer = at_coordinator([&](journal::Draft& draft) {
    EXPECT_TRUE(coordinator.on_ticket(draft, model::LaboratoryId{1}, "bench-1", crypto::sha256("ONCE"), now));
    return coordinator.on_enrol(draft, request, now);
  });
  const auto& enrolled = std::get<model::Enrolled>(answer);
  bench_pc = *coordinator::tables::node(*coordinator_store->read(), enrolled.node);
  link = std::make_unique<session::NodeLink>(
      session::NodeLink::Options{.signing_key = node_keys.secret_key, .build = "test", .boot = 1});
  at_node([&](journal::Draft& draft) {
    session::set_identity(draft, {.node = enrolled.node,
                                  .laboratory = enrolled.laboratory,
                                  .laboratory_name = enrolled.laboratory_name,
                                  .coordinator_key = coordinator_keys.public_key});
  });
  const auto view = node_store->read();
  for (auto& effect : link->on_linked(*view, {}, now))
    to_coordinator.push_back(std::get<journal::Send>(effect).message);
  talk();
  EXPECT_TRUE(link->is_welcome());
}

std::vector<std::string> TwoPrograms::a_plan_is_imported_allocated_and_granted(const std::string& csv) {
  const auto divisions = *planning::Divisions::load(table_of("coordinator/reference/divisions/sichuan.csv"));
  const auto categories = *planning::Categories::load(table_of("protocol/rules/reference/categories.csv"));
  const auto programmes = *planning::load_programmes(table_of("coordinator/reference/sichuan_2013/programmes.csv"));
  const auto import =
      *planning::import_plan(csv, "plan.csv", {.year = 2013, .title = "2013", .due = *parse_date("2013-12-31")},
                             {divisions, categories, programmes, panels});
  EXPECT_TRUE(import.accepted()) << import.complaints.front().message;
  const auto laboratories = coordinator::tables::laboratories(*coordinator_store->read());
  const auto assignments = *planning::allocate(import.plan.cells, laboratories, divisions);
  at_coordinator([&](journal::Draft& draft) {
    const auto plan = coordinator.on_plan(draft, import.plan, crypto::sha256(csv), now);
    ASSERT_TRUE(plan) << plan.error().message;
    const auto ref = coordinator::tables::ref_of(*plan);
    std::vector<dispatch::Share> shares;
    for (const auto& one : assignments) {
      shares.push_back(
          {.cell = static_cast<std::uint32_t>(one.cell), .laboratory = one.laboratory, .count = one.count});
    }
    EXPECT_TRUE(coordinator.on_allocation(draft, ref, shares));
    EXPECT_TRUE(coordinator.on_dispatch(draft, ref, 0));
  });
  the_coordinator_works();
  return numbers_at_the_node();
}

void TwoPrograms::the_coordinator_works() {
  while (at_coordinator([&](journal::Draft& draft) { return coordinator.tick(draft, now); })) {
  }
  talk();
}

std::vector<std::string> TwoPrograms::numbers_at_the_node() const {
  std::vector<std::string> numbers;
  node::tables::scan_samples(*node_store->read(), {}, std::nullopt, [&](const model::Sample& one) {
    numbers.push_back(one.grant.number.text());
    return true;
  });
  return numbers;
}

void TwoPrograms::the_sample_is_drawn(const std::string& number, const std::string& name) {
  const reception::SamplingForm form{.number = number,
                                     .sampled_on = "2013-06-04",
                                     .sample_name = name,
                                     .quantity = "2.5 kg",
                                     .reserve = "1 kg",
                                     .storage = "冷藏",
                                     .second_sampler = "李"};
  const auto sampled =
      at_node([&](journal::Draft& draft) { return node.on_sampling_form(draft, form, model::PersonId{"zhao"}, now); });
  ASSERT_TRUE(sampled) << sampled.error().detail;
}

void TwoPrograms::review_and_approval_by_two_other_people(const std::string& number) {
  const auto judged = sample(number);
  const outbox::Review review{.number = number, .record = judged.record, .agreed = true};
  const auto reviewed = at_node([&](journal::Draft& draft) {
    return node.on_reviews(draft, std::span{&review, 1}, model::PersonId{"li"}, now);
  });
  ASSERT_TRUE(reviewed[0]) << reviewed[0].error().detail;
  const model::PersonId approver{"zhou"};
  const outbox::Approval approval{
      .number = number,
      .record = judged.record,
      .signature = crypto::sign(wire::approval_to_sign(judged.record, approver), approver_keys.secret_key)};
  const auto approved = at_node([&](journal::Draft& draft) {
    return node.on_approvals(draft, std::span{&approval, 1}, approver, now);
  });
  ASSERT_TRUE(approved[0]) << approved[0].error().detail;
  talk();
}

}  // namespace lab::flow
