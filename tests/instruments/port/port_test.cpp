// The ports on real loopback TCP, a real pseudo terminal and a real folder, fed by the simulators.

#include <gtest/gtest.h>
#include <termios.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "instruments/drivers/decode.hpp"
#include "instruments/port/astm_server.hpp"
#include "instruments/port/balance_line.hpp"
#include "instruments/port/drop_folder.hpp"
#include "instruments/port/folder_spec.hpp"
#include "instruments/port/open_writer.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "instruments/sim/sics_balance.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::port {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 20s;  // far above what any step takes, below the limit of the test

class Ports : public testing::Test {
 protected:
  void SetUp() override { crypto::start(); }

  OnCapture collect() {
    return [this](Capture capture, Done done) {
      captures_.push_back(std::move(capture));
      if (hold_) {
        held_.push_back(std::move(done));
      } else {
        done(failures_left_ == 0 || failures_left_-- == 0);
      }
    };
  }
  OnTrouble note() {
    return [this](const std::string&, const std::string& what) { troubles_.push_back(what); };
  }

  // Runs the loop until it is so, or patience ends.
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    bool so = condition();
    while (!so && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_for(10ms);
      so = condition();
    }
    return so;
  }
  void run_for(Milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    run_until([&] { return std::chrono::steady_clock::now() >= end; });
  }

  boost::asio::io_context io_;
  std::vector<Capture> captures_;
  std::vector<std::string> troubles_;
  std::vector<Done> held_;
  bool hold_ = false;
  int failures_left_ = 0;
};

// A port below the range from which the system gives out its own.
Result<std::unique_ptr<AstmServer>> open_server(boost::asio::io_context& io, OnCapture capture, OnTrouble trouble) {
  for (std::uint16_t port = static_cast<std::uint16_t>(20'000 + ::getpid() % 10'000);; ++port) {
    auto server =
        AstmServer::open(io, {.port_name = "astm-1", .instrument = "XP-100", .address = "127.0.0.1", .tcp_port = port},
                         capture, trouble);
    if (server || port >= 32'000) return server;
  }
}

const std::vector<sim::AnalyserMessage> messages{{"S-1", {{"Pb", "0.05", "mg/kg"}, {"Cd", "ND", "mg/kg"}}},
                                                 {"S-2", {{"Pb", "1.2", "mg/kg"}}}};

TEST_F(Ports, AnAnalyserOnABadLineDeliversEveryMessageOnce) {
  const auto server = open_server(io_, collect(), note());
  ASSERT_TRUE(server) << to_text(server.error());
  const sim::LineFaults faults{
      .bad_checksum_first = true, .lose_acks = true, .byte_at_a_time = true, .merge_keep_alive = true};
  Result<std::size_t> sent{0};
  std::jthread analyser{[&] { sent = sim::send_astm({.port = (*server)->tcp_port(), .faults = faults}, messages); }};
  ASSERT_TRUE(run_until([&] { return captures_.size() >= 2; }));
  run_for(200ms);
  analyser.join();
  ASSERT_TRUE(sent) << to_text(sent.error());
  EXPECT_EQ(*sent, 2U);
  ASSERT_EQ(captures_.size(), 2U);
  EXPECT_EQ(captures_[0].port, "astm-1");
  EXPECT_EQ(captures_[0].instrument, "XP-100");
  const auto decoding = drivers::decode(captures_[0].raw, "");
  ASSERT_EQ(decoding.observations.size(), 2U) << decoding.refused;
  EXPECT_EQ(decoding.observations[0].sample_id, "S-1");
  EXPECT_EQ(decoding.observations[0].value.text, "0.05");
  EXPECT_EQ(troubles_.size(), 2U);  // the damaged frame of each message
}

TEST_F(Ports, TheAnalyserGetsItsLastAckOnlyWhenTheCaptureIsStored) {
  hold_ = true;
  const auto server = open_server(io_, collect(), note());
  ASSERT_TRUE(server);
  std::atomic<bool> finished = false;
  std::jthread analyser{[&] {
    (void)sim::send_astm({.port = (*server)->tcp_port()}, {messages[0]});
    finished = true;
  }};
  ASSERT_TRUE(run_until([&] { return held_.size() == 1; }));
  run_for(300ms);
  EXPECT_FALSE(finished);
  held_[0](true);
  EXPECT_TRUE(run_until([&] { return finished.load(); }));
}

TEST_F(Ports, ACaptureThatCouldNotBeStoredIsSentAgain) {
  failures_left_ = 2;
  const auto server = open_server(io_, collect(), note());
  ASSERT_TRUE(server);
  std::atomic<bool> finished = false;
  Result<std::size_t> sent{0};
  std::jthread analyser{[&] {
    sent = sim::send_astm({.port = (*server)->tcp_port()}, {messages[0]});
    finished = true;
  }};
  ASSERT_TRUE(run_until([&] { return finished.load(); }));
  EXPECT_TRUE(sent);
  EXPECT_EQ(captures_.size(), 3U);
  EXPECT_EQ(captures_.front().raw, captures_.back().raw);
}

TEST_F(Ports, SeveralAnalysersSendAtTheSameTime) {
  const auto server = open_server(io_, collect(), note());
  ASSERT_TRUE(server);
  std::atomic<int> finished = 0;
  std::vector<std::jthread> analysers;
  for (int i = 0; i < 8; ++i) {
    analysers.emplace_back([&, i] {
      std::vector<sim::AnalyserMessage> own(20, {"S-" + std::to_string(i), {{"Pb", "1", "mg/kg"}}});
      const auto sent = sim::send_astm({.port = (*server)->tcp_port()}, own);
      if (sent && *sent == own.size()) ++finished;
    });
  }
  EXPECT_TRUE(run_until([&] { return finished == 8; }));
  EXPECT_EQ(captures_.size(), 160U);
}

TEST_F(Ports, AClosedServerIgnoresAnswersThatComeLate) {
  hold_ = true;
  auto server = open_server(io_, collect(), note());
  ASSERT_TRUE(server);
  std::jthread analyser{[port = (*server)->tcp_port()] { (void)sim::send_astm({.port = port}, {messages[0]}); }};
  ASSERT_TRUE(run_until([&] { return held_.size() == 1; }));
  server->reset();
  run_for(100ms);
  held_[0](true);
  run_for(100ms);
}

TEST_F(Ports, APortInUseIsSaidSo) {
  const auto first = open_server(io_, collect(), note());
  ASSERT_TRUE(first);
  const auto second = AstmServer::open(
      io_, {.port_name = "x", .address = "127.0.0.1", .tcp_port = (*first)->tcp_port()}, collect(), note());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
}

class Folder : public Ports {
 protected:
  void SetUp() override {
    Ports::SetUp();
    path_ = fs::temp_directory_path() / ("qlims-drop-" + std::to_string(::getpid()));
    fs::create_directories(path_);
  }
  void TearDown() override { fs::remove_all(path_); }

  struct Watching {
    Milliseconds poll{20};
    Milliseconds tell_open_after{60'000};
    std::function<bool(const Hash&)> is_known{};
  };
  std::unique_ptr<DropFolder> watch(Watching how) {
    auto folder = DropFolder::open(io_,
                                   {.port_name = "drop-1",
                                    .instrument = "QQQ",
                                    .folder = path_.string(),
                                    .poll = how.poll,
                                    .stable_for = 150ms,
                                    .retry_after = 200ms,
                                    .tell_open_after = how.tell_open_after,
                                    .is_known = std::move(how.is_known)},
                                   collect(), note());
    EXPECT_TRUE(folder);
    return *std::move(folder);
  }
  std::unique_ptr<DropFolder> watch() { return watch(Watching{}); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream{path_ / name, std::ios::binary} << text;
  }

  fs::path path_;
};

const sim::Batch batch{
    .file_name = "b.csv", .analytes = {"毒死蜱"}, .unit = "mg/kg", .rows = {{"S-1", "1.d", "Sample", {"0.05"}}}};

TEST_F(Folder, AnExportIsDeliveredOnceAndStaysWhereItIs) {
  const auto folder = watch();
  ASSERT_TRUE(sim::write_masshunter(path_.string(), batch));
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  run_for(400ms);
  EXPECT_EQ(captures_.size(), 1U);
  EXPECT_EQ(captures_[0].raw, sim::masshunter_csv(batch));
  EXPECT_TRUE(fs::exists(path_ / "b.csv"));
}

TEST_F(Folder, AFileThatStillGrowsIsLeftAlone) {
  const auto folder = watch();
  for (int i = 0; i < 8; ++i) {
    std::ofstream{path_ / "slow.csv", std::ios::app} << "part";
    run_for(60ms);
    EXPECT_TRUE(captures_.empty()) << i;
  }
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_EQ(captures_[0].raw.size(), 32U);
}

TEST_F(Folder, TemporaryFilesAreLeftAlone) {
  const auto folder = watch();
  for (const char* name : {".hidden", "a.tmp", "a.part", "B.TMP", "~$b.xlsx", "Thumbs.db", "desktop.ini"}) {
    write(name, name);
  }
  write("good.csv", "y");
  ASSERT_TRUE(run_until([&] { return !captures_.empty(); }));
  run_for(400ms);
  EXPECT_EQ(captures_.size(), 1U);
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Folder, AFileThatStaysEmptyIsToldOnceAndReadWhenItIsFilled) {
  const auto folder = watch();
  write("begun.csv", "");
  run_for(50ms);
  write("begun.csv", "x");
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_TRUE(troubles_.empty()) << "it was only about to be written";
  write("empty.csv", "");
  ASSERT_TRUE(run_until([&] { return !troubles_.empty(); }));
  run_for(400ms);
  ASSERT_EQ(troubles_.size(), 1U);
  EXPECT_NE(troubles_[0].find("empty.csv"), std::string::npos);
  EXPECT_EQ(captures_.size(), 1U);
  write("empty.csv", "filled");
  ASSERT_TRUE(run_until([&] { return captures_.size() == 2; }));
  EXPECT_EQ(captures_[1].raw, "filled");
}

TEST_F(Folder, ACorrectedExportUnderTheSameNameIsNewAndACopyIsNot) {
  const auto folder = watch();
  write("b.csv", "first");
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  write("b.csv", "second");
  ASSERT_TRUE(run_until([&] { return captures_.size() == 2; }));
  write("copy.csv", "second");
  run_for(500ms);
  EXPECT_EQ(captures_.size(), 2U);
  EXPECT_EQ(captures_[1].raw, "second");
}

TEST_F(Folder, AFileThatCouldNotBeStoredComesAgain) {
  failures_left_ = 2;
  const auto folder = watch();
  write("b.csv", "text");
  ASSERT_TRUE(run_until([&] { return captures_.size() == 3; }));
  run_for(500ms);
  EXPECT_EQ(captures_.size(), 3U);
}

TEST_F(Folder, AFileThatAProgramHasOpenForWritingIsNotWholeHoweverLongItRests) {
  auto folder = watch(Watching{.tell_open_after = 600ms});
  std::ofstream writing{path_ / "open.csv", std::ios::binary};
  writing << "first half" << std::flush;
  if (writer_of((path_ / "open.csv").string()) == Writer::unknown) GTEST_SKIP() << "this file system does not tell";
  run_for(500ms);
  EXPECT_TRUE(captures_.empty()) << "its writer may only be thinking";
  EXPECT_TRUE(troubles_.empty());
  ASSERT_TRUE(run_until([&] { return !troubles_.empty(); }));
  run_for(200ms);
  ASSERT_EQ(troubles_.size(), 1U) << "told once";
  EXPECT_NE(troubles_[0].find("open.csv"), std::string::npos);
  writing << ", second half";
  writing.close();
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_EQ(captures_[0].raw, "first half, second half");
}

TEST_F(Folder, AWriterThatComesWhileAFileIsLookedAtEndsNothing) {
  write("busy.csv", "x");
  const std::string path = (path_ / "busy.csv").string();
  std::jthread writer{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::ofstream{path, std::ios::app} << "y";
  }};
  std::size_t open = 0;
  for (int i = 0; i < 20'000; ++i) open += writer_of(path) == Writer::open ? 1U : 0U;
  writer = {};
  if (writer_of(path) == Writer::unknown) GTEST_SKIP() << "this file system does not tell";
  EXPECT_GT(open, 0U) << "the broken lease of the others would have ended this program";
}

TEST_F(Folder, WhatAnEarlierStartDeliveredStaysWhereItIs) {
  write("old.csv", "old");
  write("new.csv", "new");
  const auto folder = watch(Watching{.is_known = [](const Hash& hash) { return hash == crypto::sha256("old"); }});
  ASSERT_TRUE(run_until([&] { return !captures_.empty(); }));
  run_for(400ms);
  ASSERT_EQ(captures_.size(), 1U);
  EXPECT_EQ(captures_[0].raw, "new");
}

TEST_F(Folder, TheFilesOfYearsAreLookedThroughInPieces) {
  const std::string large(DropFolder::octets_per_scan_max / 2 + 1, 'x');
  for (int i = 0; i < 6; ++i) write("old" + std::to_string(i), large + std::to_string(i));
  std::size_t asked = 0;
  const auto folder = watch(Watching{.poll = 200ms, .is_known = [&](const Hash&) { return ++asked > 0; }});
  ASSERT_TRUE(run_until([&] { return asked > 0; }));
  EXPECT_EQ(asked, 2U) << "of one scan";
  ASSERT_TRUE(run_until([&] { return asked == 6; }));
  run_for(300ms);
  EXPECT_EQ(asked, 6U) << "each once";
  EXPECT_TRUE(captures_.empty());
}

TEST(FolderSpec, ReadsOptionsInAnyOrder) {
  const auto spec = parse_folder_spec("/srv/export,stable=10,profile=agilent-spectraa");
  ASSERT_TRUE(spec) << to_text(spec.error());
  EXPECT_EQ(spec->folder, "/srv/export");
  EXPECT_EQ(spec->profile, "agilent-spectraa");
  EXPECT_EQ(spec->stable_for, 10s);
  const auto bare = parse_folder_spec("/srv/a,b");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->folder, "/srv/a,b");
  EXPECT_EQ(bare->stable_for, 2s);
  EXPECT_EQ(bare->profile, "");
}

TEST(FolderSpec, NamesWhatIsWrong) {
  for (const char* text : {"", ",stable=5", "/srv,stable=", "/srv,stable=0", "/srv,stable=4000", "/srv,stable=2s",
                           "/srv,profile=", "/srv,profile=,stable=3"}) {
    EXPECT_FALSE(parse_folder_spec(text)) << text;
  }
  EXPECT_NE(parse_folder_spec("/srv,stable=0").error().message.find("stable"), std::string::npos);
}

TEST_F(Folder, AMissingFolderIsSaidSo) {
  const auto folder = DropFolder::open(io_, {.folder = (path_ / "absent").string()}, collect(), note());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::not_found);
}

class Balance : public Ports {
 protected:
  void start_balance() {
    auto opened = sim::SicsBalance::open();
    ASSERT_TRUE(opened) << to_text(opened.error());
    balance_ = *std::move(opened);
    balance_->set_load("100.00", true);
    answering_ = std::jthread{[balance = balance_.get()](const std::stop_token& stop) { balance->run(stop); }};
  }
  void stop_balance() {
    answering_ = {};
    balance_.reset();
  }
  void TearDown() override { stop_balance(); }

  BalanceLine::OnWeighed collect_weight() {
    return [this](Result<Capture> weighed) { weighed_.push_back(std::move(weighed)); };
  }

  std::unique_ptr<sim::SicsBalance> balance_;
  std::jthread answering_;
  std::vector<Result<Capture>> weighed_;  // the answers to weigh()
};

TEST_F(Balance, AWeightIsDeliveredOnDemandAndByThePrintKey) {
  start_balance();
  BalanceLine line{
      io_, {.port_name = "balance-1", .instrument = "B1", .end = SerialEnd{balance_->path()}}, collect(), note()};
  ASSERT_TRUE(run_until([&] { return line.weigh(collect_weight()).has_value(); }));
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 1; }));
  ASSERT_TRUE(weighed_[0].has_value());
  EXPECT_EQ(weighed_[0]->raw, "S S     100.00 g\r\n");
  EXPECT_EQ(weighed_[0]->instrument, "B1");
  balance_->set_load("2.50", true);
  balance_->print();
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_EQ(drivers::decode(captures_[0].raw, "").observations.at(0).value.text, "2.50");
  EXPECT_EQ(weighed_.size(), 1U);
}

TEST_F(Balance, EachFailedWeighingIsAnsweredAlthoughItsTroubleIsToldOnce) {
  start_balance();
  balance_->set_load("100.00", false);
  BalanceLine line{io_, {.port_name = "balance-1", .end = SerialEnd{balance_->path()}}, collect(), note()};
  ASSERT_TRUE(run_until([&] { return line.weigh(collect_weight()).has_value(); }));
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 1; }));
  ASSERT_TRUE(line.weigh(collect_weight()).has_value());
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 2; }));
  for (const auto& weighed : weighed_) EXPECT_EQ(weighed.error().code, ErrorCode::unavailable);
  EXPECT_EQ(troubles_.size(), 1U);
  EXPECT_TRUE(captures_.empty());
  // Another load, printed: it belongs to nobody who asked before.
  balance_->set_load("7.00", true);
  balance_->print();
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_EQ(weighed_.size(), 2U);
}

TEST_F(Balance, PollingDeliversEachNewLoadOnce) {
  start_balance();
  BalanceLine line{
      io_, {.port_name = "balance-1", .end = SerialEnd{balance_->path()}, .poll = 20ms}, collect(), note()};
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  run_for(200ms);
  EXPECT_EQ(captures_.size(), 1U);
  balance_->set_load("101.00", false);
  run_for(100ms);
  balance_->set_load("101.00", true);
  ASSERT_TRUE(run_until([&] { return captures_.size() == 2; }));
}

TEST_F(Balance, TheLineIsReopenedWhenTheDeviceComesBack) {
  start_balance();
  const fs::path link = fs::temp_directory_path() / ("qlims-balance-" + std::to_string(::getpid()));
  fs::create_symlink(balance_->path(), link);
  BalanceLine line{io_, {.port_name = "balance-1", .end = SerialEnd{link.string()}}, collect(), note()};
  ASSERT_TRUE(run_until([&] { return line.weigh(collect_weight()).has_value(); }));
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 1; }));
  balance_->set_mute(true);
  ASSERT_TRUE(line.weigh(collect_weight()).has_value());
  stop_balance();
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 2; })) << "who waits learns that the line is gone";
  EXPECT_FALSE(weighed_[1].has_value());
  ASSERT_TRUE(run_until([&] { return !line.weigh(collect_weight()).has_value() && !troubles_.empty(); }));
  start_balance();
  fs::remove(link);
  fs::create_symlink(balance_->path(), link);
  ASSERT_TRUE(run_until([&] { return line.weigh(collect_weight()).has_value(); }));
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 3; }));
  fs::remove(link);
}

TEST(SerialDevice, APseudoTerminalThatDropsParityGivesAWarningNotAnError) {
  const auto balance = sim::SicsBalance::open();
  ASSERT_TRUE(balance);
  const auto device = open_serial((*balance)->path(), {.baud = 1200, .data_bits = 7, .parity = Parity::odd});
  ASSERT_TRUE(device) << to_text(device.error());
  EXPECT_NE(device->warning, "");
  ::close(device->descriptor);
  // The bit itself cannot be tested on a pseudo terminal; that it is asked for can.
  termios taken{};
  const auto even = open_serial((*balance)->path(), {.parity = Parity::even});
  ASSERT_TRUE(even);
  ASSERT_EQ(tcgetattr(even->descriptor, &taken), 0);
  EXPECT_EQ(taken.c_iflag & (INPCK | IGNPAR | PARMRK), tcflag_t{INPCK}) << "a bad character reads as NUL";
  ::close(even->descriptor);
  const auto none = open_serial((*balance)->path(), {});
  ASSERT_TRUE(none);
  ASSERT_EQ(tcgetattr(none->descriptor, &taken), 0);
  EXPECT_EQ(taken.c_iflag & (INPCK | IGNPAR | PARMRK), tcflag_t{0});
  ::close(none->descriptor);
  EXPECT_EQ(open_serial((*balance)->path(), {.baud = 12345}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(open_serial("/dev/null", {}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(open_serial("/nowhere/tty", {}).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace lab::port
