// A bench PC's disk decays: what is damaged is refused before it is used, and what was there comes back, from the last
// backup and the coordinator or from the coordinator alone.

#include <gtest/gtest.h>

#include <filesystem>

#include "coordinator/reports/summary.hpp"
#include "protocol/journal/backup.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/journal/store_mark.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/session/timing.hpp"
#include "tests/flow/restored_stores.hpp"
#include "tests/flow/stations.hpp"
#include "tests/protocol/journal/folder.hpp"
#include "tests/protocol/journal/spoil.hpp"

namespace lab::flow {
namespace {

namespace fs = std::filesystem;

class DamagedStation : public ::testing::Test {
 protected:
  DamagedStation() : number_(stations_.granted("CNF")) {
    const Records records = records_of(*stations_.first.store);
    open();
    const auto batch = stations_.first.store->write();
    for (const auto& [key, record] : records) EXPECT_TRUE(batch->put(key, record).has_value());
    EXPECT_TRUE(batch->commit().has_value());
  }
  ~DamagedStation() override { stations_.first.store.reset(); }

  void open() {
    auto opened = journal::open_lmdb(data_ / "store");
    ASSERT_TRUE(opened.has_value()) << to_text(opened.error());
    stations_.first.store = std::move(*opened);
  }
  void close() { stations_.first.store.reset(); }

  void judge_it() {
    stations_.draw(stations_.first, number_, "菠菜");
    stations_.receive(stations_.first, number_, "封条完好");
    stations_.analyser(stations_.first, number_, {{"铅", "0.12"}, {"涕灭威", "ND"}});
    stations_.sign_off(stations_.first, number_);
  }
  // The program of the bench PC starts, long enough after the one before was heard last: its store does not say which
  // that was.
  void start() {
    stations_.now += session::silence_longest + Milliseconds{1};
    stations_.restart(stations_.first);
    for (int round = 0; round < 20; ++round) {
      stations_.talk();
      stations_.now += Milliseconds{600};
      stations_.at(stations_.first, [](journal::Draft&) {});
    }
    stations_.talk();
  }

  [[nodiscard]] model::Sample sample() const { return Stations::sample(stations_.first, number_); }
  [[nodiscard]] std::uint64_t counted() const {
    return reports::summarize(*stations_.store->read(), {}, {}).total.counts.pass;
  }
  // What the bench knows of the sample stands under it (lab-node/tables/tables.hpp).
  [[nodiscard]] Bytes key_of_the_sample() const { return journal::Fields{'S'}.add(sample().grant.task).bytes(); }
  // Everything the coordinator holds of the first life of this node.
  void expect_every_event_is_back() {
    const auto view = stations_.first.store->read();
    EXPECT_FALSE(session::is_rehydrating(*view));
    EXPECT_EQ(session::stream_head(*view).incarnation, 2U);
    const auto held = session::cursor(*stations_.store->read(), stations_.first.entry.id, 1);
    ASSERT_GT(held.sequence, 0U);
    for (std::uint64_t sequence = 1; sequence <= held.sequence; ++sequence) {
      EXPECT_EQ(session::event_bytes(*view, 1, sequence),
                session::held_event(*stations_.store->read(), stations_.first.entry.id, 1, sequence));
    }
  }

  journal::TestFolder folder_;
  fs::path data_ = folder_.path() / "data";
  Stations stations_;
  std::string number_;
};

TEST_F(DamagedStation, ADamagedRecordIsRefusedAndComesBackFromTheBackupAndTheCoordinator) {
  close();
  ASSERT_TRUE(journal::make_backup(data_, folder_.path() / "backup").has_value());
  open();
  judge_it();
  const model::Sample before = sample();
  ASSERT_EQ(counted(), 1U);
  const Bytes key = key_of_the_sample();
  close();
  ASSERT_GT(journal::spoil_record(data_ / "store", key), 0);

  open();
  EXPECT_THROW(static_cast<void>(stations_.first.store->read()->get(key)), journal::Damage);
  EXPECT_THROW(static_cast<void>(records_of(*stations_.first.store)), journal::Damage) << "as the scrubber reads it";
  close();

  fs::rename(data_, folder_.path() / "damaged");
  const auto restored = journal::restore_backup(folder_.path() / "backup", data_);
  ASSERT_TRUE(restored.has_value()) << to_text(restored.error());
  ASSERT_TRUE(fs::exists(journal::restored_mark(data_))) << "the program asks what is held of it when it finds this";
  open();
  stations_.at(stations_.first, [](journal::Draft& draft) { session::begin_rehydration(draft); });
  start();
  EXPECT_EQ(sample(), before);
  EXPECT_EQ(counted(), 1U) << "and nothing counts twice";
  expect_every_event_is_back();
}

TEST_F(DamagedStation, ADamagedPageIsRefusedAtTheDoorAndAnEmptyStoreIsFilledByTheCoordinator) {
  judge_it();
  const model::Sample before = sample();
  const Bytes key = key_of_the_sample();
  const auto identity = *session::identity(*stations_.first.store->read());
  close();
  ASSERT_GT(journal::hide_a_record(data_ / "store", key), 0);

  const auto refused = journal::open_lmdb(data_ / "store");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::storage);
  EXPECT_NE(to_text(refused.error()).find("restore the latest backup"), std::string::npos) << to_text(refused.error());

  // No backup: the keys are those of before, so that the coordinator knows who asks.
  fs::rename(data_, folder_.path() / "damaged");
  open();
  stations_.at(stations_.first, [&](journal::Draft& draft) { session::set_identity(draft, identity); });
  start();
  const model::Sample after = sample();
  EXPECT_EQ(after.state, model::SampleState::approved);
  EXPECT_EQ(after.disposition, model::Disposition::counted);
  EXPECT_EQ(after.measured, before.measured);
  EXPECT_EQ(after.record, before.record);
  EXPECT_EQ(counted(), 1U);
  expect_every_event_is_back();
}

}  // namespace
}  // namespace lab::flow
