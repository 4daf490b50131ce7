// The loop alone, over a store in memory that can be made to show damage, and to have no room.

#include "coordinator/app/loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "coordinator/tables/registry.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::app {
namespace {

// Stores nothing, as a batch that finds the disk full or fails in the middle.
class FailingBatch : public journal::Batch {
 public:
  explicit FailingBatch(std::unique_ptr<journal::Batch> inner) : inner_(std::move(inner)) {}
  std::optional<Bytes> get(BytesView key) const override { return inner_->get(key); }
  void scan(BytesView first, BytesView last, const Visit& visit) const override { inner_->scan(first, last, visit); }
  Result<void> put(BytesView key, BytesView record) override { return inner_->put(key, record); }
  Result<void> erase(BytesView key) override { return inner_->erase(key); }
  Result<void> commit() override { return fail(ErrorCode::storage, "the disk is full"); }

 private:
  std::unique_ptr<journal::Batch> inner_;
};

class FragileStore : public journal::Store {
 public:
  std::unique_ptr<journal::Batch> write() override {
    if (full || stopped) return std::make_unique<FailingBatch>(inner_->write());
    return inner_->write();
  }
  std::unique_ptr<journal::Snapshot> read() const override {
    if (damaged) throw journal::Damage{"a page is damaged"};
    return inner_->read();
  }
  [[nodiscard]] journal::StoreFigures figures() const override {
    journal::StoreFigures figures = inner_->figures();
    figures.stopped = stopped;
    return figures;
  }
  [[nodiscard]] journal::ChangeLog& changes() const override { return inner_->changes(); }

  bool damaged = false;  // for whoever reads the last commit
  bool full = false;     // from the next batch on
  bool stopped = false;  // likewise: the outcome of a commit is unknown

 private:
  std::unique_ptr<journal::Store> inner_ = journal::make_memory_store();
};

class CoordinatorLoop : public ::testing::Test {
 protected:
  void SetUp() override { crypto::start(); }

  bool run() { return loop_->run({.secret = Bytes(secret_octets, 's')}); }
  /// A command that puts one record and does `meanwhile`.
  bool post(const std::function<void()>& meanwhile) {
    return loop_->post({.decide =
                            [meanwhile](Coordinator&, journal::Draft& draft, UtcTime) {
                              draft.put(";test", "record");
                              meanwhile();
                              return http::Response{};
                            },
                        .respond = [this](http::Response response) { answers_.push_back(std::move(response)); }});
  }
  [[nodiscard]] bool is_stored() { return store_.write()->get(";test").has_value(); }

  FragileStore store_;
  std::vector<http::Response> answers_;
  std::vector<transport::Packet> enrol_answers_;
  std::unique_ptr<Loop> loop_ = std::make_unique<Loop>(store_, crypto::make_key_pair(),
                                                       Outlets{.send = [](auto) {},
                                                               .send_enrol =
                                                                   [this](std::vector<transport::Packet> packets) {
                                                                     enrol_answers_ = std::move(packets);
                                                                     loop_->stop();
                                                                   },
                                                               .allow = [](auto&) {},
                                                               .revoke = [](auto&) {}});
};

TEST_F(CoordinatorLoop, DamageBeforeTheCommitIsAnsweredToAllAndNothingIsStored) {
  ASSERT_TRUE(post([] {}));
  ASSERT_TRUE(post([] { throw journal::Damage{"a record is damaged"}; }));
  EXPECT_FALSE(run());
  ASSERT_EQ(answers_.size(), 2U);
  for (const http::Response& answer : answers_) {
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("store_damaged"), std::string::npos) << answer.body;
  }
  EXPECT_FALSE(is_stored());
  EXPECT_FALSE(post([] {})) << "the loop has ended";
}

TEST_F(CoordinatorLoop, DamageAfterTheCommitDoesNotTakeBackTheAnswer) {
  ASSERT_TRUE(post([this] { store_.damaged = true; }));
  EXPECT_FALSE(run());
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status, 200);
  EXPECT_TRUE(is_stored());
}

TEST_F(CoordinatorLoop, ACommitOfUnknownOutcomeEndsTheProgram) {
  ASSERT_TRUE(loop_->post({.decide = [](Coordinator&, journal::Draft&, UtcTime) { return http::Response{}; },
                           .respond =
                               [this](const http::Response&) {
                                 store_.stopped = true;
                                 post([] {});
                               }}));
  EXPECT_FALSE(run());
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status, 503);
  EXPECT_NE(answers_[0].body.find("not_stored"), std::string::npos) << answers_[0].body;
  EXPECT_FALSE(is_stored());
}

TEST_F(CoordinatorLoop, WhatHasNoRoomIsRefusedAndTheProgramGoesOn) {
  ASSERT_TRUE(failpoint::arm("coordinator.commit=error@2"));  // the first one is that of the start
  bool was_stored = true;
  ASSERT_TRUE(loop_->post({.decide =
                               [](Coordinator&, journal::Draft& draft, UtcTime) {
                                 draft.put(";lost", "record");
                                 return http::Response{};
                               },
                           .respond =
                               [&](http::Response response) {
                                 answers_.push_back(std::move(response));
                                 was_stored = store_.read()->get(";lost").has_value();
                                 post([this] { loop_->stop(); });  // the same person tries again
                               }}));
  EXPECT_TRUE(run());
  ASSERT_TRUE(failpoint::arm(""));
  ASSERT_EQ(answers_.size(), 2U);
  EXPECT_EQ(answers_[0].status, 503);
  EXPECT_NE(answers_[0].body.find("no_room"), std::string::npos) << answers_[0].body;
  EXPECT_FALSE(was_stored) << "nobody is told of what is not stored, and nothing of it stays";
  EXPECT_EQ(answers_[1].status, 200);
  EXPECT_TRUE(is_stored());
  EXPECT_EQ(store_.write()->get(";lost"), std::nullopt);
}

TEST_F(CoordinatorLoop, TellsOfNothingThatItHasNotStored) {
  ASSERT_TRUE(failpoint::arm("coordinator.commit=error@2"));
  const auto ask = [&](const std::string& what, const std::function<void()>& then) {
    return loop_->post({.decide =
                            [what](Coordinator&, journal::Draft& draft, UtcTime) {
                              draft.put(";test", "record");
                              draft.tell("node 7", what);
                              return http::Response{};
                            },
                        .respond = [then](const http::Response&) { then(); }});
  };
  testing::internal::CaptureStderr();
  ASSERT_TRUE(ask("has lost its share", [&] { ask("has kept its share", [this] { loop_->stop(); }); }));
  EXPECT_TRUE(run());
  const std::string log = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(failpoint::arm(""));
  EXPECT_EQ(log.find("has lost its share"), std::string::npos) << log;
  EXPECT_NE(log.find("node 7: has kept its share"), std::string::npos) << log;
}

TEST_F(CoordinatorLoop, WithoutRoomItAnswersPeopleAndLeavesWhatOthersSentWhereItIs) {
  const model::Enrol request{.ticket = std::string(64, 't'),
                             .curve_key = std::string(40, 'c'),
                             .signing_key = Bytes(32, 's'),
                             .name = "bench"};
  std::vector<std::size_t> answered_before;  // enrolments, when each person was answered
  const auto ask = [&](const std::function<void()>& then) {
    return loop_->post({.decide =
                            [](Coordinator&, journal::Draft& draft, UtcTime) {
                              draft.put(";test", "record");
                              return http::Response{};
                            },
                        .respond =
                            [&, then](http::Response response) {
                              answers_.push_back(std::move(response));
                              answered_before.push_back(enrol_answers_.size());
                              then();
                            }});
  };
  // Full from the turn after the first; a request to enrol waits from then on, and there is room from the third on.
  ASSERT_TRUE(ask([&] {
    store_.full = true;
    ask([&] {
      loop_->on_enrol_packets({{.peer = request.curve_key, .frame = wire::encode(request)}});
      ask([&] { store_.full = false; });
    });
  }));
  EXPECT_TRUE(run()) << "it ends when the request to enrol is answered";
  ASSERT_EQ(answers_.size(), 3U);
  EXPECT_EQ(answers_[0].status, 200);
  EXPECT_EQ(answers_[1].status, 503);
  EXPECT_EQ(answers_[2].status, 503);
  EXPECT_EQ(answered_before, (std::vector<std::size_t>{0, 0, 0}));
  EXPECT_EQ(enrol_answers_.size(), 1U);
}

TEST_F(CoordinatorLoop, LargeRequestsToEnrolAreRefusedTogetherAndAnHonestOneIsAnswered) {
  constexpr std::size_t strangers = 1'000;
  testing::internal::CaptureStderr();
  loop_->on_enrol_packets(std::vector<transport::Packet>(
      strangers, {.peer = std::string(40, 'k'), .frame = Bytes(enrolment_octets_max + 1, 'x')}));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("4097 octets, at most 4096 are allowed"), std::string::npos) << log;
  EXPECT_LT(std::ranges::count(log, '\n'), std::ptrdiff_t{strangers} / 2);
  const model::Enrol request{.ticket = std::string(64, 't'),
                             .curve_key = std::string(40, 'c'),
                             .signing_key = Bytes(32, 's'),
                             .name = std::string(100, 'n')};
  const Bytes frame = wire::encode(request);
  EXPECT_LT(frame.size(), 1'024U);
  loop_->on_enrol_packets({{.peer = std::string(40, 'o'), .frame = frame},  // for a key that is not its own
                           {.peer = std::string(40, 'o'), .frame = "noise"},
                           {.peer = request.curve_key, .frame = frame}});
  EXPECT_TRUE(run());
  ASSERT_EQ(enrol_answers_.size(), 1U);
  EXPECT_EQ(enrol_answers_[0].peer, request.curve_key);
}

// A node that has replaced its keys may connect with either, until the time of the former one is over.
TEST(CoordinatorLoopKeys, AFormerCurveKeyIsCutOffWhenItsTimeIsOver) {
  crypto::start();
  const auto store = journal::make_memory_store();
  const std::string present(40, 'p');
  const std::string former(40, 'f');
  {
    auto batch = store->write();
    journal::Draft draft{*batch};
    tables::put_node(
        draft,
        {.id = model::NodeId{1},
         .laboratory = model::LaboratoryId{1},
         .name = "bench",
         .curve_key = present,
         .signing_key = Bytes(32, 's'),
         .enrolled = wall_clock(),
         .former = {{.curve_key = former, .signing_key = Bytes(32, 'o'), .until = wall_clock() + Milliseconds{700}}}});
    ASSERT_TRUE(journal::apply(draft.take(), *batch) && batch->commit());
  }
  std::vector<std::string> said;
  std::unique_ptr<Loop> loop;
  loop = std::make_unique<Loop>(*store, crypto::make_key_pair(),
                                Outlets{.send = [](auto) {},
                                        .send_enrol = [](auto) {},
                                        .allow = [&](const std::string& key) { said.push_back("allow " + key); },
                                        .revoke =
                                            [&](const std::string& key) {
                                              said.push_back("revoke " + key);
                                              loop->stop();
                                            }});
  EXPECT_TRUE(loop->run({.secret = Bytes(secret_octets, 's')}));
  EXPECT_EQ(said, (std::vector<std::string>{"allow " + former, "allow " + present, "revoke " + former}));
}

}  // namespace
}  // namespace lab::coordinator::app
