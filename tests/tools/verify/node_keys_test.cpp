// The history of a node's keys, found in the export itself: each event is checked with the key that was its node's
// then.

#include <gmock/gmock.h>

#include <algorithm>

#include "coordinator/ledger/node_keys.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/evidence/export_file.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/tools/verify/exported.hpp"
#include "tools/verify/export_reader.hpp"
#include "tools/verify/verify.hpp"

namespace lab::verify {
namespace {

using namespace coordinator::testing;
using namespace verify::testing;
using ::testing::HasSubstr;

std::string faults_of(const Bytes& file) {
  std::string text;
  for (const Fault& fault : check(file, {}).faults) text += fault.where + ": " + fault.what + "\n";
  return text;
}

struct Renewed {
  Renewed() : bench(enrolled()) {
    happen(3);
    bench.happen({}, "", bench.replacement(fresh, std::string(40, 'n'), bench.entry().signing_key));
    say();
    happen(1);  // under way with the former key
    bench.sign_with(fresh.secret_key);
    happen(2);
  }
  Bench enrolled() {
    world.add_laboratory(1);
    return world.enrol(1);
  }
  void happen(int events) {
    for (int i = 0; i < events; ++i) bench.happen({}, "", model::Incident{"anything"}, world.now);
    say();
  }
  void say() {
    world.acknowledged(bench, bench.events(told + 1, 64));
    told = bench.size();
  }
  World world;
  Bench bench;
  crypto::KeyPair fresh = crypto::make_key_pair();
  std::uint64_t told = 0;
};

TEST(NodeKeysInAnExport, AreFollowedFromOneToTheNext) {
  const Renewed at;
  EXPECT_EQ(faults_of(exported(at.world)), "");
}

TEST(NodeKeysInAnExport, OfAnEventBehindTheOverlapMayNotBeTheFormer) {
  Renewed at;
  at.world.now += ledger::keys_overlap + Milliseconds{1};
  at.happen(1);
  ASSERT_EQ(faults_of(exported(at.world)), "");
  // The same event with the former key's signature, as whoever kept that key would make it.
  const World other;
  auto sections = sections_of(exported(at.world));
  const auto section = read_event_section(sections.back().body);
  ASSERT_TRUE(section.has_value());
  const std::size_t place = sections.back().body.find(section->signature);
  ASSERT_NE(place, Bytes::npos);
  const model::StreamHead head{1, at.bench.size(), crypto::sha256(section->events.back())};
  const auto forged = crypto::sign(wire::head_to_sign(at.bench.id(), head), at.bench.first_key());
  sections.back().body.replace(place, forged.size(), Bytes{forged.begin(), forged.end()});
  EXPECT_THAT(faults_of(file_of(sections)), HasSubstr("has not signed its stream"));
}

TEST(NodeKeysInAnExport, BeforeTheChangeAreNotTheNewOnes) {
  Renewed at;
  auto sections = sections_of(exported(at.world));
  const auto first = std::ranges::find(sections, evidence::section_events, &Section::kind);
  ASSERT_NE(first, sections.end());
  const auto section = read_event_section(first->body);
  const std::size_t place = first->body.find(section->signature);
  const model::StreamHead head{1, section->events.size(), crypto::sha256(section->events.back())};
  const auto forged = crypto::sign(wire::head_to_sign(at.bench.id(), head), at.fresh.secret_key);
  first->body.replace(place, forged.size(), Bytes{forged.begin(), forged.end()});
  EXPECT_THAT(faults_of(file_of(sections)), HasSubstr("has not signed its stream"));
}

TEST(NodeKeysInAnExport, MustBeTheOnesOfTheStatement) {
  Renewed at;
  World& world = at.world;
  auto node = *coordinator::tables::node(*world.view(), at.bench.id());
  // A coordinator that says another key than the event: its operator put a key of their own into the store.
  const crypto::KeyPair own = crypto::make_key_pair();
  node.signing_key = Bytes{view_of(own.public_key)};
  world.turn([&](journal::Draft& draft) { coordinator::tables::put_node(draft, node); });
  EXPECT_THAT(faults_of(exported(world)), HasSubstr("replaces the node's key, and the statement does not say so"));
}

}  // namespace
}  // namespace lab::verify
