// Lines that are kept: an analyser on a serial device, one that has to be called, balances of every kind. Real pseudo
// terminals and real loopback TCP; the parity and the bits of a real line cannot be tested on a pseudo terminal.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <thread>

#include "instruments/drivers/decode.hpp"
#include "instruments/port/astm_line.hpp"
#include "instruments/port/balance_line.hpp"
#include "instruments/port/line_spec.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/sbi_balance.hpp"
#include "instruments/sim/terminal.hpp"
#include "protocol/base/clock.hpp"
#include "tests/instruments/control_characters.hpp"

namespace lab::port {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace lab::control;
using asio::ip::tcp;

constexpr auto patience = 20s;

class Lines : public testing::Test {
 protected:
  OnCapture collect() {
    return [this](Capture capture, const Done& done) {
      captures_.push_back(std::move(capture));
      done(true);
    };
  }
  OnTrouble note() {
    return [this](const std::string&, const std::string& what) { troubles_.push_back(what); };
  }
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    bool so = condition();  // once a round: asking may be what the condition does
    while (!so && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_for(10ms);
      so = condition();
    }
    return so;
  }
  // What has come to the instrument's end of a terminal so far.
  static Bytes read_all(int master) {
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    char octets[256];
    const ssize_t size = ::read(master, octets, sizeof octets);
    return size > 0 ? Bytes(octets, static_cast<std::size_t>(size)) : Bytes{};
  }
  // Writes at the instrument's end, and waits for this answer.
  bool exchange(int master, BytesView octets, const Bytes& answer) {
    EXPECT_EQ(::write(master, octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
    Bytes heard;
    return run_until([&] {
      heard += read_all(master);
      return heard == answer;
    });
  }

  asio::io_context io_;
  std::vector<Capture> captures_;
  std::vector<std::string> troubles_;
};

Bytes message() {
  return sim::astm_frame(1, "H|\\^&\rO|1|S-1\rR|1|^^^Pb|0.05|mg/kg\r", false) + sim::astm_frame(2, "L|1|N\r", true);
}

TEST_F(Lines, AnAnalyserOnASerialLineIsHeard) {
  sim::Terminal terminal;
  ASSERT_TRUE(terminal.open());
  const AstmLine line{io_, {.port_name = "s", .instrument = "A", .end = SerialEnd{terminal.path}}, collect(), note()};
  ASSERT_TRUE(line.is_open());
  EXPECT_TRUE(exchange(terminal.master, enq, ack));
  EXPECT_TRUE(exchange(terminal.master, message(), ack + ack));
  ASSERT_EQ(captures_.size(), 1U);
  EXPECT_EQ(captures_[0].raw, message());
  EXPECT_EQ(captures_[0].instrument, "A");
}

TEST_F(Lines, AnAnalyserThatAsksForOrdersIsToldThatThereAreNone) {
  sim::Terminal terminal;
  ASSERT_TRUE(terminal.open());
  const AstmLine line{io_, {.port_name = "s", .instrument = "A", .end = SerialEnd{terminal.path}}, collect(), note()};
  EXPECT_TRUE(exchange(terminal.master, enq, ack));
  EXPECT_TRUE(exchange(terminal.master, sim::astm_frame(1, "H|\\^&\rQ|1|^S-1||ALL\rL|1|N\r", true), ack));
  EXPECT_TRUE(exchange(terminal.master, eot, enq));
  EXPECT_TRUE(exchange(terminal.master, ack, sim::astm_frame(1, "H|\\^&\r", true)));
  EXPECT_TRUE(exchange(terminal.master, ack, sim::astm_frame(2, "L|1|I\r", true)));
  EXPECT_TRUE(exchange(terminal.master, ack, eot));
  EXPECT_EQ(captures_.size(), 1U) << "the query is kept as well";
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Lines, TheParityBitOfASevenBitInstrumentIsMasked) {
  sim::Terminal terminal;
  ASSERT_TRUE(terminal.open());
  const AstmLine line{io_, {.port_name = "s", .end = SerialEnd{terminal.path}, .seven_bits = true}, collect(), note()};
  Bytes odd = enq + message();
  for (char& octet : odd) octet = static_cast<char>(octet | 0x80);
  EXPECT_TRUE(exchange(terminal.master, odd, ack + ack + ack));
  ASSERT_EQ(captures_.size(), 1U);
  EXPECT_EQ(captures_[0].raw, message());
}

TEST_F(Lines, PlainTextsAreHeardWhenTheLineIsSetToIt) {
  sim::Terminal terminal;
  ASSERT_TRUE(terminal.open());
  const AstmLine line{
      io_, {.port_name = "s", .end = SerialEnd{terminal.path}, .framing = Framing::plain}, collect(), note()};
  EXPECT_TRUE(exchange(terminal.master, "\x02some text\x03", ack));
  ASSERT_EQ(captures_.size(), 1U);
  EXPECT_EQ(captures_[0].raw, "\x02some text\x03");
}

TEST_F(Lines, ASerialLineThatHangsUpIsOpenedAgainAndHalfAMessageIsForgotten) {
  const fs::path link = fs::temp_directory_path() / ("qlims-line-" + std::to_string(::getpid()));
  fs::remove(link);
  auto terminal = std::make_unique<sim::Terminal>();
  ASSERT_TRUE(terminal->open());
  fs::create_symlink(terminal->path, link);
  const AstmLine line{io_, {.port_name = "s", .end = SerialEnd{link.string()}}, collect(), note()};
  EXPECT_TRUE(exchange(terminal->master, enq + sim::astm_frame(1, "H|\\^&\rO|1|S-1\r", false), ack + ack));
  terminal.reset();
  ASSERT_TRUE(run_until([&] { return !line.is_open() && !troubles_.empty(); }));
  terminal = std::make_unique<sim::Terminal>();
  ASSERT_TRUE(terminal->open());
  fs::remove(link);
  fs::create_symlink(terminal->path, link);
  ASSERT_TRUE(run_until([&] { return line.is_open(); }));
  EXPECT_TRUE(exchange(terminal->master, enq + message(), ack + ack + ack));
  ASSERT_EQ(captures_.size(), 1U);
  EXPECT_EQ(captures_[0].raw, message());
  fs::remove(link);
}

TEST_F(Lines, AnInstrumentThatListensIsCalledAndCalledAgain) {
  tcp::acceptor acceptor{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  const std::uint16_t port = acceptor.local_endpoint().port();
  const AstmLine line{io_, {.port_name = "c", .instrument = "A", .end = TcpEnd{"127.0.0.1", port}}, collect(), note()};
  for (int round = 0; round < 3; ++round) {
    std::optional<tcp::socket> instrument;
    acceptor.async_accept([&](boost::system::error_code error, tcp::socket socket) {
      if (!error) instrument.emplace(std::move(socket));
    });
    ASSERT_TRUE(run_until([&] { return instrument.has_value(); })) << round;
    const Bytes octets = enq + message();
    asio::write(*instrument, asio::buffer(octets));
    Bytes heard(3, '\0');
    bool answered = false;
    asio::async_read(*instrument, asio::buffer(heard),
                     [&](boost::system::error_code error, std::size_t) { answered = !error; });
    ASSERT_TRUE(run_until([&] { return answered; })) << round;
    EXPECT_EQ(heard, ack + ack + ack);
  }
  EXPECT_EQ(captures_.size(), 3U);
  EXPECT_GE(troubles_.size(), 2U) << "each hang-up is told";
}

TEST_F(Lines, AnInstrumentThatIsNotThereIsWaitedForWithBackOff) {
  std::uint16_t port = 0;
  {
    const tcp::acceptor gone{io_, {asio::ip::make_address("127.0.0.1"), 0}};
    port = gone.local_endpoint().port();
  }
  const AstmLine line{io_, {.port_name = "c", .end = TcpEnd{"127.0.0.1", port}}, collect(), note()};
  run_until([end = std::chrono::steady_clock::now() + 1s] { return std::chrono::steady_clock::now() > end; });
  EXPECT_FALSE(line.is_open());
  EXPECT_EQ(troubles_.size(), 1U) << "the same reason once";
}

class SbiLine : public Lines {
 protected:
  void SetUp() override {
    auto opened = sim::SbiBalance::open();
    ASSERT_TRUE(opened) << to_text(opened.error());
    balance_ = *std::move(opened);
    answering_ = std::jthread{[balance = balance_.get()](const std::stop_token& stop) { balance->run(stop); }};
  }
  void TearDown() override { answering_ = {}; }

  std::unique_ptr<sim::SbiBalance> balance_;
  std::jthread answering_;
  std::vector<Result<Capture>> weighed_;
};

TEST_F(SbiLine, AWeightIsDeliveredOnDemandAndByThePrintKey) {
  BalanceLine line{io_,
                   {.port_name = "b",
                    .instrument = "B1",
                    .kind = drivers::BalanceKind::sartorius_sbi,
                    .end = SerialEnd{balance_->path()}},
                   collect(),
                   note()};
  const auto take = [this](Result<Capture> weighed) { weighed_.push_back(std::move(weighed)); };
  balance_->set_load("100.00", false);
  ASSERT_TRUE(run_until([&] { return line.weigh(take).has_value(); }));
  run_until([end = std::chrono::steady_clock::now() + 200ms] { return std::chrono::steady_clock::now() > end; });
  EXPECT_TRUE(weighed_.empty()) << "the pan moves";
  balance_->set_load("100.02", true);
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 1; }));
  ASSERT_TRUE(weighed_[0].has_value()) << to_text(weighed_[0].error());
  const auto decoding = drivers::decode(weighed_[0]->raw, "");
  EXPECT_EQ(decoding.profile, "sartorius-sbi/1") << decoding.refused;
  EXPECT_EQ(decoding.observations.at(0).value.text, "100.02");
  balance_->set_load("-2.50", true);
  balance_->print();
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_EQ(drivers::decode(captures_[0].raw, "").observations.at(0).value.text, "-2.50");
  balance_->set_load("High", true);
  ASSERT_TRUE(run_until([&] { return line.weigh(take).has_value(); }));
  ASSERT_TRUE(run_until([&] { return weighed_.size() == 2; }));
  EXPECT_FALSE(weighed_[1].has_value());
}

TEST(LineSpec, ReadsOptionsInAnyOrder) {
  const auto spec = parse_line_spec("/dev/ttyUSB0,sbi,1200,7O1,7bit,xonxoff,frame=3000,plain");
  ASSERT_TRUE(spec) << to_text(spec.error());
  EXPECT_EQ(spec->where, "/dev/ttyUSB0");
  EXPECT_EQ(spec->balance, drivers::BalanceKind::sartorius_sbi);
  EXPECT_EQ(spec->serial.baud, 1200);
  EXPECT_EQ(spec->serial.data_bits, 7);
  EXPECT_EQ(spec->serial.parity, Parity::odd);
  EXPECT_EQ(spec->serial.stop_bits, 1);
  EXPECT_EQ(spec->serial.flow, FlowControl::software);
  EXPECT_TRUE(spec->seven_bits);
  EXPECT_EQ(spec->framing, Framing::plain);
  EXPECT_EQ(spec->text_octets_max, 3000U);
  const auto bare = parse_line_spec("127.0.0.1:4001");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->serial.baud, 9600);
  EXPECT_EQ(bare->text_octets_max, 64'000U);
}

TEST(LineSpec, OfABalanceHasItsUnitAndHowOftenItIsAsked) {
  const auto spec = parse_line_spec("192.0.2.7:4001,meter,unit=pH,poll=5");
  ASSERT_TRUE(spec) << to_text(spec.error());
  EXPECT_EQ(spec->unit, "pH");
  EXPECT_EQ(spec->poll, 5s);
  const LineEnd end = line_end_of(*spec);
  ASSERT_TRUE(std::holds_alternative<TcpEnd>(end));
  EXPECT_EQ(std::get<TcpEnd>(end).host, "192.0.2.7");
  EXPECT_EQ(std::get<TcpEnd>(end).port, 4001);
  for (const char* device : {"/dev/ttyUSB0", "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2", "COM3"}) {
    const LineEnd serial = line_end_of(*parse_line_spec(device));
    ASSERT_TRUE(std::holds_alternative<SerialEnd>(serial)) << device;
    EXPECT_EQ(std::get<SerialEnd>(serial).device, device);
  }
  for (const char* text : {"/dev/x,unit=pH", "/dev/x,sbi,unit=g", "/dev/x,meter,unit=", "/dev/x,meter,unit=1",
                           "/dev/x,poll=0", "/dev/x,poll=3601", "/dev/x,poll=1.5"}) {
    EXPECT_FALSE(parse_line_spec(text)) << text;
  }
}

TEST_F(Lines, ABalanceBehindASerialToTcpBoxIsAsked) {
  tcp::acceptor acceptor{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  const auto spec = parse_line_spec("127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + ",meter,unit=pH");
  ASSERT_TRUE(spec) << to_text(spec.error());
  BalanceLine line{io_,
                   {.port_name = "b", .kind = spec->balance, .unit_of_meter = spec->unit, .end = line_end_of(*spec)},
                   collect(),
                   note()};
  std::optional<tcp::socket> meter;
  acceptor.async_accept([&](boost::system::error_code error, tcp::socket socket) {
    if (!error) meter.emplace(std::move(socket));
  });
  ASSERT_TRUE(run_until([&] { return meter.has_value(); }));
  Bytes greeting(7, '\0');
  asio::read(*meter, asio::buffer(greeting));
  EXPECT_EQ(greeting, "*IDN?\r\n");
  asio::write(*meter, asio::buffer(std::string{"MAKER,METER,1,1\r\n7.01\r\n"}));
  ASSERT_TRUE(run_until([&] { return captures_.size() == 1; }));
  EXPECT_EQ(captures_[0].raw, "7.01\r\n");
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Lines, AHeadingThatIsPrintedDoesNotMakeThePolledLoadANewOne) {
  tcp::acceptor acceptor{io_, {asio::ip::make_address("127.0.0.1"), 0}};
  BalanceLine line{io_,
                   {.port_name = "b",
                    .kind = drivers::BalanceKind::line_meter,
                    .unit_of_meter = "pH",
                    .end = TcpEnd{"127.0.0.1", acceptor.local_endpoint().port()},
                    .poll = 20ms},
                   collect(),
                   note()};
  std::optional<tcp::socket> meter;
  acceptor.async_accept([&](boost::system::error_code error, tcp::socket socket) {
    if (!error) meter.emplace(std::move(socket));
  });
  ASSERT_TRUE(run_until([&] { return meter.has_value(); }));
  const auto heard = [&](const Bytes& question) {
    Bytes octets(question.size(), '\0');
    bool complete = false;
    asio::async_read(*meter, asio::buffer(octets),
                     [&](boost::system::error_code error, std::size_t) { complete = !error; });
    return run_until([&] { return complete; }) && octets == question;
  };
  ASSERT_TRUE(heard("*IDN?\r\n"));
  for (const char* printed : {"7.01\r\n", "Sample two\r\n7.01\r\n", "7.02\r\n"}) {
    ASSERT_TRUE(heard("READ?\r\n")) << printed;
    asio::write(*meter, asio::buffer(std::string{printed}));
  }
  ASSERT_TRUE(run_until([&] { return captures_.size() >= 2; }));
  EXPECT_EQ(troubles_.size(), 1U) << "the heading";
  EXPECT_EQ(captures_[0].raw, "7.01\r\n");
  EXPECT_EQ(captures_[1].raw, "7.02\r\n");
}

TEST(LineSpec, NamesWhatItDoesNotKnow) {
  for (const char* text : {"", ",9600", "/dev/x,9N1", "/dev/x,8X1", "/dev/x,fast", "/dev/x,", "/dev/x,-9600",
                           "/dev/x,frame=0", "/dev/x,frame=99999999"}) {
    EXPECT_FALSE(parse_line_spec(text)) << text;
  }
  EXPECT_NE(parse_line_spec("/dev/x,fast").error().message.find("'fast'"), std::string::npos);
}

}  // namespace
}  // namespace lab::port
