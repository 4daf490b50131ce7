// Two flushes a commit, and no acknowledgement before its flush has returned: over a coordinator and two laboratories
// as processes, traced by the flush shim.

#include "tests/bench/store_order/order_trace.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "protocol/crypto/crypto.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/bench/province_year/ours.hpp"
#include "tools/process/child.hpp"

namespace lab::store_order {
namespace {

namespace fs = std::filesystem;
using Kind = Step::Kind;

const std::string peer{"\0abcd", 5};

class Order : public ::testing::Test {
 protected:
  void step(Kind kind) { trace_.push_back({kind, {}}); }
  void frame(Kind kind, const model::Message& message) {
    frames_.push_back(std::make_unique<Bytes>(wire::encode(message, 7)));
    trace_.push_back({kind, peer});
    trace_.push_back({kind, *frames_.back()});
  }
  void commit() {
    for (const Kind kind : {Kind::flush_begun, Kind::flushed, Kind::header_flushed}) step(kind);
  }
  void receive(std::uint64_t first) {
    frame(Kind::received,
          model::Events{.first = first, .events = {"an event", "another"}, .signature = Bytes(64, 's')});
  }
  void acknowledge(std::uint64_t upto) { frame(Kind::sent, model::Ack{.upto = upto}); }
  Findings found() { return check_order(trace_); }

 private:
  std::vector<Step> trace_;
  std::vector<std::unique_ptr<Bytes>> frames_;
};

TEST_F(Order, AnAcknowledgementAfterTheCommitIsRight) {
  receive(1);
  commit();
  acknowledge(2);
  receive(3);
  receive(3);  // again: the first one counts
  commit();
  acknowledge(4);
  EXPECT_EQ(found().acknowledgements, 2U);
  EXPECT_EQ(found().acknowledged, 4U);
  EXPECT_TRUE(found().violations.empty());
}

TEST_F(Order, OneBeforeAnyPartOfItsCommitIsFound) {
  receive(1);
  acknowledge(2);
  commit();
  EXPECT_EQ(found().violations.size(), 1U);
}

TEST_F(Order, OneBeforeTheHeaderPageIsFound) {
  receive(1);
  step(Kind::flush_begun);
  step(Kind::flushed);
  acknowledge(2);
  step(Kind::header_flushed);
  EXPECT_EQ(found().violations.size(), 1U);
}

TEST_F(Order, OneAfterACommitThatBeganBeforeTheEventsCameIsFound) {
  step(Kind::flush_begun);
  receive(1);
  step(Kind::flushed);
  step(Kind::header_flushed);
  acknowledge(2);
  EXPECT_EQ(found().violations.size(), 1U);
}

TEST_F(Order, AFlushThatNeverReturnedIsNone) {
  receive(1);
  step(Kind::flush_begun);
  step(Kind::header_flushed);
  acknowledge(2);
  EXPECT_EQ(found().violations.size(), 1U);
}

TEST(OrderOfRealProcesses, NothingIsAcknowledgedBeforeItsFlushReturned) {
  crypto::start();
  const fs::path folder = fs::temp_directory_path() / fmt::format("qlims-order-{}", ::getpid());
  fs::remove_all(folder);
  fs::create_directories(folder);
  const char* tasks = std::getenv("QLIMS_ORDER_TASKS");
  ::setenv("QLIMS_FLUSH_TRACE", (folder / "trace").c_str(), 1);
  const auto run = province_year::run_ours({.programs = process::program_folder(),
                                            .folder = folder / "run",
                                            .first_port = 18'480,
                                            .tasks = tasks == nullptr ? 120 : std::atoi(tasks),
                                            .nodes = 2,
                                            .window = 8,
                                            .pace = "step"});
  ::unsetenv("QLIMS_FLUSH_TRACE");
  ASSERT_TRUE(run) << to_text(run.error());
  Findings sum;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(in), {}};
    const Findings found = check_order(read_trace(octets));
    for (const std::string& violation : found.violations) ADD_FAILURE() << entry.path() << ": " << violation;
    EXPECT_EQ(found.data_flushes, found.commits) << "a commit is two flushes: its data, and its header page";
    sum.commits += found.commits;
    sum.acknowledgements += found.acknowledgements;
    sum.acknowledged += found.acknowledged;
  }
  EXPECT_GT(sum.acknowledgements, 50U);
  EXPECT_GE(sum.acknowledged, 6U * 120) << "six events a sample";
  std::cout << fmt::format("{} commits, {} acknowledgements of {} events and orders, none before its flush\n",
                           sum.commits, sum.acknowledgements, sum.acknowledged);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace lab::store_order
