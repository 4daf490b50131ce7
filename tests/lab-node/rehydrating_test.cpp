// A node that was put back from a backup and has not been told yet what is held of it: it listens, and appends nothing.

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>

#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "tests/lab-node/world.hpp"
#include "tests/where.hpp"

namespace lab::node {
namespace {

const std::string refused = "rehydrating";
const std::string listens;  // what is no person's: it has no answer, and may change records, but never the stream

struct Asked {
  std::string_view entry_point;
  std::string answer;  // the code of the refusal
  std::function<std::string(journal::Draft& draft)> ask;
};

template <class T>
std::string code_of(const Decided<T>& decided) {
  return decided ? "accepted" : decided.error().code;
}

// A station in the middle of its work, whose store cannot be trusted since. Each entry point is asked for something
// that it would do, and say in the stream, in a sound store.
class Rehydrating : public ::testing::Test {
 protected:
  Rehydrating() {
    judged = world.judged(1);
    reviewed = world.judged(2);
    EXPECT_TRUE(world.review(reviewed, "wu"));
    approved = world.judged(3);
    EXPECT_TRUE(world.review(approved, "wu") && world.approve(approved, "zhou"));
    received = world.received(4);
    lot = world.received_lot(5);
    drawn = world.grant(6);
    EXPECT_TRUE(world.fill_in(drawn));
    assigned = world.grant(7);
    auto capture = world.make_capture({observation("nobody's", "铅", "0.1")});
    capture.instrument = "BAL-01";
    capture.decoding.observations.front().instrument = "AE200";
    world.capture_again(capture);
    world.decide([](journal::Draft& draft) {
      session::begin_rehydration(draft);
      return 0;
    });
  }

  [[nodiscard]] reception::Label label_of(const std::string& number, unsigned char photo = 0) const {
    return {
        .number = model::SampleNumber::parse(number), .photo = Hash{{photo}}, .reader = "typed", .condition = "完好"};
  }
  [[nodiscard]] reception::SamplingForm form_of(const std::string& number) const {
    return {.number = number,
            .sampled_on = "2013-06-20",
            .sample_name = "菠菜",
            .quantity = "2.5 kg",
            .reserve = "1 kg",
            .storage = "冷藏",
            .second_sampler = "wang"};
  }
  [[nodiscard]] Hash record_of(const std::string& number) const { return world.sample(number).record; }

  std::vector<Asked> in_the_field();
  std::vector<Asked> at_the_bench();
  std::vector<Asked> on_paper();
  std::vector<Asked> from_the_coordinator();
  std::vector<Asked> all() {
    std::vector<Asked> asked = in_the_field();
    for (auto more : {at_the_bench(), on_paper(), from_the_coordinator()}) {
      asked.insert(asked.end(), more.begin(), more.end());
    }
    return asked;
  }

  World world;
  Node& node = world.node;
  const model::PersonId person{"zheng"};
  const inbox::Wanted wanted{.programme = model::ProgrammeCode{"NCP"}};
  std::string judged, reviewed, approved, received, lot, drawn, assigned;
};

std::vector<Asked> Rehydrating::in_the_field() {
  return {
      {"on_sampling_form", refused,
       [&](auto& draft) { return code_of(node.on_sampling_form(draft, form_of(assigned), person, world.now)); }},
      {"on_found", refused,
       [&](auto& draft) { return code_of(node.on_found(draft, wanted, form_of(""), person, world.now)); }},
      {"on_handed_back", refused,
       [&](auto& draft) { return code_of(node.on_handed_back(draft, wanted, 1, "停业", person, world.now)); }},
      {"on_found_undrawn", refused,
       [&](auto& draft) { return code_of(node.on_found_undrawn(draft, assigned, "查过", person, world.now)); }},
      {"on_declined", refused,
       [&](auto& draft) {
         const reception::Declining declining{
             .number = assigned, .what = {.reason = "停业", .cause = "closed_down", .second_sampler = "wang"}};
         return code_of(node.on_declined(draft, declining, person, world.now));
       }},
      {"on_renumbering", refused,
       [&](auto& draft) {
         return code_of(node.on_renumbering(draft, {.number = assigned, .reason = "破损"}, person, world.now));
       }},
      {"on_label", refused,
       [&](auto& draft) { return code_of(node.on_label(draft, label_of(drawn), person, world.now)); }},
      {"on_photo", "waits",
       [&](auto& draft) {
         const auto outcome = node.on_photo(draft, label_of(drawn, 1), "folder", person, world.now);
         return outcome.entry && !outcome.received ? "waits" : "received";
       }},
      {"on_tray_received", refused,
       [&](auto& draft) { return code_of(node.on_tray_received(draft, 1, label_of(drawn), person, world.now)); }},
      {"on_tray_dismissed", refused,
       [&](auto& draft) { return code_of(node.on_tray_dismissed(draft, 1, "重复", person, world.now)); }},
  };
}

std::vector<Asked> Rehydrating::at_the_bench() {
  return {
      {"on_capture", refused,
       [&](auto& draft) {
         const auto capture = world.make_capture({observation(received, "铅", "0.12")});
         return code_of(node.on_capture(draft, capture, world.now));
       }},
      {"on_replay", refused,
       [&](auto& draft) { return code_of(node.on_replay(draft, {.capture = 1, .decoding = {}}, person, world.now)); }},
      {"on_device_decision", refused,
       [&](auto& draft) {
         const bench::DeviceDecision decision{.instrument = "ICP-01", .device = "", .confirm = true, .reason = "铭牌"};
         return code_of(node.on_device_decision(draft, decision, person, world.now));
       }},
      {"on_typed", refused,
       [&](auto& draft) {
         const bench::Typed typed{.key = "one",
                                  .instrument = "",
                                  .person = person,
                                  .cells = {{received, "铅", "0.12", "", ""}, {received, "毒死蜱", "ND", "", ""}}};
         return code_of(node.on_typed(draft, typed, world.now));
       }},
      {"on_retracted", refused,
       [&](auto& draft) { return code_of(node.on_retracted(draft, judged, "写错", person, world.now)); }},
      {"on_weighing", "kept",
       [&](auto& draft) {
         // By another device than the one this instrument is known by, which is said in the stream as well.
         const bench::Weighing weighing{.raw = Hash{{9}},
                                        .octets = 9,
                                        .instrument = "BAL-01",
                                        .port = "balance",
                                        .person = person,
                                        .decoding = {.profile = "sics/1", .observations = {observation("", "", "2.5")}},
                                        .number = received};
         const auto outcome = node.on_weighing(draft, weighing, world.now);
         return outcome.capture != 0 && outcome.entry.sample.empty() ? "kept" : "a sample has it";
       }},
      {"on_weight_placed", refused,
       [&](auto& draft) { return code_of(node.on_weight_placed(draft, 1, received, person, world.now)); }},
      {"on_reading_taken", refused,
       [&](auto& draft) {
         const bench::MeterReading reading{.capture = 1, .number = received, .analyte = "铅", .decoding = {}};
         return code_of(node.on_reading_taken(draft, reading, person, world.now));
       }},
      {"on_lot_inspected", refused,
       [&](auto& draft) {
         const bench::LotInspection inspection{.number = lot, .count = {.inspected = 80, .nonconforming = 1}};
         return code_of(node.on_lot_inspected(draft, inspection, person, world.now));
       }},
      {"on_resolved", refused,
       [&](auto& draft) {
         const bench::Assignment assignment{.entry = 1, .number = received, .analyte = "铅", .reason = "抄错"};
         return code_of(node.on_resolved(draft, assignment, person, world.now));
       }},
      {"on_rejected", refused,
       [&](auto& draft) { return code_of(node.on_rejected(draft, 1, "试机", person, world.now)); }},
      {"on_capture_rejected", refused,
       [&](auto& draft) {
         const bench::CaptureRejection rejection{.capture = 1, .obstacle = "", .reason = "试机"};
         return code_of(node.on_capture_rejected(draft, rejection, person, world.now));
       }},
      {"on_judge_again", refused,
       [&](auto& draft) { return code_of(node.on_judge_again(draft, judged, "标准更新", person, world.now)); }},
  };
}

std::vector<Asked> Rehydrating::on_paper() {
  return {
      {"on_run_decision", refused,
       [&](auto& draft) {
         const outbox::RunDecision decision{
             .capture = Hash{{1}}, .record = Hash{{1}}, .release = true, .reason = "复测"};
         return code_of(node.on_run_decision(draft, decision, person, world.now));
       }},
      {"on_reviews", refused,
       [&](auto& draft) {
         const outbox::Review review{.number = judged, .record = record_of(judged), .agreed = true, .note = ""};
         return code_of(node.on_reviews(draft, {&review, 1}, model::PersonId{"wu"}, world.now).front());
       }},
      {"on_approvals", refused,
       [&](auto& draft) {
         const outbox::Approval approval{.number = reviewed, .record = record_of(reviewed), .signature = {}};
         return code_of(node.on_approvals(draft, {&approval, 1}, model::PersonId{"zhou"}, world.now).front());
       }},
      {"on_amended", refused,
       [&](auto& draft) {
         const outbox::Amendment amendment{.number = approved, .record = record_of(approved), .reason = "单位写错"};
         return code_of(node.on_amended(draft, amendment, model::PersonId{"zhou"}, world.now));
       }},
      {"on_disposal", refused,
       [&](auto& draft) {
         const shelf::Disposal disposal{.number = approved, .copy = 1, .reason = "到期", .witness = "wang"};
         return code_of(node.on_disposal(draft, disposal, person, world.now));
       }},
  };
}

std::vector<Asked> Rehydrating::from_the_coordinator() {
  const auto order = [this](model::Command what) {
    return model::Order{.sequence = 99, .at = world.now, .what = std::move(what)};
  };
  return {
      {"on_orders", listens,
       [&, order](auto& draft) {
         model::Grant others = world.make_grant(8, "VEG", 1);
         others.number = world.make_grant(1, "VEG", 1).number;
         const auto taken_back = world.make_grant(7, "VEG", 1);
         const std::vector<model::Order> orders{
             order(others),
             order(model::Revocation{.task = taken_back.task, .token = taken_back.token, .reason = "r"})};
         node.on_orders(draft, orders, world.now);
         return listens;
       }},
      {"want_serials", listens,
       [&, order](auto& draft) {
         const std::vector<model::Order> orders{order(world.make_grant(9, "VEG", 1))};
         node.want_serials(draft, orders, world.now);
         return listens;
       }},
      {"give_up_serials", listens,
       [&](auto& draft) {
         node.give_up_serials(draft, 1'000, "put back", world.now);
         return listens;
       }},
      {"on_reference", listens,
       [&](auto& draft) {
         node.on_reference(draft, Hash{{1}}, "no set");
         return listens;
       }},
      {"on_welcomed", listens,
       [&](auto& draft) {
         node.on_welcomed(draft, {.new_generation = true}, world.now);
         return listens;
       }},
      {"on_rehydrated", listens,
       [&](auto& draft) {
         node.on_rehydrated(draft, {.first = true, .last = false, .events = {}, .displaced = {}}, world.now);
         return listens;
       }},
      {"tick", listens,
       [&](auto& draft) {
         node.tick(draft, world.now + Milliseconds{86'400'000LL * 365});
         return listens;
       }},
      {"on_ack", listens,
       [&](auto& draft) {
         node.on_ack(draft, {.incarnation = 1, .notes = {{.sequence = 1, .disposition = model::Disposition::late}}});
         return listens;
       }},
  };
}

TEST_F(Rehydrating, EveryEntryPointRefusesOrOnlyListens) {
  const auto view = world.store->read();
  const model::StreamHead head = session::stream_head(*view);
  for (const Asked& one : all()) {
    journal::Draft draft{*view};
    EXPECT_EQ(one.ask(draft), one.answer) << one.entry_point;
    EXPECT_EQ(session::stream_head(draft).sequence, head.sequence)
        << one.entry_point << " appended to a stream that is about to be sealed";
  }
}

// The entry points as the header declares them: every name before a bracket in the public part, comments left out.
std::set<std::string> declared() {
  std::ifstream file{QLIMS_SOURCE_DIR "/lab-node/node.hpp"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::set<std::string> names;
  std::size_t at = text.find(" public:");
  const std::size_t end = text.find(" private:", at);
  EXPECT_NE(end, std::string::npos);
  while (at < end) {
    const std::size_t line_end = text.find('\n', at);
    const std::string line = text.substr(at, line_end - at);
    at = line_end + 1;
    const std::size_t bracket = line.find('(');
    if (line.find("//") != std::string::npos || bracket == std::string::npos) continue;
    const std::size_t before = line.find_last_not_of("abcdefghijklmnopqrstuvwxyz_", bracket - 1);
    if (before + 1 < bracket) names.insert(line.substr(before + 1, bracket - before - 1));
  }
  return names;
}

TEST_F(Rehydrating, NoEntryPointIsLeftOutOfTheTable) {
  std::set<std::string> asked;
  for (const Asked& one : all()) asked.insert(std::string{one.entry_point});
  EXPECT_EQ(asked, declared());
}

}  // namespace
}  // namespace lab::node
