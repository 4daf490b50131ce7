#include "tests/coordinator/support/world.hpp"

#include <fmt/format.h>

#include "coordinator/tables/plans.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::testing {

Hash Bench::happen(const model::Grant& grant, const std::string& person, model::Happening what, UtcTime at) {
  const model::Event event{.node = entry_.id,
                           .incarnation = 1,
                           .sequence = flat_.size() + 1,
                           .previous = hashes_.empty() ? Hash{} : hashes_.back(),
                           .at = at,
                           .task = grant.task,
                           .token = grant.token,
                           .person = model::PersonId{person},
                           .what = std::move(what)};
  flat_.push_back(wire::encode(event));
  hashes_.push_back(crypto::sha256(flat_.back()));
  return hashes_.back();
}

Hash Bench::conclude(const model::Grant& grant, model::SampleOutcome outcome, std::uint16_t version) {
  const Hash record = happen(grant, "analyst", judged(grant, outcome, version));
  happen(grant, "reviewer", reviewed(grant, record));
  happen(grant, "approver", approved(grant, record, outcome, version));
  return record;
}

Hash Bench::conclude_lot(const model::Grant& grant, std::uint64_t nonconforming, std::uint16_t version) {
  const model::Judged verdict = judged_lot(grant, nonconforming, version);
  const Hash record = happen(grant, "analyst", verdict);
  happen(grant, "reviewer", reviewed(grant, record));
  happen(grant, "approver", approved(grant, record, verdict.outcome, version));
  return record;
}

model::Events Bench::events(std::uint64_t first, std::size_t count) const {
  model::Events events{.incarnation = 1, .first = first, .events = {}, .signature = {}};
  for (std::uint64_t i = first - 1; i < flat_.size() && events.events.size() < count; ++i) {
    events.events.push_back(flat_[i]);
  }
  const std::uint64_t last = first + events.events.size() - 1;
  const auto signature = crypto::sign(
      wire::head_to_sign(entry_.id, {.incarnation = 1, .sequence = last, .hash = hashes_[last - 1]}), key_);
  events.signature.assign(signature.begin(), signature.end());
  return events;
}

model::Judged judged(const model::Grant& grant, model::SampleOutcome outcome, std::uint16_t version) {
  using namespace std::chrono_literals;
  model::Judged judged{.number = grant.number,
                       .edition = crypto::sha256("edition"),
                       .judged_for = 2013y / (3 + grant.task.number % 7) / 15,
                       .version = version,
                       .outcome = outcome,
                       .items = {}};
  const auto item = outcome == model::SampleOutcome::fail ? model::ItemOutcome::fail : model::ItemOutcome::pass;
  judged.items.push_back({.item = 0, .outcome = item, .reason = model::Reason::within_limit, .limit_row = 7});
  return judged;
}

model::Judged judged_lot(const model::Grant& grant, std::uint64_t nonconforming, std::uint16_t version) {
  const bool accepted = nonconforming <= grant.lot->ac;
  model::Judged verdict = judged(grant, accepted ? model::SampleOutcome::pass : model::SampleOutcome::fail, version);
  verdict.edition = {};
  verdict.items = {{.item = model::whole_sample,
                    .outcome = accepted ? model::ItemOutcome::pass : model::ItemOutcome::fail,
                    .reason = accepted ? model::Reason::lot_accepted : model::Reason::lot_not_accepted}};
  verdict.lot = model::LotCount{.inspected = grant.lot->to_inspect, .nonconforming = nonconforming};
  return verdict;
}

model::Reviewed reviewed(const model::Grant& grant, const Hash& record, bool agreed) {
  return {.number = grant.number, .record = record, .agreed = agreed, .note = {}};
}

model::Approved approved(const model::Grant& grant, const Hash& record, model::SampleOutcome outcome,
                         std::uint16_t version, const std::string& reviewer) {
  return {.number = grant.number,
          .record = record,
          .reviewer = model::PersonId{reviewer},
          .version = version,
          .outcome = outcome,
          .signature = Bytes(64, 's')};
}

World::World() {
  turn([&](journal::Draft& draft) { coordinator.on_start(draft, Bytes(secret_octets, 'k')); });
}

void World::commit(journal::Draft& draft) {
  auto effects = draft.take();
  auto batch = store->write();
  auto rest = journal::apply(std::move(effects), *batch);
  ASSERT_TRUE(rest.has_value());
  ASSERT_TRUE(batch->commit());
  said.clear();
  for (auto& effect : *rest) {
    if (auto* send = std::get_if<journal::Send>(&effect)) said.emplace_back(send->to, std::move(send->message));
  }
}

void World::add_laboratory(std::uint32_t id, std::vector<std::string> panels) {
  model::Laboratory laboratory{.id = model::LaboratoryId{id},
                               .name = fmt::format("laboratory {}", id),
                               .city = model::CityCode{510100},
                               .capacity = 1000,
                               .panels = {}};
  for (std::string& panel : panels) laboratory.panels.emplace_back(std::move(panel));
  turn([&](journal::Draft& draft) { coordinator.on_laboratories(draft, std::span{&laboratory, 1}, now); });
}

Bench World::enrol(std::uint32_t laboratory, const std::string& name) {
  const std::string ticket = crypto::random_code(20);
  const auto issued = turn([&](journal::Draft& draft) {
    return coordinator.on_ticket(draft, model::LaboratoryId{laboratory}, name, crypto::sha256(ticket), now);
  });
  EXPECT_TRUE(issued.has_value());
  const crypto::KeyPair node = crypto::make_key_pair();
  const model::Enrol request{.ticket = ticket,
                             .curve_key = crypto::random_code(40),
                             .signing_key = Bytes{node.public_key.begin(), node.public_key.end()},
                             .name = name};
  const model::Message answer = turn([&](journal::Draft& draft) { return coordinator.on_enrol(draft, request, now); });
  const auto* enrolled = std::get_if<model::Enrolled>(&answer);
  EXPECT_NE(enrolled, nullptr);
  return {*tables::node(*view(), enrolled->node), node.secret_key};
}

model::KeysReplaced Bench::replacement(const crypto::KeyPair& fresh, const std::string& curve_key,
                                       const Bytes& former) const {
  model::KeysReplaced keys{
      .curve_key = curve_key, .signing_key = Bytes{view_of(fresh.public_key)}, .former = former, .possession = {}};
  const auto signature = crypto::sign(wire::keys_to_sign(entry_.id, keys), fresh.secret_key);
  keys.possession.assign(signature.begin(), signature.end());
  return keys;
}

int World::work() {
  int steps = 0;
  while (turn([&](journal::Draft& draft) { return coordinator.tick(draft, now); })) ++steps;
  return steps;
}

model::PlanEntry World::dispatched_plan(const std::vector<model::PlanCell>& cells, std::uint32_t laboratory) {
  // Each under a title of its own: the same cells under the same one are the same plan.
  const std::string title = fmt::format("plan {}", tables::plans(*view()).size() + 1);
  const auto entry = turn([&](journal::Draft& draft) {
    return coordinator.on_plan(draft, plan_of(cells, title), crypto::sha256(crypto::random_bytes(8)), now);
  });
  EXPECT_TRUE(entry.has_value());
  std::vector<dispatch::Share> shares;
  for (std::uint32_t i = 0; i < cells.size(); ++i) {
    shares.push_back({.cell = i, .laboratory = model::LaboratoryId{laboratory}, .count = cells[i].quota});
  }
  const tables::PlanRef ref = tables::ref_of(*entry);
  EXPECT_TRUE(turn([&](journal::Draft& draft) { return coordinator.on_allocation(draft, ref, shares); }));
  EXPECT_TRUE(turn([&](journal::Draft& draft) { return coordinator.on_dispatch(draft, ref, 0); }));
  work();
  return *entry;
}

Messages World::deliver(const Bench& bench, const model::Message& message) {
  turn([&](journal::Draft& draft) { coordinator.on_message(draft, *tables::node(draft, bench.id()), message, now); });
  return said;
}

model::Ack World::acknowledged(const Bench& bench, const model::Events& events) {
  for (auto& [node, message] : deliver(bench, events)) {
    if (const auto* ack = std::get_if<model::Ack>(&message)) return *ack;
    if (const auto* refuse = std::get_if<model::Refuse>(&message)) ADD_FAILURE() << refuse->explanation;
  }
  ADD_FAILURE() << "no acknowledgement";
  return {};
}

std::vector<model::Order> World::orders_of(const Bench& bench) const {
  std::vector<model::Order> orders;
  const auto snapshot = view();
  for (;;) {
    const auto page = session::orders_from(*snapshot, bench.id(), orders.size() + 1, 1, keys.secret_key);
    if (page.orders.empty()) return orders;
    for (const Bytes& order : page.orders) orders.push_back(*wire::decode_order(order));
  }
}

std::vector<model::Grant> World::grants_of(const Bench& bench) const {
  std::vector<model::Grant> grants;
  for (const model::Order& order : orders_of(bench)) {
    if (const auto* grant = std::get_if<model::Grant>(&order.what)) grants.push_back(*grant);
  }
  return grants;
}

std::optional<model::Grant> World::open_lot_of(const Bench& bench, std::uint32_t series) const {
  std::optional<model::Grant> open;
  const auto found = tables::series(*view(), model::SeriesId{series});
  for (const model::Grant& grant : grants_of(bench)) {
    if (found && grant.task == found->open) open = grant;
  }
  return open;
}

Bytes World::everything() const {
  Bytes all;
  view()->scan(Bytes(1, '\1'), Bytes(1, '\x7f'), [&](BytesView key, BytesView record) {
    all += key;
    all += record;
    return true;
  });
  return all;
}

model::PlanCell cell(std::uint32_t quota, const std::string& category, std::uint32_t city) {
  return {.programme = model::ProgrammeCode{"NCP"},
          .city = model::CityCode{city},
          .county = model::CountyCode{city + 4},
          .category = model::CategoryCode{category},
          .commodity = "芹菜",
          .stage = model::Stage::farmers_market,
          .round = 1,
          .panel = model::PanelCode{"VEGA"},
          .quota = quota};
}

model::PlanCell lot_cell(std::uint32_t lots, const std::string& enterprise) {
  model::PlanCell cell = testing::cell(lots, "E1");
  cell.commodity = "电线";
  cell.lot = model::Lot{.terms = {.size = 1000, .level = "II", .aql = "1.0"}, .enterprise = enterprise};
  return cell;
}

model::Plan plan_of(const std::vector<model::PlanCell>& cells, const std::string& title) {
  using namespace std::chrono_literals;
  return {.id = {}, .revision = 1, .year = 2013, .title = title, .due = 2013y / 12 / 31, .cells = cells};
}

}  // namespace lab::coordinator::testing
